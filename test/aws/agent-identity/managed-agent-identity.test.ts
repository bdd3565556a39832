import {
  App, aws_ecs as ecs, aws_iam as iam, aws_lambda as lambda, aws_s3 as s3, aws_sns as sns, aws_sqs as sqs, aws_stepfunctions as sfn,
  CfnResource, Stack, Stage,
} from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { agent, agentIn, codeOf, ELSEWHERE, ENV, Found, only, PRODUCTION, STAGING, stackOf, TEST } from './agents';
import { ExceptionalAccess } from '../../../src/aws/access-rules';
import { ManagedAgentIdentity, OwnSecret } from '../../../src/aws/agent-identity';
import { AgentRuntime } from '../../../src/aws/agent-runtime';
import { Expiry } from '../../../src/core';

const ROLE = 'AWS::IAM::Role';
const LIFECYCLE = 'Custom::AgentLifecycle';
const ACCESS = 'AWS::IAM::Policy';
const three = (template: Template) => ({ role: only(template, ROLE, 'Agent'), lifecycle: only(template, LIFECYCLE), access: only(template, ACCESS, 'Access') });
const attached = ({ Properties: { ManagedPolicyArns: arns } }: Found) => JSON.stringify(arns).match(/[\w-]+(?=")/g)!.filter((name) => name.startsWith('agents-'));
const statementsOf = ({ Properties: { PolicyDocument: document } }: Found) =>
  document.Statement as { Action: string | string[]; Resource: unknown; Condition?: unknown }[];

describe('three resources', () => {
  test('and no others, within 6 KB', () => {
    const { template } = agent({ runtime: AgentRuntime.lambda() });
    const { Resources: resources } = template().toJSON();
    expect(Object.values<Found & { Type: string }>(resources).map(({ Type }) => Type).sort()).toEqual([ACCESS, LIFECYCLE, ROLE].sort());
    expect(JSON.stringify(resources).length).toBeLessThan(6 * 1024);
  });

  test('their order is the protocol', () => {
    const { role, lifecycle, access } = three(agent().template());
    expect(lifecycle.Properties.RoleId).toEqual({ 'Fn::GetAtt': [role.LogicalId, 'RoleId'] });
    expect(access.DependsOn).toEqual([lifecycle.LogicalId]);
    expect(role.DependsOn).toBeUndefined();
  });

  test('the end stands in the access too, which changes only after the engine has agreed', () => {
    const { access } = three(agent().template());
    expect(access.Properties.PolicyDocument.Statement).toContainEqual({
      Sid: 'DenyAfterExpiry', Effect: 'Deny', Action: '*', Resource: '*', Condition: { DateGreaterThanEquals: { 'aws:CurrentTime': '2999-04-01T00:00:00Z' } },
    });
  });

  test('named after agent and stage, wherever the construct stands', () => {
    const ids = (props = {}, id?: string) => {
      const stack = stackOf();
      agentIn(stack, props, id);
      const { role, lifecycle, access } = three(Template.fromStack(stack));
      return [role.LogicalId, lifecycle.LogicalId, access.LogicalId];
    };
    const [role, lifecycle, access] = ids();
    expect(role).toMatch(/^AgentInvoiceBotTestRole[0-9a-f]{8}$/);
    expect(lifecycle).toMatch(/^AgentInvoiceBotLifecycle[0-9a-f]{8}$/);
    expect(ids({}, 'Renamed')).toEqual([role, lifecycle, access]);
    const moved = ids({ stage: PRODUCTION });
    expect(moved[1]).toBe(lifecycle);
    expect([moved[0], moved[2]]).not.toContain(role);
    expect(moved[2]).not.toBe(access);
    // Logical ids can't contain a hyphen.
    expect(ids({ agentName: 'invoicebot' })[0].toLowerCase()).not.toBe(role.toLowerCase());
  });

  test('the role says whose it is, and is bounded by its stage', () => {
    const { role } = three(agent().template());
    expect(role.Properties).toMatchObject({
      Path: '/agents/test/',
      RoleName: 'invoice-bot-test',
      Description: 'Matches supplier invoices to purchase orders',
      MaxSessionDuration: 3600,
    });
    expect(role.Properties.Policies).toBeUndefined();
    expect(attached(role)).toEqual(['agents-guard-test', 'agents-no-registry', 'agents-no-sessions']);
    const tags = Object.fromEntries(role.Properties.Tags.map(({ Key, Value }: { Key: string; Value: string }) => [Key, Value]));
    expect(tags).toEqual({
      'agent:name': 'invoice-bot',
      'agent:sponsor': 'ada.park@example.com',
      'agent:stage': 'test',
      'agent:expires': '2999-04-01T00:00:00Z',
      'agent:purpose': 'Matches supplier invoices to purchase orders',
      'agent:registry': 'agents',
    });
  });

  test('a purpose in any script is passed on whole, and described in IAM\'s alphabet', () => {
    const { role, lifecycle } = three(agent({ purpose: 'Prüft Rechnungen — 請求書' }).template());
    expect(role.Properties.Description).toBe('Prüft Rechnungen');
    expect(lifecycle.Properties.Purpose).toBe('Prüft Rechnungen — 請求書');
  });

  test('the default child is the role', () => {
    const { bot } = agent();
    expect(CfnResource.isCfnResource(bot.node.defaultChild!) && bot.node.defaultChild.cfnResourceType).toBe(ROLE);
  });

  test('the agent itself is no grantee', () => expect('grantPrincipal' in agent().bot).toBe(false));

  test('a Stage of the app has the same', () => {
    const stage = new Stage(new App(), 'Prod', { env: ENV });
    const stack = new Stack(stage, 'Own');
    new s3.Bucket(stack, 'Bucket').grantRead(agentIn(stack).accessIn(PRODUCTION));
    expect(statementsOf(three(Template.fromStack(stack)).access)).toHaveLength(1);
  });
});

describe('the properties of Lifecycle, whose change makes the engine apply a suspension again', () => {
  const properties = (props = {}, and: (bot: ManagedAgentIdentity, stack: Stack) => void = () => undefined) => {
    const { bot, stack, template } = agent(props);
    and(bot, stack);
    return three(template()).lifecycle.Properties;
  };
  const boundary = (stack: Stack) => iam.ManagedPolicy.fromManagedPolicyName(stack, 'Org', 'org-boundary');

  test('are the same for the same', () => {
    expect(properties()).toEqual(properties());
  });

  test.each<[string, Record<string, unknown>, (bot: ManagedAgentIdentity, stack: Stack) => void]>([
    ['the end', { expires: Expiry.on('2998-01-01') }, () => undefined],
    ['who may take the role', { runtime: AgentRuntime.lambda() }, () => undefined],
    ['which sessions it may mint', {}, (bot, stack) => iam.Role.fromRoleArn(stack, 'Other', `arn:aws:iam::${ENV.account}:role/other`).grantAssumeRole(bot.access.grantPrincipal)],
    ['a boundary set from afar', {}, (_bot, stack) => iam.PermissionsBoundary.of(stack.node.root).apply(boundary(stack))],
  ])('change with %s', (_what, props, and) => expect(properties(props, and)).not.toEqual(properties()));
});

describe('the live principal', () => {
  test('is named by Lifecycle in its own stack, literally elsewhere', () => {
    const { bot, stack } = agent();
    const statement = () => new iam.PolicyStatement({ principals: [bot.access.grantPrincipal], actions: ['sqs:SendMessage'], resources: ['*'] });
    const other = new Stack(stack.node.root, 'Other', { env: ELSEWHERE });
    new sqs.Queue(stack, 'Queue').addToResourcePolicy(statement());
    new sqs.Queue(other, 'Queue').addToResourcePolicy(statement());
    const principal = (found: Stack) => statementsOf(only(Template.fromStack(found), 'AWS::SQS::QueuePolicy'))[0] as unknown as { Principal: unknown };
    const { lifecycle } = three(Template.fromStack(stack));
    expect(principal(stack).Principal).toEqual({ AWS: { 'Fn::GetAtt': [lifecycle.LogicalId, 'PrincipalArn'] } });
    expect(JSON.stringify(principal(other).Principal)).toContain(`:iam::${ENV.account}:role/agents/test/invoice-bot-test`);
    expect(Template.fromStack(stack).toJSON().Outputs).toBeUndefined();
  });

  test('the role taken for a principal is named the same', () => {
    const { bot, stack, template } = agent();
    new sqs.Queue(stack, 'Queue').addToResourcePolicy(new iam.PolicyStatement({ principals: [bot.role], actions: ['sqs:SendMessage'], resources: ['*'] }));
    expect(JSON.stringify(template().findResources('AWS::SQS::QueuePolicy'))).toContain('PrincipalArn');
  });

  test('two agents may invoke one function', () => {
    const { bot, stack, template } = agent();
    const second = agentIn(stack, { agentName: 'second-bot' }, 'Second');
    const callee = lambda.Function.fromFunctionArn(stack, 'Callee', `arn:aws:lambda:${ENV.region}:${ENV.account}:function:callee`);
    callee.grantInvoke(bot.access);
    callee.grantInvoke(second.access);
    for (const { PolicyDocument: document } of Object.values(template().findResources(ACCESS)).map(({ Properties }) => Properties)) {
      expect(JSON.stringify(document)).toContain('lambda:InvokeFunction');
    }
  });

  test('takes nothing from another principal of a statement that a dormant agent is in', () => {
    const { bot, stack, template } = agent();
    const topic = new sns.Topic(stack, 'Topic');
    topic.addToResourcePolicy(new iam.PolicyStatement({
      principals: [bot.accessIn(PRODUCTION).grantPrincipal, new iam.AccountPrincipal(ELSEWHERE.account)], actions: ['sns:Publish'], resources: [topic.topicArn],
    }));
    const policy = JSON.stringify(template().findResources('AWS::SNS::TopicPolicy'));
    expect(policy).toContain(ELSEWHERE.account);
    expect(policy).not.toContain('dormant');
  });

  test('is live when the present stage is one of several', () => {
    const { bot, stack } = agent();
    new s3.Bucket(stack, 'Bucket').grantRead(bot.accessIn(TEST, STAGING));
    new s3.Bucket(stack, 'Other').grantRead(bot.accessIn(STAGING, PRODUCTION));
    expect(bot.declaredAccess.map(({ stages, live }) => [stages, live])).toEqual([[['test', 'staging'], true], [['staging', 'production'], false]]);
  });
});

describe('what other constructs add through the role', () => {
  const functionOf = (stack: Stack, bot: ManagedAgentIdentity, props: Partial<lambda.FunctionProps> = {}) => new lambda.Function(stack, 'Function', {
    role: bot.role, code: lambda.Code.fromInline('//'), handler: 'index.handler', runtime: lambda.Runtime.NODEJS_22_X, ...props,
  });

  test('is in the access policy, and the function comes after it', () => {
    const { bot, stack, template } = agent({ runtime: AgentRuntime.lambda() });
    functionOf(stack, bot, { deadLetterQueue: new sqs.Queue(stack, 'Dead'), tracing: lambda.Tracing.ACTIVE });
    const { role, lifecycle, access } = three(template());
    expect(statementsOf(access).flatMap(({ Action }) => Action)).toEqual(expect.arrayContaining(['sqs:SendMessage', 'xray:PutTraceSegments', 'logs:PutLogEvents']));
    expect(only(template(), 'AWS::Lambda::Function').DependsOn).toEqual(expect.arrayContaining([access.LogicalId, lifecycle.LogicalId, role.LogicalId]));
  });

  test('a task definition waits too', () => {
    const { bot, stack, template } = agent({ runtime: AgentRuntime.ecsTask() });
    new ecs.TaskDefinition(stack, 'Task', { taskRole: bot.role, compatibility: ecs.Compatibility.EC2 }).addContainer('c', { image: ecs.ContainerImage.fromRegistry('i'), memoryLimitMiB: 64 });
    const { lifecycle, access } = three(template());
    expect(only(template(), 'AWS::ECS::TaskDefinition').DependsOn).toEqual(expect.arrayContaining([access.LogicalId, lifecycle.LogicalId]));
  });

  test('a distributed map, which attaches a policy of its own, is refused', () => {
    const { bot, stack, template } = agent({
      runtime: AgentRuntime.of({
        principal: new iam.ServicePrincipal('states.amazonaws.com', { conditions: { StringEquals: { 'aws:SourceAccount': ENV.account } } }),
      }),
    });
    const map = new sfn.DistributedMap(stack, 'Map').itemProcessor(new sfn.Pass(stack, 'Pass'));
    expect(codeOf(() => {
      new sfn.StateMachine(stack, 'Machine', { role: bot.role, definitionBody: sfn.DefinitionBody.fromChainable(map) });
      template();
    })).toMatch('InlinePolicyRefused');
  });

  test.each<[string, (bot: ManagedAgentIdentity, stack: Stack) => void, string]>([
    ['a broad statement', (bot) => bot.role.addToPrincipalPolicy(new iam.PolicyStatement({ actions: ['s3:*'], resources: ['arn:aws:s3:::b'] })), 'ServiceStar'],
    ['a managed policy', (bot) => bot.role.addManagedPolicy(iam.ManagedPolicy.fromAwsManagedPolicyName('AdministratorAccess')), 'ManagedPolicyRefused'],
    ['an inline policy', (bot, stack) => new iam.Policy(stack, 'Own').attachToRole(bot.role), 'InlinePolicyRefused'],
  ])('%s is refused at once', (_what, add, code) => {
    const { bot, stack } = agent();
    expect(codeOf(() => add(bot, stack))).toBe(code);
  });
});

describe('access', () => {
  const broad = (bot: ManagedAgentIdentity, ...stages: Parameters<ManagedAgentIdentity['accessIn']>) =>
    iam.Grant.addToPrincipal({ grantee: bot.accessIn(...stages), actions: ['sqs:SendMessage', 'ec2:DescribeRegions'], resourceArns: ['*'] });

  test.each([['live', TEST], ['dormant', PRODUCTION]])('%s: a broad one is refused, naming construct, statement and fix', (_what, stage) => {
    const { bot } = agent();
    expect(codeOf(() => broad(bot, stage))).toBe('ResourceStar');
    expect(() => broad(bot, stage)).toThrow(/^ResourceStar: Own\/Bot: (?!.*ResourceStar).*name the ARNs.*"Action":\["sqs:SendMessage"/);
  });

  test.each([['live', TEST], ['dormant', PRODUCTION]])('%s: an exception lets it pass, in the report and with an end', (_what, stage) => {
    const until = Expiry.on('2998-12-31');
    const { bot, template } = agent({ accessExceptions: [ExceptionalAccess.of({ actions: ['sqs:SendMessage'], reason: 'Migration of all queues', until })] });
    broad(bot, stage);
    expect(bot.declaredAccess).toMatchObject([
      { actions: ['ec2:DescribeRegions'], resources: ['*'] },
      { actions: ['sqs:SendMessage'], exceptionReason: 'Migration of all queues', exceptionUntil: until.iso },
    ]);
    expect(bot.declaredAccess[0].exceptionReason).toBeUndefined();
    const { access, lifecycle } = three(template());
    expect(lifecycle.Properties.Exceptions).toEqual([{ Actions: ['sqs:SendMessage'], Reason: 'Migration of all queues', Until: until.iso }]);
    const sent = statementsOf(access).filter(({ Action }) => Action === 'sqs:SendMessage');
    expect(sent.map(({ Condition }) => Condition)).toEqual(stage === TEST ? [{ DateLessThan: { 'aws:CurrentTime': until.iso } }] : []);
  });

  test('what an exception opens is let through by its guard until it ends, when live', () => {
    const guard = (stage: typeof TEST) => {
      const until = Expiry.on('2998-12-31');
      const exception = ExceptionalAccess.of({ actions: ['sts:GetServiceBearerToken'], reason: 'Pulls packages from CodeArtifact', until });
      const { bot, template } = agent({ accessExceptions: [exception] });
      bot.accessIn(stage).grantPrincipal.addToPrincipalPolicy(new iam.PolicyStatement({ actions: ['sts:GetServiceBearerToken'], resources: ['*'] }));
      return three(template()).role;
    };
    expect(guard(TEST).Properties.Policies[0].PolicyDocument.Statement).toMatchObject([
      { Sid: 'DenySessions', Resource: '*' },
      { Sid: 'DenySessionsAfterException', Action: 'sts:GetServiceBearerToken', Resource: '*', Condition: { DateGreaterThanEquals: { 'aws:CurrentTime': '2999-01-01T00:00:00Z' } } },
      { Sid: 'DenyPassRole', Resource: '*' },
      { Sid: 'DenyStackChanges', Resource: '*' },
      { Sid: 'DenySecrets' },
      { Sid: 'DenyOtherDelegations' },
    ]);
    expect(attached(guard(PRODUCTION))).toEqual(['agents-guard-test', 'agents-no-registry', 'agents-no-sessions']);
  });

  test('exact roles it may assume or pass are let through by its guard, when live', () => {
    const guard = (stage: typeof TEST) => {
      const { bot, stack, template } = agent();
      const other = iam.Role.fromRoleArn(stack, 'Other', `arn:aws:iam::${ENV.account}:role/other`);
      other.grantAssumeRole(bot.accessIn(stage).grantPrincipal);
      other.grantPassRole(bot.accessIn(stage).grantPrincipal);
      const { role, lifecycle } = three(template());
      expect(lifecycle.Properties.OwnGuard).toBe(stage === TEST ? 'true' : undefined);
      return role;
    };
    expect(guard(TEST).Properties.Policies).toMatchObject([{
      PolicyName: 'guard',
      PolicyDocument: {
        Statement: [
          { Sid: 'DenySessions', Effect: 'Deny', NotResource: 'arn:aws:iam::111122223333:role/other' },
          { Sid: 'DenyPassRole', Effect: 'Deny', NotResource: 'arn:aws:iam::111122223333:role/other' },
          { Sid: 'DenyStackChanges', Effect: 'Deny', Resource: '*' },
          { Sid: 'DenySecrets', Effect: 'Deny' },
          { Sid: 'DenyOtherDelegations' },
        ],
      },
    }]);
    expect(attached(guard(TEST))).toEqual(['agents-guard-test', 'agents-no-registry']);
    expect(guard(PRODUCTION).Properties.Policies).toBeUndefined();
    expect(attached(guard(PRODUCTION))).toEqual(['agents-guard-test', 'agents-no-registry', 'agents-no-sessions']);
  });
});

describe('bad input', () => {
  test.each<[string, () => unknown, string]>([
    ['no sponsor', () => agent({ sponsor: undefined }), 'SponsorMissing'],
    ['no stage', () => agent({ stage: undefined }), 'StageMissing'],
    ['no end', () => agent({ expires: undefined }), 'ExpiryMissing'],
    ['no registry', () => agent({ registry: undefined }), 'RegistryMissing'],
    ['an empty purpose', () => agent({ purpose: '  ' }), 'TextNotPlain'],
    ['a purpose of two lines', () => agent({ purpose: 'a\nb' }), 'TextNotPlain'],
    ['a token for a purpose', () => agent({ purpose: stackOf({}).region }), 'LiteralRequired'],
    ['a token for a name', () => agent({ agentName: stackOf({}).region }), 'LiteralRequired'],
    ['a name that is too short', () => agent({ agentName: 'ab' }), 'AgentNameInvalid'],
    ['a name in capitals', () => agent({ agentName: 'InvoiceBot' }), 'AgentNameInvalid'],
    ['a token for the former stack', () => agent({ transferFrom: stackOf({}).region }), 'LiteralRequired'],
    ['no name of a stack', () => agent({ transferFrom: 'a b' }), 'StackNameInvalid'],
    ['a secret of another agent', () => agent({ ownSecrets: [OwnSecret.named('agents/other-bot/key')] }), 'OwnSecretElsewhere'],
  ])('%s is refused', (_what, make, code) => expect(codeOf(make)).toBe(code));
});
