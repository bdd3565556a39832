import * as z from 'zod';
import { Sql, SqlFailed } from './sql';
import { errorName, NotDone } from '../revokers/not-done';

/** Calls the Data API. */
interface DataApiCalls {
  rest(service: 'rds-data', path: readonly string[], input: Record<string, unknown>, where: { readonly timeoutMs: number }): Promise<unknown>;
}

/** The cluster, and as whom statements run there. */
interface DataApiPlace {
  readonly cluster: string;
  readonly adminSecret: string;
  readonly database: string;
}

interface DataApiPatience {
  readonly pause: (milliseconds: number) => Promise<void>;
  /** Tries for a cluster that has to be resumed first. */
  readonly tries: number;
  /** The role of the function was made a moment ago, and AWS may not know everywhere yet what it may do. */
  readonly isNewRole?: boolean;
}

const answer = z.object({ records: z.array(z.array(z.object({ stringValue: z.string() }))).nullish() });

/** A statement takes 45 seconds at most. https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/data-api.limitations.html */
const TIMEOUT_MS = 50_000;
const RESUMING_MS = 3_000;
const RETRY_SECONDS = 60;

/**
 * SQL by the RDS Data API, which needs no way to the cluster's network: it runs each statement on the writer instance. What it says of a failure is never repeated, except for the code.
 * https://docs.aws.amazon.com/rdsdataservice/latest/APIReference/API_ExecuteStatement.html
 */
export function dataApi(calls: DataApiCalls, { cluster, adminSecret, database }: DataApiPlace, { pause, tries, isNewRole }: DataApiPatience): Sql {
  return {
    async run(sql, parameters = {}, inDatabase = database) {
      const input = {
        resourceArn: cluster,
        secretArn: adminSecret,
        database: inDatabase,
        sql,
        ...(Object.keys(parameters).length === 0 ? {} : {
          parameters: Object.entries(parameters).map(([name, stringValue]) => ({ name, value: { stringValue } })),
        }),
      };
      for (let attempt = 1; ; attempt++) {
        try {
          const { records } = answer.parse(await calls.rest('rds-data', ['Execute'], input, { timeoutMs: TIMEOUT_MS }));
          return (records ?? []).map((row) => row.map(({ stringValue }) => stringValue));
        } catch (error) {
          const isResuming = errorName(error) === 'DatabaseResumingException';
          if (!isResuming && !(isNewRole === true && errorName(error) === 'AccessDeniedException' && attempt < tries)) {
            throw asNotDone(error);
          }
          if (attempt >= tries) {
            throw new NotDone('the cluster is being resumed', RETRY_SECONDS);
          }
          await pause(RESUMING_MS);
        }
      }
    },
  };
}

function asNotDone(error: unknown): NotDone {
  const { sqlState } = error as { readonly sqlState?: string };
  return sqlState === undefined ? new NotDone(`the cluster ran no statement (${errorName(error)}): look whether its Data API is enabled, and whether this role may read the secret`) : new SqlFailed(sqlState);
}
