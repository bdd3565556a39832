import { CodeOwners } from './code-owners';
import { InventorySource } from './connect';
import { creatorsOf, tagsOfStacks } from './creators';
import { makerOf } from './makers';
import { Inventory, InventoryRow } from './model';
import { OrganizationAccount, organizationAccounts } from './organization';
import { PageStore } from './page-store';
import { InventoryScope, readingPolicy } from './permissions';
import { progressText } from './progress-text';
import { AccountFacts, readAccount } from './read-account';
import { byFindings, Extras, rowsOf } from './rows';
import { serviceCredentialsOf } from './service-credentials';
import { reasonOf } from '../../src/core/errors';
import { lastAccessedReport } from '../aws/usage/last-accessed-report';
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

/** IAM throttles these reports first. */
const REPORTS_AT_ONCE = 4;

/**
 * Takes the inventory of an account, or of all accounts of its organization. An account of the organization that can't be read is named in the result.
 *
 * @throws InvalidInputError `CodeOwnersMissing`, `StateFolderUnusable`, and the codes of the connection
 * @throws RetryableError `CredentialReportLate`
 */
export async function takeInventory(source: InventorySource, options: InventoryOptions): Promise<Inventory> {
  const now = options.clock();
  const owners = options.checkout === undefined ? undefined : new CodeOwners(options.checkout);
  const { roleName } = options;
  if (roleName === undefined) {
    const { rows, reportAt } = await ofAccount(source, options, { now, owners });
    return { takenAt: now.toISOString(), accounts: [{ account: source.account, ...dated(reportAt) }], unread: [], rows };
  }
  const accounts = await organizationAccounts(source.plain);
  const organization = new Set(accounts.map(({ account }) => account));
  const read: { readonly account: OrganizationAccount; readonly rows: readonly InventoryRow[]; readonly reportAt?: string }[] = [];
  const unread: { account: string; name?: string; reason: string }[] = [];
  for (const account of accounts) {
    try {
      const its = account.account === source.account ? source : await source.assume(account.account, roleName, readingPolicy(options));
      read.push({ account, ...await ofAccount(its, options, { now, owners, organization, accountName: account.name }) });
    } catch (error) {
      unread.push({ ...account, reason: reasonOf(error) });
    }
  }
  return {
    takenAt: now.toISOString(),
    accounts: read.map(({ account, reportAt }) => ({ ...account, ...dated(reportAt) })),
    unread,
    rows: read.flatMap(({ rows }) => rows).sort(byFindings),
  };
}

function dated(reportAt: string | undefined): { readonly reportAt?: string } {
  return reportAt === undefined ? {} : { reportAt };
}

/** What is known before an account is read. */
interface Known {
  readonly now: Date;
  readonly owners?: CodeOwners;
  readonly organization?: ReadonlySet<string>;
  readonly accountName?: string;
}

async function ofAccount(
  source: InventorySource, options: InventoryOptions, known: Known,
): Promise<{ readonly rows: InventoryRow[]; readonly reportAt?: string }> {
  const { now } = known;
  const { account, iam } = source;
  const { state, clock, pause, tell, lastAccessed } = options;
  const began = clock().getTime();
  const facts = await readAccount({
    iam, now, pause, store: new PageStore(state, account), tell: (progress) => tell(progressText(account, progress, clock().getTime() - began)),
  });
  const extras = await extrasOf(source, facts, options, known);
  const rows = rowsOf(facts, account, now, extras);
  const services = lastAccessed === true ? await servicesOf(source, rows, options) : undefined;
  return { rows: services === undefined ? rows : rowsOf(facts, account, now, { ...extras, services }), ...dated(facts.reportAt) };
}

async function extrasOf(
  source: InventorySource, { entities }: AccountFacts, options: InventoryOptions, { now, owners, organization, accountName }: Known,
): Promise<Extras> {
  const { creators, serviceCredentials, pause, tell } = options;
  const holders = [...entities.roles, ...entities.users];
  const names = (): Set<string> => new Set(holders.flatMap((holder) => [holder.name, makerOf(holder)?.stack ?? holder.name]));
  if (creators === true) {
    tell(`asking CloudTrail who created roles and users of account ${source.account}`);
  }
  return {
    ...(accountName === undefined ? {} : { accountName }),
    ...(organization === undefined ? {} : { organization }),
    ...(creators === true ? { creators: await creatorsOf(source, pause), stackTags: await tagsOfStacks(source) } : {}),
    ...(serviceCredentials === true ? { credentials: await serviceCredentialsOf(source.iam, now) } : {}),
    ...(owners === undefined ? {} : { codeOwners: owners.finder(names()) }),
  };
}

/** When each service that a machine identity may use was last used, by ARN. People are left out. */
async function servicesOf(
  { iam, account }: InventorySource, rows: readonly InventoryRow[], { pause, tell }: InventoryOptions,
): Promise<NonNullable<Extras['services']>> {
  const machines = rows.filter(({ kind }) => kind === 'machine');
  const services = new Map<string, NonNullable<InventoryRow['services']>>();
  let done = 0;
  await inBatches(machines, REPORTS_AT_ONCE, async ({ arn }) => {
    const report = await lastAccessedReport({ iam, pause }, arn);
    if (report !== undefined) {
      services.set(arn, report.map(({ ServiceNamespace: name = '', LastAuthenticated: at }) => (
        { name, ...(at === undefined ? {} : { lastUsedAt: at.toISOString() }) })));
    }
    done += 1;
    tell(`account ${account}: last use of services, ${done} of ${machines.length} machine identities`);
  });
  return services;
}
