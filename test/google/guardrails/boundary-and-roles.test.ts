import { Testing } from 'cdktf';
import { AgentAccessBoundary, AgentAccessBoundaryProps, SuspensionRoles } from '../../../src/google';
import { appOf, codeOf, stackOf } from '../agents';

const boundary = (props: Partial<AgentAccessBoundaryProps> = {}) => {
  const stack = stackOf(appOf(), 'guardrails');
  new AgentAccessBoundary(stack, 'Boundary', { organization: '123456789012', project: 'acme-agents', reachable: ['projects/acme-test', 'folders/42'], ...props });
  return JSON.parse(Testing.synth(stack)).resource as Record<string, Record<string, any>>;
};

test('the boundary allows the named resources and the project itself, and is bound to all its accounts', () => {
  const { google_iam_principal_access_boundary_policy: policies, google_iam_projects_policy_binding: bindings } = boundary();
  const [policy] = Object.values(policies);
  expect(policy).toMatchObject({ organization: '123456789012', location: 'global', principal_access_boundary_policy_id: 'nhi-agents-acme-agents' });
  expect(policy.details).toEqual({
    enforcement_version: '3',
    rules: [{ description: 'Nothing else', effect: 'ALLOW', resources: ['folders/42', 'projects/acme-agents', 'projects/acme-test'].map((name) => `//cloudresourcemanager.googleapis.com/${name}`) }],
  });
  const [[, binding]] = Object.entries(bindings);
  expect(binding).toMatchObject({
    project: 'acme-agents',
    policy_kind: 'PRINCIPAL_ACCESS_BOUNDARY',
    policy: 'organizations/123456789012/locations/global/principalAccessBoundaryPolicies/nhi-agents-acme-agents',
    target: { principal_set: '//cloudresourcemanager.googleapis.com/projects/acme-agents' },
    depends_on: [expect.stringMatching(/^google_iam_principal_access_boundary_policy\./)],
  });
});

test.each<[string, Partial<AgentAccessBoundaryProps>, Partial<AgentAccessBoundaryProps>]>([
  ['OrganizationInvalid', { organization: 'example.com' }, { organization: '123456789012' }],
  ['ScopeInvalid', { reachable: ['everything'] }, { reachable: ['organizations/42'] }],
  ['ProjectIdInvalid', { reachable: ['projects/123456789012'] }, { reachable: [] }],
  ['EnforcementVersionInvalid', { enforcementVersion: '0' }, { enforcementVersion: 'latest' }],
  ['BoundaryTooLarge', { reachable: Array.from({ length: 500 }, (_, at) => `folders/${at + 1}`) }, { reachable: Array.from({ length: 499 }, (_, at) => `folders/${at + 1}`) }],
])('%s: is refused, its good twin is not', (code, bad, good) => {
  expect(codeOf(() => boundary(bad))).toBe(code);
  expect(codeOf(() => boundary(good))).toBeUndefined();
});

test('the roles have exactly what the command needs, and who may suspend can\'t resume', () => {
  const stack = stackOf(appOf(), 'guardrails');
  new SuspensionRoles(stack, 'Roles', { organization: '123456789012' });
  const roles = Object.values<any>(JSON.parse(Testing.synth(stack)).resource.google_organization_iam_custom_role);
  const [resume, suspend] = roles.sort((one, other) => (one.role_id < other.role_id ? -1 : 1));
  const both = ['iam.denypolicies.get', 'iam.serviceAccounts.get', 'pubsub.topics.publish', 'storage.objects.create', 'storage.objects.get', 'storage.objects.list'];
  expect(suspend.permissions).toEqual(['iam.denypolicies.create', 'iam.serviceAccounts.disable', 'storage.buckets.get', ...both].sort());
  expect(resume.permissions).toEqual(['iam.denypolicies.delete', 'iam.serviceAccounts.disable', 'iam.serviceAccounts.enable', ...both].sort());
  expect(codeOf(() => new SuspensionRoles(stack, 'Wrong', { organization: 'organizations/1' }))).toBe('OrganizationInvalid');
});
