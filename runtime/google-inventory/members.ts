import { Caller } from '../../src/core/identities/caller';

/** Whom a member is compared with. */
export interface Neighbours {
  /** Project of the account. */
  readonly project: string;
  /** Projects that belong together: those of the inventory. */
  readonly projects: ReadonlySet<string>;
  /** Ids of the projects by their numbers. */
  readonly numbers: ReadonlyMap<string, string>;
  /** What a provider of a workload identity pool accepts, by the pool's name. */
  readonly pools: ReadonlyMap<string, Pool>;
}

/** What may enter a workload identity pool. */
export interface Pool {
  readonly issuers: readonly string[];
  /** Whether each provider has a condition on the tokens that it accepts. */
  readonly hasConditions: boolean;
}

const POOL = /^(principal(?:Set)?):\/\/iam\.googleapis\.com\/(projects\/[^/]+\/locations\/global\/workloadIdentityPools\/([^/]+))\/(.+)$/;
const WORKFORCE = /^principal(?:Set)?:\/\/iam\.googleapis\.com\/locations\/global\/workforcePools\/([^/]+)\/(.+)$/;
const OF_RESOURCE = /^principalSet:\/\/cloudresourcemanager\.googleapis\.com\/((?:projects|folders|organizations)\/[^/]+)(?:\/type\/(.+))?$/;
const GKE = /^(.+)\.svc\.id\.goog\[([^/\]]+)\/([^\]]+)\]$/;
/** Accounts of Google's own services, each for one project. https://cloud.google.com/iam/docs/service-agents */
const AGENT = /^(?:service-(\d+)@(?:gcp-sa-)?([a-z0-9.-]+)\.iam\.gserviceaccount\.com|(\d+)@(cloudservices|cloudbuild)\.gserviceaccount\.com)$/;
/** Projects in which Google has them, besides those that begin with gcp-sa-. */
const HOMES: readonly string[] = [
  'compute-system', 'container-engine-robot', 'containerregistry', 'cloudcomposer-accounts', 'dataflow-service-producer-prod', 'dataproc-accounts', 'gcf-admin-robot', 'gae-api-prod.google.com',
  'serverless-robot-prod',
];

/** Who a member of an account's policy is, by name. https://cloud.google.com/iam/docs/principal-identifiers */
export function callerOf(member: string, neighbours: Neighbours): Caller {
  const [, type = '', rest = ''] = /^([^:]+):(.*)$/s.exec(member) ?? [];
  switch (type) {
    case 'user': return { kind: 'people', name: rest };
    case 'group': return { kind: 'people', name: `group ${rest}` };
    case 'domain': return { kind: 'people', name: `everyone of ${rest}` };
    case 'projectOwner':
    case 'projectEditor':
    case 'projectViewer': return { kind: 'people', name: `${type.slice('project'.length).toLowerCase()}s of ${rest}` };
    case 'serviceAccount': return serviceAccountCaller(rest, neighbours);
    case 'deleted': return { kind: 'deleted', name: `deleted ${rest.replace(/\?uid=.*$/, '')}` };
    case 'principal':
    case 'principalSet': return principalCaller(member, neighbours);
    default: return ['allUsers', 'allAuthenticatedUsers'].includes(member)
      ? { kind: 'anyone', name: member === 'allUsers' ? 'anyone' : 'anyone with a Google account', weakness: 'anyone' } : { kind: 'unreadable', name: member };
  }
}

function serviceAccountCaller(address: string, { project, projects, numbers }: Neighbours): Caller {
  const pod = GKE.exec(address);
  if (pod !== null) {
    const [, of, namespace, name] = pod;
    return { kind: 'cluster', name: `GKE namespace ${namespace}, service account ${name}, project ${of}`, ...other(of, project, projects) };
  }
  const agent = agentOf(address);
  if (agent !== undefined) {
    return { kind: 'service', name: `service agent ${agent.service}`, ...other(numbers.get(agent.number) ?? agent.number, project, projects) };
  }
  const home = projectOfAddress(address, numbers);
  return { kind: 'service-account', name: address, ...(home === undefined ? {} : other(home, project, projects)) };
}

function agentOf(address: string): { readonly service: string; readonly number: string } | undefined {
  const [, number, service, otherNumber, otherService] = AGENT.exec(address) ?? [];
  return otherNumber !== undefined ? { service: otherService, number: otherNumber }
    : number !== undefined && (HOMES.includes(service) || address.includes('@gcp-sa-')) ? { service, number } : undefined;
}

/** Another project, and whether it is one outside of the inventory. */
function other(home: string, project: string, projects: ReadonlySet<string>): Pick<Caller, 'otherAccount' | 'weakness'> {
  return home === project ? {} : { otherAccount: home, ...(projects.has(home) ? {} : { weakness: 'no-external-id' }) };
}

/** The project in an account's address. That of a default account of Compute Engine has its number only. */
export function projectOfAddress(address: string, numbers: ReadonlyMap<string, string>): string | undefined {
  const [, id, domain] = /@([a-z0-9-]+)(?:\.([a-z0-9.-]+))?\.iam\.gserviceaccount\.com$/.exec(address) ?? [];
  const [, number] = /^(\d+)-compute@developer\.gserviceaccount\.com$/.exec(address) ?? [];
  return number !== undefined ? numbers.get(number) ?? number
    : id === undefined ? /^([a-z0-9-]+)@appspot\.gserviceaccount\.com$/.exec(address)?.[1] : domain === undefined ? id : `${domain}:${id}`;
}

function principalCaller(member: string, { pools }: Neighbours): Caller {
  const workforce = WORKFORCE.exec(member);
  if (workforce !== null) {
    return { kind: 'people', name: `${workforce[2].replace(/^subject\//, '')} of workforce pool ${workforce[1]}` };
  }
  const resource = OF_RESOURCE.exec(member);
  if (resource !== null) {
    return { kind: resource[2] === 'ServiceAccount' ? 'service-account' : 'workload', name: `all ${resource[2] === 'ServiceAccount' ? 'service accounts' : resource[2] ?? 'identities'} of ${resource[1]}` };
  }
  const [, type, path, pool, who] = POOL.exec(member) ?? [];
  if (path === undefined) {
    return { kind: 'workload', name: member };
  }
  const { issuers = [], hasConditions = false } = pools.get(path) ?? {};
  const from = issuers.length === 0 ? `workload identity pool ${pool}` : `${issuers.join(' or ')}, by workload identity pool ${pool}`;
  return type === 'principal' ? subjectOf(who, from, issuers) : setOf(who, from, issuers, hasConditions);
}

const GITHUB_SUBJECT = /^repo:([^:]+):/;
const REPOSITORIES: Readonly<Record<string, string>> = { 'token.actions.githubusercontent.com': 'GitHub repository', 'gitlab.com': 'GitLab project' };

/** A repository, if every provider of the pool is of those that vouch for repositories. Any other can claim what it likes. */
function repositoryOf(name: string, from: string, issuers: readonly string[]): Caller {
  const [issuer] = issuers;
  return issuer === undefined ? { kind: 'repository', name: `repository ${name}` }
    : issuers.length === 1 && Object.hasOwn(REPOSITORIES, issuer) ? { kind: 'repository', name: `${REPOSITORIES[issuer]} ${name}` } : { kind: 'workload', name: `repository ${name} of ${from}` };
}

function subjectOf(who: string, from: string, issuers: readonly string[]): Caller {
  const subject = who.replace(/^subject\//, '');
  const repository = GITHUB_SUBJECT.exec(subject)?.[1];
  return repository === undefined ? { kind: 'workload', name: `subject ${subject} of ${from}` } : repositoryOf(repository, from, issuers);
}

function setOf(who: string, from: string, issuers: readonly string[], hasConditions: boolean): Caller {
  const [, attribute, value] = /^attribute\.([^/]+)\/(.+)$/.exec(who) ?? [];
  switch (attribute) {
    case undefined: return who === '*' ? { kind: 'workload', name: `any subject of ${from}`, weakness: hasConditions ? 'wide-subject' : 'no-subject' }
      : { kind: 'workload', name: `${who.replace(/^group\//, 'group ')} of ${from}` };
    case 'repository':
    case 'project_path': return repositoryOf(value, from, issuers);
    case 'repository_owner':
    case 'namespace_path': return { kind: 'repository', name: `any repository of ${value}, from ${from}`, weakness: 'wide-subject' };
    default: return { kind: 'workload', name: `${attribute} ${value} of ${from}` };
  }
}
