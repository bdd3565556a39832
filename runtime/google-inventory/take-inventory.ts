import { agentsByAddress, RegisteredAgent } from './agents';
import { GoogleSource } from './connect';
import { Account, Facts, merged, Project } from './facts';
import { customRolesOf, poolsOf } from './federation';
import { assetsOf, policiesOf } from './from-assets';
import { accountPoliciesOf, accountsOf, containerPolicyOf, projectOf, projectsBelow } from './from-iam';
import { Keeping } from './listing';
import { NEEDS } from './permissions';
import { Reading } from './reading';
import { accountRows } from './rows';
import { Use, useOf } from './use';
import { inParallel } from '../google/in-parallel';
import { CodeOwners } from '../inventory/code-owners';
import { Inventory } from '../inventory/model';

export interface GoogleInventoryOptions {
  /** Folder for pages of an unfinished run. */
  readonly state: string;
  /** A checkout with a file of code owners. */
  readonly checkout?: string;
  readonly clock: () => Date;
  /** Receives a line on how far the inventory is. */
  readonly tell: (line: string) => void;
  /** Lists the agents of a registry on Google. */
  readonly registered?: () => Promise<readonly RegisteredAgent[]>;
}

const PROJECTS_AT_ONCE = 4;
const CLOUD_ASSET = 'Cloud Asset';

/**
 * Takes the inventory of projects, or of all projects of an organization. Cloud Asset says most of it in few calls. Where it is refused, each project and each
 * account is asked instead; what can't be read is named in the result.
 *
 * @throws InvalidInputError `CredentialsRefused`, `CodeOwnersMissing`, `StateFolderUnusable`, and the codes of credentials
 */
export async function takeGoogleInventory(source: GoogleSource, options: GoogleInventoryOptions): Promise<Inventory> {
  const now = options.clock();
  const owners = options.checkout === undefined ? undefined : new CodeOwners(options.checkout);
  const reading = new Reading(source.api);
  const keeping: Keeping = { state: options.state, now, tell: options.tell, begun: [] };
  const { projects, organization } = source;
  const facts = merged(organization !== undefined ? [await ofOrganization(reading, organization, keeping)]
    : await inParallel(projects, PROJECTS_AT_ONCE, (project) => ofProject(reading, project, keeping)));
  const withAccounts = [...new Set(facts.accounts.map(({ project }) => project))].sort();
  let done = 0;
  const use = await inParallel(withAccounts, PROJECTS_AT_ONCE, async (project): Promise<[string, Use]> => {
    options.tell(`last authentications and insights, ${done++} of ${withAccounts.length} projects`);
    return [project, await useOf(reading, project)];
  });
  const agents = await options.registered?.() ?? [];
  const rows = accountRows(facts, {
    now,
    use: new Map(use),
    pools: await poolsOf(reading, facts.grants),
    custom: await customRolesOf(reading, concerning(facts)),
    agents: agentsByAddress(agents),
    ...(owners === undefined ? {} : { owners: owners.finder(new Set(facts.accounts.map(({ email }) => email.split('@')[0]))) }),
  });
  keeping.begun.forEach((files) => files.clear());
  const lost = new Set(reading.unread.filter(({ service }) => service === undefined).map(({ account }) => account));
  const names = new Map(facts.projects.map(({ id, name }) => [id, name]));
  const all = organization === undefined ? projects : [...new Set([...names.keys(), ...withAccounts])].sort();
  const read = all.filter((project) => !lost.has(project));
  return {
    takenAt: now.toISOString(),
    cloud: 'google',
    accounts: read.map((account) => ({ account, ...(names.get(account) === undefined || names.get(account) === '' ? {} : { name: names.get(account)! }) })),
    unread: reading.unread,
    rows,
  };
}

/** Grants that accounts have, or that are on accounts and projects: custom roles of people elsewhere are not asked for. */
function concerning({ grants }: Facts): Facts['grants'] {
  return grants.filter(({ on, members }) => /^(projects|folders|organizations)\/[^/]+(\/serviceAccounts\/[^/]+)?$/.test(on) || members.some((member) => member.startsWith('serviceAccount:')));
}

function assets(reading: Reading, scope: string, account: string, keeping: Keeping): Promise<Facts | undefined> {
  return reading.attempt({ account, service: `${CLOUD_ASSET}: what runs as an account`, api: 'cloudasset', permissions: NEEDS.assets }, () => assetsOf(reading.api, scope, keeping));
}

function policies(reading: Reading, scope: string, account: string, keeping: Keeping): Promise<Facts | undefined> {
  return reading.attempt({ account, service: `${CLOUD_ASSET}: roles on single resources`, api: 'cloudasset', permissions: NEEDS.policies }, () => policiesOf(reading.api, scope, keeping));
}

async function ofProject(reading: Reading, project: string, keeping: Keeping): Promise<Facts> {
  const scope = `projects/${project}`;
  const resources = await assets(reading, scope, project, keeping) ?? await projectByIam(reading, project, keeping);
  const grants = await policies(reading, scope, project, keeping) ?? await grantsByIam(reading, project, resources.accounts, keeping);
  return merged([resources, grants]);
}

async function ofOrganization(reading: Reading, organization: string, keeping: Keeping): Promise<Facts> {
  const scope = `organizations/${organization}`;
  const resources = await assets(reading, scope, scope, keeping) ?? await organizationByIam(reading, scope, keeping);
  const grants = await policies(reading, scope, scope, keeping);
  if (grants !== undefined) {
    return merged([resources, grants]);
  }
  const own = await reading.attempt({ account: scope, service: 'its policy', api: 'cloudresourcemanager', permissions: NEEDS.organizationPolicy }, () => containerPolicyOf(reading.api, scope));
  const withAccounts = [...new Set(resources.accounts.map(({ project }) => project))];
  return merged([resources, ...own === undefined ? [] : [own], ...await inParallel(withAccounts, PROJECTS_AT_ONCE, (project) => (
    grantsByIam(reading, project, resources.accounts.filter((account) => account.project === project), keeping)))]);
}

async function organizationByIam(reading: Reading, scope: string, keeping: Keeping): Promise<Facts> {
  const projects = await reading.attempt({ account: scope, api: 'cloudresourcemanager', permissions: NEEDS.projects }, () => projectsBelow(reading.api, scope)) ?? [];
  return merged(await inParallel(projects, PROJECTS_AT_ONCE, (project) => projectByIam(reading, project.id, keeping, project)));
}

async function projectByIam(reading: Reading, project: string, keeping: Keeping, known?: Project): Promise<Facts> {
  const own = known === undefined
    ? await reading.attempt({ account: project, service: 'its labels', api: 'cloudresourcemanager', permissions: NEEDS.project }, () => projectOf(reading.api, project)) ?? [] : [known];
  const accounts = await reading.attempt({ account: project, api: 'iam', permissions: NEEDS.accounts }, () => accountsOf(reading.api, project, keeping));
  return merged([{ projects: own }, ...accounts === undefined ? [] : [accounts]]);
}

async function grantsByIam(reading: Reading, project: string, accounts: readonly Account[], keeping: Keeping): Promise<Facts> {
  const onProject = await reading.attempt({ account: project, service: 'its policy', api: 'cloudresourcemanager', permissions: NEEDS.projectPolicy }, () => (
    containerPolicyOf(reading.api, `projects/${project}`)));
  const onAccounts = await reading.attempt({ account: project, service: 'policies of its service accounts', api: 'iam', permissions: NEEDS.accountPolicies }, () => (
    accountPoliciesOf(reading.api, project, accounts, keeping)));
  return merged([onProject, onAccounts].flatMap((facts) => facts ?? []));
}
