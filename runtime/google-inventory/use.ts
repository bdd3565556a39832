import { at, text } from './facts';
import { NEEDS } from './permissions';
import { Reading } from './reading';
import { allPages } from '../google/api';

/** When the accounts and keys of a project were last used, as Google observed it. */
export interface Use {
  /** By address and unique id. Undefined if Google could not be asked. */
  readonly accounts?: ReadonlyMap<string, string>;
  /** When the observation of an account began, by the same. */
  readonly since: ReadonlyMap<string, string>;
  /** By id of the key. */
  readonly keys: ReadonlyMap<string, string>;
  /** Accounts that Google's insights call unused for 90 days, with their last use if it has one. */
  readonly unused: ReadonlyMap<string, string>;
}

const MOST_ACTIVITIES = '1000';
const SERVICE = 'last authentications';

/**
 * Three calls for each project and each 1,000 accounts. Google counts calls of its APIs with a token of the account or of its key: not API keys that are bound to
 * an account, and not APIs of Google Workspace. A day is the smallest unit.
 * https://cloud.google.com/policy-intelligence/docs/activity-analyzer-service-account-authentication
 */
export async function useOf(reading: Reading, project: string): Promise<Use> {
  const of = (permissions: readonly string[], api: string, service: string) => ({ account: project, service, api, permissions });
  const [accounts, keys, insights] = await Promise.all([
    reading.attempt(of(NEEDS.use, 'policyanalyzer', SERVICE), () => activities(reading, project, 'serviceAccountLastAuthentication')),
    reading.attempt(of(NEEDS.keyUse, 'policyanalyzer', `${SERVICE} of keys`), () => activities(reading, project, 'serviceAccountKeyLastAuthentication')),
    reading.attempt(of(NEEDS.insights, 'recommender', 'insights'), () => insightsOf(reading, project)),
  ]);
  return {
    ...(accounts === undefined ? {} : { accounts: new Map(accounts.flatMap(({ names, last }) => (last === '' ? [] : names.map((name) => [name, last] as const)))) }),
    since: new Map((accounts ?? []).flatMap(({ names, since }) => (since === '' ? [] : names.map((name) => [name, since] as const)))),
    keys: new Map((keys ?? []).flatMap(({ key, last }) => (last === '' || key === undefined ? [] : [[key, last] as const]))),
    unused: new Map(insights ?? []),
  };
}

interface Activity { readonly names: readonly string[]; readonly key?: string; readonly last: string; readonly since: string }

async function activities({ api }: Reading, project: string, type: string): Promise<Activity[]> {
  const all = await allPages(api, {
    service: 'policyanalyzer', method: 'GET', path: `/v1/projects/${project}/locations/global/activityTypes/${type}/activities:query`, query: { pageSize: MOST_ACTIVITIES },
  }, ({ activities: its }: { activities?: unknown[]; nextPageToken?: string }) => its);
  return all.map((one) => {
    const name = text(at(one, 'fullResourceName'));
    const [, email = '', key] = /\/serviceAccounts\/([^/]+)(?:\/keys\/([^/]+))?$/.exec(name) ?? [];
    return {
      names: [email, text(at(one, 'activity', 'serviceAccount', 'serviceAccountId'))].filter((each) => each !== ''),
      ...(key === undefined ? {} : { key }),
      last: text(at(one, 'activity', 'lastAuthenticatedTime')),
      since: text(at(one, 'observationPeriod', 'startTime')),
    };
  });
}

/** https://cloud.google.com/policy-intelligence/docs/service-account-insights */
async function insightsOf({ api }: Reading, project: string): Promise<[string, string][]> {
  const all = await allPages(api, {
    service: 'recommender', method: 'GET', path: `/v1/projects/${project}/locations/global/insightTypes/google.iam.serviceAccount.Insight/insights`, query: { pageSize: MOST_ACTIVITIES },
  }, ({ insights }: { insights?: unknown[]; nextPageToken?: string }) => insights);
  return all.filter((insight) => ['', 'ACTIVE'].includes(text(at(insight, 'stateInfo', 'state'))))
    .map((insight) => [text(at(insight, 'content', 'email')), text(at(insight, 'content', 'lastAuthenticatedTime'))]);
}
