import { Finding } from '../../wiping';
import { allPages, GoogleApi } from '../api';
import { inParallel } from '../in-parallel';
import { Binding, HOLDER_KINDS, isMemberOf, PolicyHolder, removeMembers, rolesOf, rolesOn } from '../policies';
import { Wiper, WipeTarget } from './wiper';
import { reasonOf } from '../../../src/core/errors';

const NAME = 'grants elsewhere';
const AT_ONCE = 8;
const MOST_POLICIES = '500';
/** How the note of a scope that could not be searched begins. */
export const NOT_SEARCHED = 'not searched: ';

/** A policy that Cloud Asset found, with the bindings that match the query. */
interface Hit {
  readonly resource?: unknown;
  readonly project?: unknown;
  readonly policy?: { readonly bindings?: readonly Binding[] };
}

/** A place of a hit. */
interface Place {
  /** Its name with the project's id, where Google says the id. */
  readonly name: string;
  /** Id of the project that contains it. Undefined for a folder, for an organization, and if the caller may not read the project. */
  readonly project?: string;
  /** The project as a note says it. */
  readonly within: string;
  /** Undefined for a kind whose policies a teardown does not change. */
  readonly holder?: PolicyHolder;
  /** Roles according to Cloud Asset. */
  readonly roles: readonly string[];
}

/**
 * Bindings of the account outside of the declared places, as Cloud Asset finds them in the scope that the registry declares. They are removed in the
 * projects that the registry allows, and otherwise reported. Cloud Asset lags behind, so what it finds is looked up in the policy itself.
 */
export const grantsElsewhere: Wiper = {
  name: NAME,
  source: 'the IAM policies that Cloud Asset finds for the account in the scope that the registry declares',
  gaps: ['grants in the scope that Cloud Asset does not know, or not yet', 'policies outside of the scope that the registry declares'],
  async list({ api }, target) {
    const { beyond } = target;
    if (beyond === undefined) {
      return [];
    }
    let hits: readonly Hit[];
    try {
      hits = await search(api, beyond.scope, target.account.email);
    } catch (error) {
      // A search that is not allowed must not keep an agent from leaving. The certificate says that it is missing.
      return [{ wiper: NAME, kind: 'scope', id: beyond.scope, actedOn: false, note: `${NOT_SEARCHED}${reasonOf(error)}` }];
    }
    const declared = new Set(target.holders.map(({ name }) => name));
    const places = await placesOf(api, target, hits);
    return (await inParallel(places.filter(({ name }) => !declared.has(name)), AT_ONCE, (place) => findingsIn(api, target, place))).flat();
  },
  async wipe({ api }, target, { id }) {
    const holder = holderNamed(id.slice(id.indexOf(' on ') + ' on '.length));
    if (holder !== undefined) {
      await removeMembers(api, holder, theirs(target));
    }
  },
};

function search(api: GoogleApi, scope: string, email: string): Promise<Hit[]> {
  return allPages(
    api,
    { service: 'cloudasset', method: 'GET', path: `/v1/${scope}:searchAllIamPolicies`, query: { query: `policy:"${email}"`, pageSize: MOST_POLICIES } },
    (page: { results?: Hit[]; nextPageToken?: string }) => page.results,
  );
}

async function placesOf(api: GoogleApi, target: WipeTarget, hits: readonly Hit[]): Promise<Place[]> {
  const ofAccount = hits.flatMap(({ resource, project, policy }) => {
    // The query finds more than this account.
    const roles = rolesOf(policy ?? {}, theirs(target));
    return typeof resource === 'string' && roles.length > 0 ? [{ resource, numbered: typeof project === 'string' ? project : undefined, roles }] : [];
  });
  const numbers = [...new Set(ofAccount.flatMap(({ numbered }) => numbered ?? []))];
  const ids = new Map(await inParallel(numbers, AT_ONCE, async (number) => [number, await idOf(api, number)] as const));
  return ofAccount.map(({ resource, numbered, roles }) => {
    const id = numbered === undefined ? undefined : ids.get(numbered);
    const [, service = '', relative = resource] = /^\/\/([a-z]+)\.googleapis\.com\/(.*)$/.exec(resource) ?? [];
    const named = numbered === undefined || id === undefined ? relative : relative.replace(new RegExp(`^${numbered}(?=/|$)`), `projects/${id}`);
    const holder = holderNamed(service === 'storage' ? `buckets/${named}` : named, service);
    const within = id !== undefined ? `project ${id}` : numbered === undefined ? 'policies outside of projects' : `${numbered}, whose id could not be read (resourcemanager.projects.get)`;
    return { name: holder?.name ?? resource, roles, within, ...id === undefined ? {} : { project: id }, ...holder === undefined ? {} : { holder } };
  });
}

async function findingsIn(api: GoogleApi, target: WipeTarget, { name, project, within, holder, roles }: Place): Promise<Finding[]> {
  const found = (role: string, more: Partial<Finding>): Finding => ({ wiper: NAME, kind: 'grant', id: `${role} on ${name}`, actedOn: false, ...more });
  if (holder === undefined) {
    return distinct(roles).map((role) => found(role, { note: 'found by Cloud Asset; a teardown does not change policies of this kind' }));
  }
  let now: readonly string[];
  try {
    now = await rolesOn(api, holder, theirs(target));
  } catch (error) {
    return distinct(roles).map((role) => found(role, { note: `found by Cloud Asset; its policy could not be read: ${reasonOf(error)}` }));
  }
  const isAllowed = project !== undefined && target.beyond?.wipedProjects.includes(project) === true;
  return distinct(now).map((role) => found(role, isAllowed ? { actedOn: true } : {
    note: `found by Cloud Asset; the registry does not allow teardowns to change ${within}`,
  }));
}

/** Cloud Asset names projects by their numbers. Undefined if the caller may not read the project. */
async function idOf(api: GoogleApi, numbered: string): Promise<string | undefined> {
  const { projectId } = await api.call<{ projectId?: unknown }>({ service: 'cloudresourcemanager', method: 'GET', path: `/v3/${numbered}` })
    .catch(() => ({ projectId: undefined }));
  return typeof projectId === 'string' ? projectId : undefined;
}

/** The holder that has a name, if it is of a kind whose policies are changed. A bucket's name begins with `buckets/`. */
function holderNamed(name: string, service?: string): PolicyHolder | undefined {
  const isBucket = name.startsWith('buckets/');
  const kind = Object.entries(HOLDER_KINDS).find(([which, known]) => (
    (which === 'bucket') === isBucket && known.pattern.test(name) && (service === undefined || known.service === service)))?.[1];
  return kind?.holder(name);
}

function theirs({ account, state, principals }: WipeTarget): (member: string) => boolean {
  return isMemberOf({ email: account.email, ownsAddress: state !== 'replaced', principals });
}

function distinct(roles: readonly string[]): string[] {
  return [...new Set(roles)];
}
