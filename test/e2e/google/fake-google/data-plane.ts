import { FakeAccount } from './accounts';
import { FakeDenyPolicies } from './deny-policies';
import { FakePolicies } from './policies';
import { FakeRequest } from './wire';

/** Calls of agents: the request, the permission that it needs, and the resource. */
const ACTIONS: readonly (readonly [method: string, path: RegExp, permission: string, resource: (name: string) => string])[] = [
  ['GET', /^\/v1\/(projects\/[^/]+\/secrets\/[^/]+)\/versions\/latest:access$/, 'secretmanager.versions.access', (name) => name],
  ['POST', /^\/v1\/(projects\/[^/]+\/topics\/[^/]+):publish$/, 'pubsub.topics.publish', (name) => name],
  ['GET', /^\/storage\/v1\/b\/([^/]+)\/o$/, 'storage.objects.list', (bucket) => `buckets/${bucket}`],
  ['GET', /^\/bigquery\/v2\/(projects\/[^/]+)\/jobs$/, 'bigquery.jobs.list', (project) => project],
];

const ROLES: Readonly<Record<string, readonly string[]>> = {
  'roles/secretmanager.secretAccessor': ['secretmanager.versions.access'],
  'roles/pubsub.publisher': ['pubsub.topics.publish'],
  'roles/storage.objectViewer': ['storage.objects.list'],
  'roles/bigquery.jobUser': ['bigquery.jobs.list'],
  'roles/bigquery.dataViewer': ['bigquery.jobs.list'],
};

/** Whether an account may make the call now. Undefined for a call that agents don't make. */
export function mayAgent(policies: FakePolicies, denied: FakeDenyPolicies, account: FakeAccount, request: FakeRequest): boolean | undefined {
  for (const [method, path, permission, resource] of ACTIONS) {
    const match = method === request.method ? path.exec(request.path) : null;
    if (match !== null) {
      const name = resource(match[1]);
      const project = /^projects\/[^/]+/.exec(name)?.[0];
      return !denied.denies(account.email, permission, name)
        && [name, ...project === undefined ? [] : [project]].some((place) => isGranted(policies, place, account, permission, request.now));
    }
  }
  return undefined;
}

function isGranted(policies: FakePolicies, place: string, { email }: FakeAccount, permission: string, now: Date): boolean {
  return policies.of(place).bindings.some(({ role, members, condition }) => members.includes(`serviceAccount:${email}`)
    && (ROLES[role] ?? []).includes(permission)
    && (condition === undefined || holds(condition.expression, now)));
}

/** Evaluates only the CEL that the constructs write: an end in time. Any other expression is false. */
function holds(expression: string, now: Date): boolean {
  const end = /^request\.time < timestamp\(["']([^"']+)["']\)$/.exec(expression.trim());
  return end !== null && now < new Date(end[1]);
}
