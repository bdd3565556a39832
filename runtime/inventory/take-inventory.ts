import { agentRecordsOf } from './agent-registry';
import { catalogued } from './catalogue';
import { CodeOwners } from './code-owners';
import { InventorySource } from './connect';
import { attempting, extrasOf, ReadExtras, servicesOf } from './extras';
import { Inventory, InventoryRow, Unread } from './model';
import { OrganizationAccount, organizationAccounts } from './organization';
import { PageStore } from './page-store';
import { InventoryScope, readingPolicy } from './permissions';
import { progressText } from './progress-text';
import { readAccount } from './read-account';
import { rolesAnywhereOf } from './roles-anywhere';
import { rolesAnywhereRows } from './roles-anywhere-rows';
import { byFindings, rowsOf } from './rows';
import { ServiceUsesStore } from './service-uses-store';
import { NhiError, reasonOf } from '../../src/core/errors';
import { inBatches } from '../operator/in-batches';

export interface InventoryOptions extends InventoryScope {
  /** Folder for pages of an unfinished run. */
  readonly state: string;
  /** A checkout with a file of code owners. */
  readonly checkout?: string;
  readonly clock: () => Date;
  readonly pause: (milliseconds: number) => Promise<void>;
  /** Receives a line on how far the inventory is. */
  readonly tell: (line: string) => void;
}

/** IAM throttles each account by itself. More at once would take memory, and sessions of AWS STS. */
const ACCOUNTS_AT_ONCE = 4;
/** Without these no other account can be read either. */
const OPERATORS_OWN = ['CredentialsExpired', 'CredentialsMissing'];

/**
 * Takes the inventory of an account, or of all accounts of its organization. An account of the organization or a service that can't be read is named in the result.
 *
 * @throws InvalidInputError `CodeOwnersMissing`, `StateFolderUnusable`, and the codes of the connection
 * @throws RetryableError `CredentialReportLate`, `ListingIncomplete`, `IamThrottles`
 */
export async function takeInventory(source: InventorySource, options: InventoryOptions): Promise<Inventory> {
  const now = options.clock();
  const owners = options.checkout === undefined ? undefined : new CodeOwners(options.checkout);
  const { roleName } = options;
  if (roleName === undefined) {
    const read = await ofAccount(source, options, { now, owners });
    return inventoryOf(now, [{ account: source.account }], [read], options);
  }
  const accounts = await organizationAccounts(source.plain);
  return inventoryOf(now, accounts, await ofOrganization(source, accounts, roleName, options, { now, owners }), options);
}

async function ofOrganization(
  source: InventorySource, accounts: readonly OrganizationAccount[], roleName: string, options: InventoryOptions, known: Known,
): Promise<Read[]> {
  const organization = new Set(accounts.map(({ account }) => account));
  const stop: { because?: unknown } = {};
  let done = 0;
  const tell = (line: string): void => options.tell(`${done} of ${accounts.length} accounts; ${line}`);
  const all = await inBatches(accounts, ACCOUNTS_AT_ONCE, async ({ account, name }): Promise<Read | undefined> => {
    if (stop.because !== undefined) {
      return undefined;
    }
    try {
      const its = account === source.account ? source : await assumed(source, account, roleName, options, stop);
      const read = await ofAccount(its, { ...options, tell }, { ...known, organization, accountName: name });
      done += 1;
      return read;
    } catch (error) {
      return { account, rows: [], unread: [{ account, name, reason: reasonOf(error) }] };
    }
  });
  if (stop.because !== undefined) {
    throw stop.because;
  }
  return all.flatMap((read) => read ?? []);
}

/** A session in another account. If the operator's own credentials have ended, no further account is begun, so that the next run continues after those that were read. */
async function assumed(
  source: InventorySource, account: string, roleName: string, options: InventoryOptions, stop: { because?: unknown },
): Promise<InventorySource> {
  try {
    return await source.assume(account, roleName, readingPolicy(options));
  } catch (error) {
    if (error instanceof NhiError && OPERATORS_OWN.includes(error.code)) {
      stop.because = error;
    }
    throw error;
  }
}

/** What was read of one account. */
interface Read extends ReadExtras {
  readonly account: string;
  readonly rows: readonly InventoryRow[];
  readonly reportAt?: string;
  /** Absent if the account could not be read. */
  readonly store?: PageStore;
  /** Absent if not all of them could be read. They are kept for the next run then. */
  readonly uses?: ServiceUsesStore;
}

/** Pages are deleted when there is nothing left to interrupt. */
function inventoryOf(
  now: Date, accounts: readonly { readonly account: string; readonly name?: string }[], reads: readonly Read[], { agentRegistry }: InventoryScope,
): Inventory {
  const byAccount = new Map(reads.map((read) => [read.account, read]));
  const unread = reads.flatMap((read) => read.unread);
  const rows = reads.flatMap((read) => read.rows);
  const isComplete = reads.every(({ records }) => records !== undefined);
  const all = agentRegistry === true ? catalogued(rows, reads.flatMap(({ records = [] }) => records), isComplete) : rows;
  reads.forEach(({ store, uses }) => [store, uses].forEach((kept) => kept?.clear()));
  return {
    takenAt: now.toISOString(),
    accounts: accounts.flatMap((account) => {
      const read = byAccount.get(account.account);
      return read?.store === undefined ? [] : [{ ...account, ...(read.reportAt === undefined ? {} : { reportAt: read.reportAt }) }];
    }),
    unread,
    rows: [...all].sort(byFindings),
  };
}

/** What is known before an account is read. */
interface Known {
  readonly now: Date;
  readonly owners?: CodeOwners;
  readonly organization?: ReadonlySet<string>;
  readonly accountName?: string;
}

async function ofAccount(source: InventorySource, options: InventoryOptions, known: Known): Promise<Read> {
  const { now, accountName } = known;
  const { account, iam } = source;
  const { state, clock, pause, tell } = options;
  const began = clock().getTime();
  const store = new PageStore(state, account);
  const facts = await readAccount({ iam, now, pause, store, tell: (progress) => tell(progressText(account, progress, clock().getTime() - began)) });
  const unread: Unread[] = [];
  const attempt = attempting({ ...source, ...(accountName === undefined ? {} : { accountName }) }, unread);
  const extras = await extrasOf(source, facts, { ...options, ...known, attempt });
  const base = rowsOf(facts, account, now, extras);
  const uses = options.lastAccessed === true ? new ServiceUsesStore(state, account) : undefined;
  const services = uses && await attempt('last use of services', () => servicesOf(source, base, { ...options, store: uses }));
  const rows = services === undefined ? base : rowsOf(facts, account, now, { ...extras, services });
  const anywhere = options.rolesAnywhere !== true ? undefined : await attempt('IAM Roles Anywhere', () => rolesAnywhereOf(source, pause));
  const records = options.agentRegistry !== true ? undefined : await attempt('AWS Agent Registry', () => agentRecordsOf(source));
  const of = { account, ...(accountName === undefined ? {} : { accountName }), now };
  return {
    account,
    rows: [...rows, ...anywhere === undefined ? [] : rolesAnywhereRows(anywhere, facts.entities.roles, rows, of)],
    unread,
    store,
    ...(services === undefined ? {} : { uses }),
    ...(records === undefined ? {} : { records }),
    ...(facts.reportAt === undefined ? {} : { reportAt: facts.reportAt }),
  };
}
