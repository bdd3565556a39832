import { AgentRecord } from './agent-registry';
import { CodeOwners } from './code-owners';
import { InventorySource } from './connect';
import { creatorsOf, tagsOfStacks } from './creators';
import { makerOf } from './makers';
import { InventoryRow, Unread } from './model';
import { InventoryScope } from './permissions';
import { AccountFacts } from './read-account';
import { Extras } from './rows';
import { serviceCredentialsOf } from './service-credentials';
import { ServiceUsesStore } from './service-uses-store';
import { reasonOf } from '../../src/core/errors';
import { lastAccessedReport } from '../aws/usage/last-accessed-report';
import { inBatches } from '../operator/in-batches';
import { inOurWords } from '../operator/in-our-words';

/** What an account has besides its roles and users. */
export interface ReadExtras {
  readonly unread: readonly Unread[];
  /** Absent if they were not asked for, or could not be read. */
  readonly records?: readonly AgentRecord[];
}

/** Runs work that reads a service. Returns nothing if the service can't be read. */
export type Attempt = <T>(service: string, work: () => Promise<T>) => Promise<T | undefined>;

interface Where extends Pick<InventorySource, 'account' | 'operator' | 'region'> {
  readonly accountName?: string;
}

/** A service that can't be read, because it is denied or is not in the region, is named in `unread`. The rest continues. */
export function attempting({ account, operator, region, accountName: name }: Where, unread: Unread[]): Attempt {
  return async (service, work) => {
    try {
      return await work();
    } catch (error) {
      const reason = reasonOf(inOurWords(error, { registry: '', account, operator, region }));
      unread.push({ account, ...(name === undefined ? {} : { name }), service, reason });
      return undefined;
    }
  };
}

interface ExtrasOptions extends InventoryScope, Pick<Extras, 'organization' | 'accountName'> {
  readonly now: Date;
  readonly owners?: CodeOwners;
  readonly attempt: Attempt;
  readonly pause: (milliseconds: number) => Promise<void>;
  readonly tell: (line: string) => void;
}

/** What was asked for besides the base pass, before the rows are made. */
export async function extrasOf(source: InventorySource, { entities }: AccountFacts, options: ExtrasOptions): Promise<Extras> {
  const { creators, serviceCredentials, now, owners, organization, accountName, attempt, pause, tell } = options;
  const holders = [...entities.roles, ...entities.users];
  const names = (): Set<string> => new Set(holders.flatMap((holder) => [holder.name, makerOf(holder)?.stack ?? holder.name]));
  if (creators === true) {
    tell(`asking CloudTrail who created roles and users of account ${source.account}`);
  }
  const created = creators === true ? await attempt('AWS CloudTrail', () => creatorsOf(source, pause)) : undefined;
  const stackTags = creators === true ? await attempt('AWS CloudFormation', () => tagsOfStacks(source)) : undefined;
  const credentials = serviceCredentials === true ? await attempt('keys for single services', () => serviceCredentialsOf(source.iam, now)) : undefined;
  return {
    ...(accountName === undefined ? {} : { accountName }),
    ...(organization === undefined ? {} : { organization }),
    ...(created === undefined ? {} : { creators: created }),
    ...(stackTags === undefined ? {} : { stackTags }),
    ...(credentials === undefined ? {} : { credentials }),
    ...(owners === undefined ? {} : { codeOwners: owners.finder(names()) }),
  };
}

/** IAM throttles these reports first. */
const REPORTS_AT_ONCE = 4;
const GONE = /^NoSuchEntity/;

interface ServicesOptions extends Pick<ExtrasOptions, 'pause' | 'tell'> {
  readonly store: ServiceUsesStore;
  readonly clock: () => Date;
}

/**
 * When each service that a machine identity may use was last used, by ARN. People are left out, and so is an identity that was deleted since it was listed.
 * What IAM said to an interrupted run is in the store, and is not asked again.
 */
export async function servicesOf(
  { iam, account }: InventorySource, rows: readonly InventoryRow[], { pause, tell, store, clock }: ServicesOptions,
): Promise<NonNullable<Extras['services']>> {
  const machines = rows.filter(({ kind }) => kind === 'machine');
  const services = new Map(machines.flatMap((machine) => {
    const kept = store.get(machine, clock());
    return kept === undefined ? [] : [[machine.arn, kept] as const];
  }));
  const unknown = machines.filter(({ arn }) => !services.has(arn));
  let done = machines.length - unknown.length;
  await inBatches(unknown, REPORTS_AT_ONCE, async (machine) => {
    const { arn } = machine;
    const report = await lastAccessedReport({ iam, pause }, arn).catch((error: Error) => {
      if (GONE.test(error.name)) {
        return undefined;
      }
      throw error;
    });
    if (report !== undefined) {
      const uses = report.map(({ ServiceNamespace: name = '', LastAuthenticated: at }) => ({ name, ...(at === undefined ? {} : { lastUsedAt: at.toISOString() }) }));
      services.set(arn, uses);
      store.keep(machine, uses, clock());
    }
    done += 1;
    tell(`account ${account}: last use of services, ${done} of ${machines.length} machine identities`);
  });
  return services;
}
