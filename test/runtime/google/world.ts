import { program as enableProgram } from '../../../runtime/google/enable/program';
import { program as preflightProgram } from '../../../runtime/google/preflight/program';
import { program } from '../../../runtime/google/teardown/program';
import { FakeGoogle, fetchOf } from '../../e2e/google/fake-google';

export const PROJECT = 'acme-agents';
export const SECRET = 'projects/acme-test/secrets/erp';
export const OWN_SECRET = 'projects/acme-agents/secrets/invoice-bot-own';
export const TOPIC = 'projects/acme-test/topics/invoices';
export const DATASET = 'projects/acme-test/datasets/ledger';
export const TWIN = 'serviceAccount:twin-bot@acme-agents.iam.gserviceaccount.com';
export const DESCRIPTION = 'sponsor ada.park@example.com: Matches invoices';

/** A fake Google with an agent's account, and another one that must never be touched. */
export function world() {
  const google = new FakeGoogle();
  google.documents.add(SECRET, 'google_secret_manager_secret');
  google.documents.add(OWN_SECRET, 'google_secret_manager_secret');
  google.documents.add(TOPIC, 'google_pubsub_topic');
  google.documents.add(DATASET, 'google_bigquery_dataset');
  google.documents.add('buckets/acme-invoices', 'google_storage_bucket');
  const account = google.accounts.add(PROJECT, 'invoice-bot-test');
  google.accounts.add(PROJECT, 'twin-bot');
  const input = {
    version: 1,
    agentName: 'invoice-bot',
    stage: 'test',
    expires: '2027-04-01T00:00:00Z',
    project: PROJECT,
    accountEmail: account.email,
    accountUniqueId: account.uniqueId,
    projects: ['acme-test'],
    folders: ['folders/42'],
    resources: [
      { kind: 'secret', name: SECRET },
      { kind: 'topic', name: `//pubsub.googleapis.com/${TOPIC}` },
      { kind: 'bucket', name: 'buckets/acme-invoices' },
      { kind: 'dataset', name: DATASET },
    ],
    ownSecrets: [OWN_SECRET],
  };
  return { google, account, input, member: `serviceAccount:${account.email}` };
}

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  /** Its waits, in milliseconds. */
  readonly waits: readonly number[];
}

/** Runs the program against the fake, with a clock of its own. */
export async function teardown(google: FakeGoogle, input: unknown, environment: Record<string, string> = {}): Promise<Ran> {
  const waits: number[] = [];
  let out = '';
  let err = '';
  let now = 0;
  const code = await program({
    environment: {
      NHI_TEARDOWN: typeof input === 'string' ? input : JSON.stringify(input),
      GOOGLE_OAUTH_ACCESS_TOKEN: FakeGoogle.OPERATOR_TOKEN,
      ...environment,
    },
    fetch: fetchOf(google),
    gcloud: async () => undefined,
    sleep: async (milliseconds) => {
      waits.push(milliseconds);
      now += milliseconds;
    },
    random: () => 0.5,
    now: () => now,
    out: (text) => { out += text; },
    err: (text) => { err += text; },
  });
  return { code, out, err, waits };
}

type Environment = Readonly<Record<string, string | undefined>>;

interface Result {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs the program that enables an account after a teardown. */
export const enable = (google: FakeGoogle, input: object) => run(enableProgram, google, input);

/** Runs the program that checks in advance that an agent can leave. */
export const preflight = (google: FakeGoogle, input: object, environment?: Environment) => run(preflightProgram, google, input, environment);

async function run(work: typeof enableProgram, google: FakeGoogle, input: object, environment: Environment = {}): Promise<Result> {
  let [out, err, now] = ['', '', google.now.getTime()];
  const code = await work({
    environment: {
      NHI_TEARDOWN: JSON.stringify(input), NHI_DESCRIPTION: DESCRIPTION, GOOGLE_OAUTH_ACCESS_TOKEN: FakeGoogle.OPERATOR_TOKEN, ...environment,
    },
    fetch: fetchOf(google),
    gcloud: async () => undefined,
    sleep: async (milliseconds) => { now += milliseconds; },
    random: () => 0.5,
    now: () => now,
    out: (text) => { out += text; },
    err: (text) => { err += text; },
  });
  return { code, out, err };
}
