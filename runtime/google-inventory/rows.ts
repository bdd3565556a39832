import { claimedAgent } from './agents';
import { Account, AccountKey, Facts, Grant, Project } from './facts';
import { findingsOfAccount } from './findings';
import { callerOf, Neighbours, Pool } from './members';
import { CustomRoles, Held, impersonatesAll, letsImpersonate, powerOf } from './power';
import { sponsorsOfAccount } from './sponsors';
import { Use } from './use';
import { Caller } from '../../src/core/identities/caller';
import { CodeOwners } from '../inventory/code-owners';
import { daysSince } from '../inventory/credential-report';
import { Identity, InventoryRow, Key, Maker } from '../inventory/model';
import { byFindings } from '../inventory/rows';

/** What is known besides the listings. */
export interface Known {
  readonly now: Date;
  /** By project. */
  readonly use: ReadonlyMap<string, Use>;
  readonly pools: ReadonlyMap<string, Pool>;
  readonly custom: CustomRoles;
  /** Agents of a registry by the addresses of their accounts. */
  readonly agents: ReadonlyMap<string, NonNullable<Identity['agent']>>;
  readonly owners?: ReturnType<CodeOwners['finder']>;
}

const DEFAULT_ACCOUNTS: readonly (readonly [form: RegExp, service: string])[] = [
  [/^\d+-compute@developer\.gserviceaccount\.com$/, 'Compute Engine'], [/@appspot\.gserviceaccount\.com$/, 'App Engine'],
];
const FIREBASE = /^firebase-adminsdk-/;

/** The rows of service accounts, the worst findings first. */
export function accountRows(facts: Facts, known: Known): InventoryRow[] {
  const index = new FactIndex(facts);
  return facts.accounts.map((account) => rowOf(account, index, known)).sort(byFindings);
}

function rowOf(account: Account, index: FactIndex, known: Known): InventoryRow {
  const { now, custom, use: byProject, agents, owners, pools } = known;
  const { email, uniqueId, project, disabled, changedAt } = account;
  const names = [email, uniqueId];
  const home = index.projects.get(project);
  const held = index.heldBy(account, home);
  const neighbours: Neighbours = { project, projects: index.ids, numbers: index.numbers, pools };
  const direct = distinct([
    ...callersIn(index.onAccount(account).filter(({ role }) => letsImpersonate(role, custom)), neighbours), ...index.attachedTo(email),
  ]);
  // With such a role on its own project an account is a caller of itself.
  const through = distinct(callersIn(index.above(project, home).filter(({ role }) => impersonatesAll(role, custom)), neighbours))
    .filter(({ name }) => name !== email);
  const assumedBy = [...direct, ...through.map((caller) => ({ ...caller, name: `${caller.name} (by a role on the project)` }))];
  const use = byProject.get(project);
  const keys = index.keysOf(names);
  const agent = agents.get(email) ?? claimedAgent(account);
  const madeBy = makerOf(account);
  const identity: Identity = {
    account: project,
    ...(home === undefined || home.name === '' ? {} : { accountName: home.name }),
    type: 'service-account',
    name: email,
    arn: `//iam.googleapis.com/projects/${project}/serviceAccounts/${email}`,
    id: uniqueId,
    kind: 'machine',
    kindBecause: disabled ? 'a service account, disabled' : 'a service account',
    createdAt: '',
    ...lastUseOf(names, keys, use),
    assumedBy,
    keys: keys.map((key) => keyRow(key, use, now)),
    power: powerOf(held, custom),
    ...(madeBy === undefined ? {} : { madeBy }),
    sponsors: sponsorsOfAccount(account, home, direct, owners?.({
      name: email.split('@')[0], repositories: direct.filter(({ kind }) => kind === 'repository').map(({ name }) => name),
    })),
    ...(agent === undefined ? {} : { agent }),
  };
  const observedSince = first(names, use?.since);
  const defaultOf = DEFAULT_ACCOUNTS.find(([form]) => form.test(email))?.[1];
  const judged = {
    ...identity,
    attached: [],
    isDisabled: disabled,
    direct,
    through,
    held,
    leaked: keys.flatMap(({ id, leaked: what }) => (what === undefined ? [] : [{ id, what }])),
    isCalledUnused: use?.unused.has(email) === true,
    ...(defaultOf === undefined ? {} : { defaultOf }),
    ...(observedSince === undefined ? {} : { observedSince }),
    ...(changedAt === undefined ? {} : { changedAt }),
  };
  return { ...identity, findings: findingsOfAccount(judged, now) };
}

function callersIn(grants: readonly Grant[], neighbours: Neighbours): Caller[] {
  return grants.flatMap(({ members }) => members.map((member) => callerOf(member, neighbours)));
}

function distinct(callers: readonly Caller[]): Caller[] {
  return [...new Map(callers.map((caller) => [JSON.stringify(caller), caller])).values()];
}

function lastUseOf(names: readonly string[], keys: readonly AccountKey[], use: Use | undefined): Pick<Identity, 'lastUsed' | 'isUseUnknown'> {
  const insight = use?.unused.get(names[0]);
  const last = first(names, use?.accounts) ?? (insight === '' ? undefined : insight);
  if (last === undefined) {
    return use?.accounts === undefined && insight === undefined ? { isUseUnknown: true } : {};
  }
  const key = keys.find(({ id }) => use?.keys.get(id) === last);
  return { lastUsed: { at: last, by: key === undefined ? 'a token' : `key ${key.id}` } };
}

function keyRow({ id, active, createdAt, expiresAt }: AccountKey, use: Use | undefined, now: Date): Key {
  const lastUsedAt = use?.keys.get(id);
  return {
    name: id,
    active: active && (expiresAt === undefined || Date.parse(expiresAt) > now.getTime()),
    ...(createdAt === undefined ? {} : { createdAt, ageDays: daysSince(createdAt, now) }),
    ...(expiresAt === undefined ? {} : { expiresAt }),
    ...(lastUsedAt === undefined ? {} : { lastUsedAt }),
  };
}

/** What created an account, if it left a mark. */
function makerOf({ email, displayName, description }: Account): Maker | undefined {
  const service = DEFAULT_ACCOUNTS.find(([form]) => form.test(email))?.[1] ?? (FIREBASE.test(email) ? 'Firebase' : undefined);
  const place = [['its description', description], ['its display name', displayName]].find(([, text]) => /terraform|opentofu|pulumi/i.test(text));
  return service !== undefined ? { tool: service, evidence: 'form of its address' }
    : place === undefined ? undefined : { tool: /pulumi/i.test(place[1]) ? 'Pulumi' : 'Terraform', evidence: place[0] };
}

function first(names: readonly string[], map: ReadonlyMap<string, string> | undefined): string | undefined {
  return names.map((name) => map?.get(name)).find((found) => found !== undefined);
}

/** The facts by what rows ask for. Google names a project and an account in more than one way. */
class FactIndex {
  public readonly projects: ReadonlyMap<string, Project>;
  public readonly numbers: ReadonlyMap<string, string>;
  public readonly ids: ReadonlySet<string>;
  private readonly byResource = new Map<string, Grant[]>();
  private readonly byMember = new Map<string, Held[]>();
  private readonly keys = new Map<string, AccountKey[]>();
  private readonly attachments = new Map<string, Caller[]>();

  public constructor({ projects, grants, keys, attachments, accounts }: Facts) {
    this.projects = new Map(projects.map((project) => [project.id, project]));
    this.numbers = new Map(projects.map(({ id, number }) => [number, id]));
    this.ids = new Set([...projects.map(({ id }) => id), ...accounts.map(({ project }) => project)]);
    grants.forEach((grant) => this.addGrant({ ...grant, on: grant.on.replace(/^projects\/(\d+)/, (_whole, number: string) => `projects/${this.numbers.get(number) ?? number}`) }));
    keys.forEach((key) => push(this.keys, key.account, key));
    attachments.forEach(({ account, kind, name }) => push(this.attachments, account.toLowerCase(), { kind, name }));
  }

  public keysOf(names: readonly string[]): AccountKey[] {
    return names.flatMap((name) => this.keys.get(name) ?? []);
  }

  public attachedTo(email: string): readonly Caller[] {
    return this.attachments.get(email.toLowerCase()) ?? [];
  }

  /** Grants in the account's own policy. */
  public onAccount({ project, email, uniqueId }: Account): Grant[] {
    return [email, uniqueId].flatMap((name) => this.byResource.get(`projects/${project}/serviceAccounts/${name}`) ?? []);
  }

  /** Grants on the project, and on what is above it. */
  public above(project: string, home: Project | undefined): Grant[] {
    return [`projects/${project}`, ...home?.ancestors ?? []].flatMap((name) => this.byResource.get(name) ?? []);
  }

  /** Roles that the account has, also those of all accounts of its project. */
  public heldBy({ email, project }: Account, home: Project | undefined): Held[] {
    const places = [`projects/${home?.number ?? project}`, `projects/${project}`, ...home?.ancestors ?? []];
    const members = [`serviceaccount:${email.toLowerCase()}`, ...places.map((place) => `principalset://cloudresourcemanager.googleapis.com/${place}/type/serviceaccount`)];
    return [...new Set(members)].flatMap((member) => this.byMember.get(member) ?? []);
  }

  private addGrant(grant: Grant): void {
    push(this.byResource, grant.on, grant);
    const { on, role, condition, members } = grant;
    const held: Held = { on, role, ...(condition === undefined ? {} : { condition }) };
    new Set(members.map((member) => member.toLowerCase())).forEach((member) => push(this.byMember, member, held));
  }
}

function push<T>(map: Map<string, T[]>, key: string, value: T): void {
  const all = map.get(key);
  if (all === undefined) {
    map.set(key, [value]);
  } else {
    all.push(value);
  }
}
