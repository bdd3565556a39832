import { App, aws_events as events, aws_iam as iam, aws_kms as kms, Environment, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { platform } from './platform';
import { withEveryFeature } from '../../../build/every-feature';
import { AccessCertification } from '../../../src/aws/access-certification';
import { policySizeOf, QUOTAS } from '../../../src/aws/iam/quotas';
import { AgentNaming, AgentNamingProps, LifecycleRegistry, Notifications, ResidueKind, SponsorDirectory } from '../../../src/aws/lifecycle-registry';
import { lifecyclePermissions } from '../../../src/aws/lifecycle-registry/features/lifecycle-permissions';
import { factsOf } from '../../../src/aws/lifecycle-registry/registry-facts';
import { AgentStage, Sponsor } from '../../../src/core';

const LONGEST_NAME = 'r'.repeat(20);
const LONGEST_STAGE = AgentStage.of('s'.repeat(15));
const LONGEST_PREFIX = `${'t'.repeat(31)}:`;
const LONGEST_ROOT = 'p'.repeat(440);
const { inlinePoliciesSize, managedPolicySize, managedPoliciesPerRole } = QUOTAS;

interface Document { readonly Statement: { readonly Sid: string; readonly Effect: string }[] }

/** A registry that has everything, in a region with a long name. */
function everything(registryName: string, naming: AgentNamingProps = {}, env: Environment = { account: '111122223333', region: 'ap-southeast-1' }) {
  const stack = new Stack(new App(), 'Platform', { env });
  const registry = new LifecycleRegistry(stack, 'Agents', {
    registryName,
    naming: AgentNaming.of(naming),
    stages: [LONGEST_STAGE],
    denyByInlinePolicy: true,
    wipes: Object.values(ResidueKind),
    encryptionKey: new kms.Key(stack, 'Key'),
    notifications: Notifications.mail({ from: 'agents@example.com' }),
    sponsorDirectory: SponsorDirectory.identityCenter({ identityStoreId: 'd-1234567890' }),
    lookUpCosts: true,
    defaultOwner: Sponsor.person({ name: 'Ada Park', email: 'ada.park@example.com', backupEmail: 'li.chen@example.com' }),
    breakGlassRoles: [new iam.Role(stack, 'BreakGlass', { assumedBy: new iam.AccountRootPrincipal() })],
  });
  registry.drill({ schedule: events.Schedule.expression('rate(7 days)'), agentName: 'canary-bot' });
  new AccessCertification(stack, 'Reviews', { registry, page: {} });
  return { registry, template: Template.fromStack(stack) };
}

const documentOf = ({ PolicyDocument: document }: { PolicyDocument: Document }): Document => document;

/** The policies of each role, by the role's logical id. */
function policiesOf(template: Template) {
  const roles = Object.entries(template.findResources('AWS::IAM::Role'));
  const inline = Object.values(template.findResources('AWS::IAM::Policy'));
  const managed = Object.entries(template.findResources('AWS::IAM::ManagedPolicy'));
  const holds = (of: { Ref: string }[] | undefined, id: string): boolean => of?.some(({ Ref: ref }) => ref === id) === true;
  return roles.map(([id, { Properties: { RoleName: name, Policies: own = [], ManagedPolicyArns: arns } }]) => ({
    name: name as string,
    inline: [
      ...(own as { PolicyDocument: Document }[]).map(documentOf),
      ...inline.filter(({ Properties: { Roles: of } }) => holds(of, id))
        .map(({ Properties: added }) => documentOf(added as { PolicyDocument: Document })),
    ],
    managed: managed.filter(([policy, { Properties: { Roles: of } }]) => holds(of, id) || holds(arns, policy))
      .map(([, { Properties: added }]) => documentOf(added as { PolicyDocument: Document })),
  }));
}

describe.each<[string, string, AgentNamingProps, Environment?]>([
  ['short names', 'agents', {}],
  ['the longest name', LONGEST_NAME, { tagPrefix: LONGEST_PREFIX, generatedNames: true }],
  ['the longest name and path', LONGEST_NAME, { tagPrefix: LONGEST_PREFIX, pathRoot: LONGEST_ROOT }],
  ['the longest name, and no known place', LONGEST_NAME, { tagPrefix: LONGEST_PREFIX }, {}],
])('a registry with everything and %s', (_what, name, naming, env) => {
  const { registry, template } = everything(name, naming, env);
  const roles = policiesOf(template);
  const engine = roles.find((role) => role.name === `${name}-nhi-lifecycle-engine`)!;

  test('each policy fits into what IAM allows, on each role', () => {
    const sizes = (documents: readonly unknown[]): number => documents.reduce<number>((sum, document) => sum + policySizeOf(document), 0);
    expect(roles.filter(({ inline }) => sizes(inline) > inlinePoliciesSize.limit).map((role) => role.name)).toEqual([]);
    expect(roles.filter(({ managed }) => managed.length > managedPoliciesPerRole.limit).map((role) => role.name)).toEqual([]);
    const policies = Object.entries(template.findResources('AWS::IAM::ManagedPolicy'));
    expect(policies.filter(([, { Properties }]) => policySizeOf(documentOf(Properties)) > managedPolicySize.limit).map(([id]) => id)).toEqual([]);
  });

  test('the engine has each of its statements once, and its Denies inline', () => {
    const { names, place } = factsOf(registry);
    const { settings } = withEveryFeature(names, place);
    const declared = lifecyclePermissions({ names, place, settings: { ...settings, denyByInlinePolicy: true } }).steps;
    const has = [...engine.inline, ...engine.managed].flatMap(({ Statement: all }) => all.map(({ Sid: sid }) => sid));
    const sids = declared.map(({ Sid: sid }) => sid);
    expect(has.filter((sid) => sids.includes(sid)).sort()).toEqual([...sids].sort());
    expect(engine.managed.flatMap(({ Statement: all }) => all).filter(({ Effect }) => Effect === 'Deny')).toEqual([]);
  });
});

test('what is longer than a role\'s inline policies continues in managed ones, and nothing else does', () => {
  const parts = (template: Template): string[] => Object.values(template.findResources('AWS::IAM::ManagedPolicy'))
    .map(({ Properties: { ManagedPolicyName: policy } }) => policy as string).filter((policy) => policy.includes('-more-'));
  expect(parts(platform().template())).toEqual([]);
  expect(parts(everything(LONGEST_NAME).template)).toEqual([`${LONGEST_NAME}-nhi-lifecycle-engine-more-1`]);
});
