import { agentKeysIn } from './agents';
import { ReportedUser, ROOT } from './credential-report';
import { Holder, RoleEntity, UserEntity } from './entities';
import { findingsOf, worstOf } from './findings';
import { kindOfRole, kindOfUser } from './kinds';
import { makerOf } from './makers';
import { Identity, InventoryRow, Key } from './model';
import { AccountFacts } from './read-account';
import { SponsorSources, sponsorsOf } from './sponsors';
import { Surroundings } from '../../src/core/identities/aws-caller';
import { callersOf } from '../../src/core/identities/callers';
import { NamedPolicy, PowerJudge } from '../../src/core/identities/power';

/** What was asked for besides the base pass: creators by type and name, credentials by user, services by ARN. */
export interface Extras {
  readonly accountName?: string;
  /** The accounts of the organization. */
  readonly organization?: ReadonlySet<string>;
  readonly stackTags?: ReadonlyMap<string, Readonly<Record<string, string>>>;
  readonly creators?: ReadonlyMap<string, string>;
  /** Owners in a checkout of what mentions these names. */
  readonly codeOwners?: (names: { name: string; stack?: string; repositories: readonly string[] }) => SponsorSources['codeOwners'];
  readonly credentials?: ReadonlyMap<string, readonly Key[]>;
  readonly services?: ReadonlyMap<string, NonNullable<Identity['services']>>;
}

const ADMINISTRATOR = /^arn:[^:]*:iam::aws:policy\/AdministratorAccess$/;
const ALLOW_ALL = JSON.stringify({ Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] });

/** The rows of an account, the worst findings first. */
export function rowsOf({ entities, report }: AccountFacts, account: string, now: Date, extras: Extras = {}): InventoryRow[] {
  const judge = new PowerJudge();
  const managed = (arn: string): NamedPolicy => {
    const document = entities.policies[arn] ?? (ADMINISTRATOR.test(arn) ? ALLOW_ALL : undefined);
    return { name: arn.split('/').at(-1) ?? arn, ...(document === undefined ? {} : { document }) };
  };
  const groups = new Map(entities.groups.map((group) => [group.name, group]));
  const judged = (holder: Holder, memberOf: readonly string[], own: Own): InventoryRow => {
    const joined = memberOf.flatMap((name) => groups.get(name) ?? []);
    const attached = [holder, ...joined].flatMap((one) => one.attached);
    const policies = [...[holder, ...joined].flatMap((one) => one.inline), ...attached.map(managed)];
    const madeBy = makerOf(holder);
    const services = extras.services?.get(holder.arn);
    const identity: Identity = {
      account,
      ...(extras.accountName === undefined ? {} : { accountName: extras.accountName }),
      name: holder.name,
      arn: holder.arn,
      id: holder.id,
      createdAt: holder.createdAt,
      ...own,
      power: judge.powerOf(policies, holder.boundary === undefined ? undefined : managed(holder.boundary)),
      ...(madeBy === undefined ? {} : { madeBy }),
      sponsors: sponsorsOf(sourcesOf(holder, own, madeBy, extras)),
      ...agentOf(holder.tags),
      ...(services === undefined ? {} : { services }),
    };
    return { ...identity, findings: findingsOf({ ...identity, attached }, now) };
  };
  const people = new Set(entities.users.filter(({ name }) => report.get(name)?.hasPassword === true).map(({ arn }) => arn));
  const where: Surroundings = { account, people, ...(extras.organization === undefined ? {} : { organization: extras.organization }) };
  return [
    ...entities.roles.map((role) => judged(role, [], ownOfRole(role, where))),
    ...entities.users.map((user) => judged(user, user.groups, ownOfUser(user, report.get(user.name), extras))),
    ...rootOf(report.get(ROOT), { account, ...(extras.accountName === undefined ? {} : { accountName: extras.accountName }) }, now),
  ].sort(byFindings);
}

/** The worst first, then by name. */
export function byFindings(one: InventoryRow, other: InventoryRow): number {
  return worstOf(other.findings) - worstOf(one.findings) || other.findings.length - one.findings.length || (one.arn < other.arn ? -1 : 1);
}

type Own = Pick<Identity, 'type' | 'kind' | 'kindBecause' | 'lastUsed' | 'assumedBy' | 'keys' | 'console'>;

function ownOfRole(role: RoleEntity, where: Surroundings): Own {
  const assumedBy = callersOf(role.trust, where);
  const { kind, because } = kindOfRole(role, assumedBy, where.organization);
  return {
    type: 'role',
    kind,
    kindBecause: because,
    ...(role.lastUsed === undefined ? {} : {
      lastUsed: { at: role.lastUsed.at, by: role.lastUsed.region === undefined ? 'a session' : `a session in ${role.lastUsed.region}` },
    }),
    assumedBy,
    keys: [],
  };
}

function ownOfUser(user: UserEntity, report: ReportedUser | undefined, { credentials }: Extras): Own {
  const { kind, because } = kindOfUser(user, report);
  const keys = [...report?.keys ?? [], ...credentials?.get(user.name) ?? []];
  return { type: 'user', kind, kindBecause: because, ...lastUseOf(report, keys), assumedBy: [], keys, ...consoleOf(report) };
}

function rootOf(report: ReportedUser | undefined, of: Pick<Identity, 'account' | 'accountName'>, now: Date): InventoryRow[] {
  if (report === undefined) {
    return [];
  }
  const identity: Identity = {
    ...of,
    type: 'root',
    name: report.name,
    arn: report.arn,
    id: of.account,
    kind: 'human',
    kindBecause: 'root of the account',
    createdAt: report.createdAt,
    ...lastUseOf(report, report.keys),
    assumedBy: [],
    keys: report.keys,
    ...consoleOf(report),
    power: { level: 'full', statements: [{ policy: 'root', allows: '* on *', why: 'everything' }] },
    sponsors: [],
  };
  return [{ ...identity, findings: findingsOf({ ...identity, attached: [] }, now) }];
}

/** The latest use of a password or a key. */
function lastUseOf(report: ReportedUser | undefined, keys: readonly Key[]): Pick<Identity, 'lastUsed'> {
  const uses = [
    ...(report?.passwordUsedAt === undefined ? [] : [{ at: report.passwordUsedAt, by: 'its password' }]),
    ...keys.flatMap(({ name, lastUsedAt: at, lastUsedBy: by }) => (at === undefined ? [] : [{ at, by: by === undefined ? name : `${name}: ${by}` }])),
  ].sort((one, other) => Date.parse(other.at) - Date.parse(one.at));
  return uses.length === 0 ? {} : { lastUsed: uses[0] };
}

function consoleOf(report: ReportedUser | undefined): Pick<Identity, 'console'> {
  return report?.hasPassword !== true ? {}
    : { console: { mfa: report.mfa, ...(report.passwordUsedAt === undefined ? {} : { lastUsedAt: report.passwordUsedAt }) } };
}

function sourcesOf({ name, tags }: Holder, { assumedBy, type }: Own, madeBy: Identity['madeBy'], extras: Extras): SponsorSources {
  const stackTags = madeBy?.stack === undefined ? undefined : extras.stackTags?.get(madeBy.stack);
  const creator = extras.creators?.get(`${type}/${name}`);
  const repositories = assumedBy.filter(({ kind }) => kind === 'repository').map((caller) => caller.name);
  const codeOwners = extras.codeOwners?.({ name, repositories, ...(madeBy?.stack === undefined ? {} : { stack: madeBy.stack }) });
  return {
    tags,
    assumedBy,
    ...(madeBy === undefined ? {} : { madeBy }),
    ...(stackTags === undefined ? {} : { stackTags }),
    ...(creator === undefined ? {} : { creator }),
    ...(codeOwners === undefined ? {} : { codeOwners }),
  };
}

/** Anyone who may tag roles can set these tags: they are a claim. */
function agentOf(tags: Readonly<Record<string, string>>): Pick<Identity, 'agent'> {
  const keys = agentKeysIn(tags);
  return keys === undefined ? {} : { agent: { name: tags[keys.name], registry: tags[keys.registry] } };
}
