import { App, aws_dynamodb as dynamodb, aws_iam as iam, aws_s3 as s3, aws_secretsmanager as secrets, aws_sqs as sqs, Stack, Validations } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { agent, agentIn, ENV, only, PRODUCTION, STAGING, stackOf, TEST } from './agents';
import { accessInTemplate } from '../../../runtime/aws/cloudformation';
import { declaredStages } from '../../../runtime/certification';
import { ManagedAgentIdentity, ManagedAgentIdentityProps } from '../../../src/aws/agent-identity';
import { AgentRuntime } from '../../../src/aws/agent-runtime';
import { AccessProperties } from '../../../src/contract/lifecycle-resource';
import { Expiry } from '../../../src/core';

type Declare = (bot: ManagedAgentIdentity, stack: Stack) => void;

const accessOf = (stack: Stack): AccessProperties => only(Template.fromStack(stack), 'Custom::AgentLifecycle').Properties.Access;
const declared = (declare: Declare, props: Partial<ManagedAgentIdentityProps> = {}): AccessProperties => {
  const { bot, stack } = agent(props);
  declare(bot, stack);
  return accessOf(stack);
};
const digests = ({ Stages }: AccessProperties) => Object.fromEntries(Stages.map(({ Stage, Digest }) => [Stage, Digest]));
const queue = (stack: Stack) => stack.node.tryFindChild('Queue') as sqs.Queue ?? new sqs.Queue(stack, 'Queue');
const allow = (bot: ManagedAgentIdentity, stage: typeof TEST, actions: string[], resources: string[], conditions = {}) =>
  void bot.accessIn(stage).grantPrincipal.addToPrincipalPolicy(new iam.PolicyStatement({ actions, resources, conditions }));
const TABLE = 'arn:aws:dynamodb:eu-west-1:111122223333:table/invoices';

test('the access of each stage is reported, dormant or rendered, as texts', () => {
  const { Stages: stages } = declared((bot, stack) => {
    queue(stack).grant(bot.accessIn(TEST), 'sqs:SendMessage', 'sqs:GetQueueUrl');
    allow(bot, PRODUCTION, ['dynamodb:GetItem'], [TABLE], { StringEquals: { 'aws:RequestedRegion': 'eu-west-1' } });
  });

  expect(stages).toEqual([
    {
      Stage: 'production',
      Digest: expect.stringMatching(/^[0-9a-f]{64}$/),
      Grants: [{ Actions: ['dynamodb:GetItem'], Resources: [TABLE], Condition: '{"StringEquals":{"aws:RequestedRegion":"eu-west-1"}}' }],
    },
    { Stage: 'test', Digest: expect.stringMatching(/^[0-9a-f]{64}$/), Grants: [{ Actions: ['sqs:GetQueueUrl', 'sqs:SendMessage'], Resources: [expect.stringMatching(/^<Queue[0-9A-F]{8}\.Arn>$/)] }] },
  ]);
});

test('it is the same over synths and stages, in whatever order and statements it is declared', () => {
  const one: Declare = (bot, stack) => {
    queue(stack).grant(bot.accessIn(TEST), 'sqs:SendMessage', 'sqs:GetQueueUrl');
    allow(bot, PRODUCTION, ['dynamodb:GetItem', 'dynamodb:Query'], [TABLE, `${TABLE}/index/*`]);
  };
  const other: Declare = (bot, stack) => {
    allow(bot, PRODUCTION, ['dynamodb:Query'], [`${TABLE}/index/*`, TABLE]);
    allow(bot, PRODUCTION, ['dynamodb:GetItem'], [TABLE]);
    allow(bot, PRODUCTION, ['dynamodb:GetItem'], [`${TABLE}/index/*`]);
    queue(stack).grant(bot.accessIn(TEST), 'sqs:GetQueueUrl');
    queue(stack).grant(bot.accessIn(TEST), 'sqs:SendMessage');
  };

  expect(declared(one)).toEqual(declared(one));
  expect(declared(other).Stages).toEqual(declared(one).Stages);
  for (const stage of [PRODUCTION, STAGING]) {
    expect(declared(one, { stage }).Stages).toEqual(declared(one).Stages);
  }
});

test.each<[string, Declare]>([
  ['an action', (bot) => allow(bot, TEST, ['dynamodb:GetItem', 'dynamodb:Query'], [TABLE])],
  ['a resource', (bot) => allow(bot, TEST, ['dynamodb:GetItem'], [TABLE, `${TABLE}-2`])],
  ['a condition', (bot) => allow(bot, TEST, ['dynamodb:GetItem'], [TABLE], { StringEquals: { 'aws:RequestedRegion': 'eu-west-1' } })],
  ['a stage', (bot) => [TEST, PRODUCTION].forEach((stage) => allow(bot, stage, ['dynamodb:GetItem'], [TABLE]))],
  ['a Deny', (bot) => {
    allow(bot, TEST, ['dynamodb:GetItem'], [TABLE]);
    bot.accessIn(TEST).grantPrincipal.addToPrincipalPolicy(new iam.PolicyStatement({ effect: iam.Effect.DENY, actions: ['dynamodb:GetItem'], resources: [TABLE] }));
  }],
])('%s more is another digest', (_what, more) => {
  const less = declared((bot) => allow(bot, TEST, ['dynamodb:GetItem'], [TABLE]));

  expect(digests(declared(more))).not.toEqual(digests(less));
  expect(digests(declared((bot) => allow(bot, TEST, ['dynamodb:GetItem'], [TABLE])))).toEqual(digests(less));
});

describe('a resource of another stack', () => {
  const across = (stage: typeof TEST): Stack => {
    const app = new App();
    const data = new Stack(app, 'Data', { env: ENV });
    const own = new Stack(app, 'Own', { env: ENV });
    const bot = agentIn(own, { stage });
    for (const granted of [TEST, PRODUCTION]) {
      new dynamodb.Table(data, `Table-${granted.name}`, { partitionKey: { name: 'id', type: dynamodb.AttributeType.STRING } }).grantReadData(bot.accessIn(granted));
      new s3.Bucket(data, `Bucket-${granted.name}`).grantRead(bot.accessIn(granted));
      new secrets.Secret(data, `Secret-${granted.name}`).grantRead(bot.accessIn(granted));
    }
    return own;
  };

  test('is the same text, live or dormant, and what is passed on refers to nothing', () => {
    const [inTest, inProduction] = [accessOf(across(TEST)), accessOf(across(PRODUCTION))];

    expect(inTest.Stages).toEqual(inProduction.Stages);
    expect(JSON.stringify(inTest.Stages)).toContain('<Data:Tabletest');
    expect(JSON.stringify([inTest, inProduction])).not.toMatch(/Token\[|Fn::|"Ref"/);
  });
});

test('what follows the agent into every stage is reported as such, so that a move doesn\'t change it', () => {
  const follows: Declare = (bot, stack) => {
    queue(stack).grantSendMessages(bot.access);
    Validations.of(bot).acknowledge({ id: 'cdk-nhi-lifecycle::GrantInEveryStage', reason: 'it purges in every stage' });
    queue(stack).grantPurge(bot.role);
  };
  const props = { runtime: AgentRuntime.lambda() };
  const inTest = declared(follows, props);

  expect(inTest.Stages.map(({ Stage }) => Stage)).toEqual(['*']);
  expect(JSON.stringify(inTest.Stages)).toMatch(/logs:PutLogEvents.*sqs:PurgeQueue.*sqs:SendMessage/);
  expect(declared(follows, { ...props, stage: PRODUCTION }).Stages).toEqual(inTest.Stages);
  const { bot, stack } = agent();
  queue(stack).grantPurge(bot.role);
  expect(bot.declaredAccess).toEqual([
    { stages: ['test'], live: true, everyStage: true, actions: ['sqs:PurgeQueue', 'sqs:GetQueueAttributes', 'sqs:GetQueueUrl'], resources: [expect.any(String)] },
  ]);
});

describe('who may assume the role, what bounds and guards it', () => {
  const nothing: Declare = () => undefined;
  const boundary = (name: string): Declare => (_bot, stack) =>
    iam.PermissionsBoundary.of(stack).apply(iam.ManagedPolicy.fromManagedPolicyArn(stack, 'Org', `arn:aws:iam::111122223333:policy/${name}`));

  test('receive their orders', () => {
    expect(declared(boundary('org'), { runtime: AgentRuntime.lambda() })).toMatchObject({
      Trusted: ['Service lambda.amazonaws.com'], Boundary: 'arn:aws:iam::111122223333:policy/org',
    });
    expect(declared(nothing)).not.toHaveProperty('Boundary');
  });

  test.each<[string, keyof AccessProperties, Declare, Partial<ManagedAgentIdentityProps>]>([
    ['another runtime', 'Trust', nothing, { runtime: AgentRuntime.lambda() }],
    ['another boundary', 'Boundary', boundary('org'), {}],
    ['another guard', 'Guards', (bot, stack) => iam.Role.fromRoleArn(stack, 'Other', `arn:aws:iam::${ENV.account}:role/other`).grantAssumeRole(bot.accessIn(TEST).grantPrincipal), {}],
    ['what an escape hatch adds to the access policy', 'Policy', ({ role }) => (role.node.findChild('Access').node.defaultChild as iam.CfnPolicy).addPropertyOverride('PolicyDocument.Statement.1', {
      Effect: 'Allow', Action: 'sqs:SendMessage', Resource: 'arn:aws:sqs:eu-west-1:111122223333:invoices',
    }), {}],
  ])('%s is reported', (_what, part, declare, props) => expect(declared(declare, props)[part]).not.toEqual(declared(nothing)[part]));

  test('another end is not: it is reported as such', () => {
    expect(declared(nothing, { expires: Expiry.on('2998-01-01') })).toEqual(declared(nothing));
  });
});

test('more than the engine keeps is left out by number, and counts in the digest', () => {
  const many = (last: string) => declared((bot) => {
    for (let index = 0; index < 400; index++) {
      allow(bot, PRODUCTION, [`dynamodb:${index % 2 === 0 ? 'Get' : 'Put'}Item`], [`${TABLE}-${index}`], { StringEquals: { 'aws:RequestedRegion': `region-${index}` } });
    }
    allow(bot, PRODUCTION, ['sqs:SendMessage'], [last]);
  });
  const [{ Grants: grants, Omitted: omitted, Digest: digest }] = many('arn:aws:sqs:eu-west-1:111122223333:invoices').Stages;

  expect(JSON.stringify(grants).length).toBeLessThan(33_000);
  expect(grants.length + Number(omitted)).toBe(401);
  expect(Number(omitted)).toBeGreaterThan(0);
  expect(many('arn:aws:sqs:eu-west-1:111122223333:others').Stages[0].Digest).not.toBe(digest);
});

test('what is left out stands in the metadata of the access policy, with the recorded digest, and nothing else does', async () => {
  const { bot, stack } = agent();
  for (let index = 0; index < 400; index++) {
    allow(bot, PRODUCTION, [`dynamodb:${index % 2 === 0 ? 'Get' : 'Put'}Item`], [`${TABLE}-${index}`], { StringEquals: { 'aws:RequestedRegion': `region-${index}` } });
  }
  allow(bot, TEST, ['sqs:SendMessage'], ['arn:aws:sqs:eu-west-1:111122223333:invoices']);
  const [production] = accessOf(stack).Stages;
  const [[logicalId, { Metadata: metadata }]] = Object.entries(Template.fromStack(stack).findResources('AWS::IAM::Policy'));
  const asked: unknown[] = [];
  const cloudFormation = {
    send: async ({ input }: { input: { LogicalResourceId: string } }) => {
      asked.push(input);
      return { StackResourceDetail: { Metadata: JSON.stringify(metadata) } };
    },
  } as never;

  const { grants: inTemplate } = await accessInTemplate({ cloudFormation }, 'stack', { stage: 'test' } as never, 'invoice-bot');

  expect(asked).toEqual([{ StackName: 'stack', LogicalResourceId: logicalId }]);
  // Of what comes after a stage that is too long, nothing is listed in the properties either.
  expect([...inTemplate.keys()]).toEqual(['production', 'test']);
  expect(inTemplate.get('production')).toHaveLength(400);
  expect(declaredStages([{ stage: 'production', digest: production.Digest, grants: [], omitted: 1 }], inTemplate)).toMatchObject([{ text: 'known' }]);

  const small = agent();
  allow(small.bot, TEST, ['sqs:SendMessage'], ['arn:aws:sqs:eu-west-1:111122223333:invoices']);
  expect(JSON.stringify(Template.fromStack(small.stack).toJSON())).not.toContain('nhi:access');
});

test('a long text is cut, and stays another than those that begin like it', () => {
  const of = (end: string) => declared((bot) => allow(bot, TEST, ['s3:GetObject'], [`arn:aws:s3:::bucket/${'x'.repeat(900)}${end}`])).Stages[0].Grants[0].Resources[0];

  expect(of('a').length).toBeLessThanOrEqual(512);
  expect(of('a')).not.toBe(of('b'));
});

test('CloudFormation finds neither a dynamic reference nor a variable in it', () => {
  const stack = stackOf();
  allow(agentIn(stack), TEST, ['s3:GetObject'], ['arn:aws:s3:::bucket/{{resolve:secretsmanager:erp}}/${aws:userid}']);

  expect(JSON.stringify(accessOf(stack))).not.toMatch(/\{\{|\$\{/);
  expect(JSON.stringify(accessOf(stack))).toContain('{ {resolve:secretsmanager:erp}}/$ {aws:userid}');
});
