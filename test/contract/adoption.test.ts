import { contentsNotAdoptable, notAdoptable } from '../../src/contract/adoption';

const REGISTRY = { path: '/agents/', registryName: 'agents' };
const REGISTRY_TAGS = { partition: 'aws', tagPrefix: 'acme/' };
const EMPTY = { tags: {}, inline: {}, attached: [] };
const DENY_ALL = 'arn:aws:iam::aws:policy/AWSDenyAll';

test.each([
  ['/aws-service-role/elasticloadbalancing.amazonaws.com/', 'AWSServiceRoleForElasticLoadBalancing', /belongs to AWS/],
  ['/aws-reserved/sso.amazonaws.com/eu-west-1/', 'AWSReservedSSO_Admin_0123456789abcdef', /IAM Identity Center/],
  ['/', 'AWSReservedSSO_Admin_0123456789abcdef', /IAM Identity Center/],
  ['/', 'cdk-hnb659fds-cfn-exec-role-111122223333-eu-west-1', /deployed by it/],
  ['/', 'cdk-hnb659fds-deploy-role-111122223333-eu-west-1', /deployed by it/],
  ['/', 'OrganizationAccountAccessRole', /administered/],
  ['/', 'agents-nhi-lifecycle-engine', /registry's own role/],
  ['/', 'other-registry-nhi-reach-0123456789abcdef', /registry's own role/],
  ['/agents/test/', 'invoice-bot-test', /new ManagedAgentIdentity\(\)/],
])('a role %s%s is not adopted', (path, roleName, why) => {
  expect(notAdoptable({ path, roleName }, REGISTRY)).toMatch(why);
});

test.each([['/', 'legacy-bot'], ['/service-role/', 'legacy-bot-role-x1y2z3'], ['/teams/billing/', 'cdk-invoices'], ['/agents-of-others/', 'bot'], ['/', 'nhi-bot']])('a role %s%s is', (path, roleName) => {
  expect(notAdoptable({ path, roleName }, REGISTRY)).toBeUndefined();
});

test.each([
  [{ tags: { 'Agent:Name': 'other' } }, /tag Agent:Name, which only agents have/],
  [{ tags: { 'acme/registry': 'other' } }, /tag acme\/registry, which only agents have/],
  [{ inline: { 'nhi-expiry': '{}' } }, /inline policy nhi-expiry/],
  [{ inline: { 'nhi-quarantine': '{}' } }, /inline policy nhi-quarantine/],
  [{ boundary: DENY_ALL }, /AWSDenyAll denies it everything/],
  [{ attached: [DENY_ALL] }, /AWSDenyAll denies it everything/],
])('a role with %j is not adopted', (contents, why) => {
  expect(contentsNotAdoptable({ ...EMPTY, ...contents }, REGISTRY_TAGS)).toMatch(why);
});

test('a role with policies, a boundary and tags of its owner is', () => {
  const contents = { boundary: 'arn:aws:iam::111122223333:policy/organisation', tags: { team: 'billing' }, inline: { tables: '{}' }, attached: ['arn:aws:iam::aws:policy/ReadOnlyAccess'] };
  expect(contentsNotAdoptable(contents, REGISTRY_TAGS)).toBeUndefined();
});
