import { App, aws_iam as iam, aws_s3 as s3, Environment, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { agentIn, codeOf, ELSEWHERE, ENV, synthError, TEST } from './agents';
import { ManagedAgentIdentity } from '../../../src/aws/agent-identity';
import { LifecycleRegistry, LifecycleRegistryReferenceProps } from '../../../src/aws/lifecycle-registry';

const FRANKFURT = { ...ENV, region: 'eu-central-1' };

function referring(env: Environment | undefined, props: LifecycleRegistryReferenceProps, home?: Environment): Stack {
  const app = new App();
  if (home !== undefined) {
    LifecycleRegistry.development(new Stack(app, 'Platform', { env: home }), 'Agents');
  }
  const stack = new Stack(app, 'Own', { env });
  agentIn(stack, { registry: LifecycleRegistry.fromRegistryName(stack, 'Registry', 'agents', props) });
  return stack;
}

describe('an agent in another region than its registry is refused', () => {
  test.each<[string, Environment | undefined, LifecycleRegistryReferenceProps, Environment | undefined, string | undefined]>([
    ['as the reference states it', FRANKFURT, { homeRegion: 'eu-west-1' }, undefined, 'RegistryElsewhere'],
    ['as the app creates it', FRANKFURT, {}, ENV, 'RegistryElsewhere'],
    ['not in the same region', ENV, { homeRegion: 'eu-west-1' }, ENV, undefined],
    ['not if nobody knows', FRANKFURT, {}, undefined, undefined],
    ['not for the registry of that name in another account', FRANKFURT, {}, ELSEWHERE, undefined],
  ])('%s', (_what, env, props, home, code) => {
    expect(codeOf(() => referring(env, props, home))).toBe(code);
  });

  test('with what to do', () => {
    expect(() => referring(FRANKFURT, { homeRegion: 'eu-west-1' })).toThrow(
      'the agent is in region eu-central-1, its registry agents in eu-west-1: use the registry of the agent\'s own account and region; a stack of another region names the agent by ManagedAgentIdentity.fromAgentName()');
  });

  test.each<[string, LifecycleRegistryReferenceProps, Environment | undefined]>([['stated', { homeRegion: 'eu-west-1' }, undefined], ['created here', {}, ENV]])(
    'by CloudFormation, if the region is known only at deployment and the registry\'s is %s', (_what, props, home) => {
      const template = Template.fromStack(referring(undefined, props, home));
      const rules = Object.values(template.toJSON().Rules as object).filter((rule) => JSON.stringify(rule).includes('RegistryElsewhere'));
      expect(rules).toEqual([{
        Assertions: [{
          Assert: { 'Fn::Contains': [['eu-west-1'], { Ref: 'AWS::Region' }] },
          AssertDescription: 'RegistryElsewhere: the agents of this stack belong to the registry agents in eu-west-1: deploy the stack there',
        }],
      }]);
    });

  test('by CloudFormation once a stack, and not where it need not', () => {
    const stack = referring(undefined, { homeRegion: 'eu-west-1' });
    agentIn(stack, { registry: stack.node.findChild('Registry') as LifecycleRegistry, agentName: 'other-bot' }, 'Other');
    expect(JSON.stringify(Template.fromStack(stack).toJSON().Rules).match(/RegistryElsewhere/g)).toHaveLength(1);
    for (const other of [referring(undefined, {}), referring(ENV, { homeRegion: 'eu-west-1' })]) {
      expect(JSON.stringify(Template.fromStack(other).toJSON())).not.toContain('RegistryElsewhere');
    }
  });
});

test.each(['Frankfurt', '', 'eu-west', 'eu_west_1', 'eu-west-1 '])('RegionInvalid: %j is no region', (homeRegion) => {
  expect(codeOf(() => referring(ENV, { homeRegion }))).toBe('RegionInvalid');
});

test.each(['us-gov-west-1', 'ap-southeast-5', 'cn-north-1', 'eusc-de-east-1'])('%s is a region', (homeRegion) => {
  expect(codeOf(() => referring({ ...ENV, region: homeRegion }, { homeRegion }))).toBeUndefined();
});

test('a stack of another region names the agent, and its resources take it; the agent\'s own stack grants on them', () => {
  const app = new App();
  const own = new Stack(app, 'Own', { env: ENV });
  const bot = agentIn(own, { registry: LifecycleRegistry.fromRegistryName(own, 'Registry', 'agents', { homeRegion: 'eu-west-1' }) });
  const other = new Stack(app, 'Frankfurt', { env: FRANKFURT });
  const registry = LifecycleRegistry.fromRegistryName(other, 'Registry', 'agents', { homeRegion: 'eu-west-1' });
  const named = ManagedAgentIdentity.fromAgentName(other, 'Bot', { agentName: 'invoice-bot', stage: TEST, registry });
  const bucket = new s3.Bucket(other, 'Reports', { bucketName: 'acme-reports-frankfurt' });
  bucket.addToResourcePolicy(new iam.PolicyStatement({ actions: ['s3:GetObject'], principals: [named.principal], resources: [bucket.arnForObjects('*')] }));
  bucket.grantRead(bot.accessIn(TEST));

  expect(synthError(own)).toBe('');
  const arn = { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iam::111122223333:role/agents/test/invoice-bot-test']] };
  Template.fromStack(other).hasResourceProperties('AWS::S3::BucketPolicy', { PolicyDocument: { Statement: Match.arrayWith([Match.objectLike({ Principal: { AWS: arn } })]) } });
  expect(JSON.stringify(Template.fromStack(own).findResources('AWS::IAM::Policy'))).toContain(':s3:::acme-reports-frankfurt');
  expect(codeOf(() => bucket.grantRead(named as never))).not.toBeUndefined();
});
