import { App, aws_dynamodb as dynamodb, aws_events as events, aws_kms as kms, aws_s3 as s3, Duration, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { enginePermissions, EngineStatement } from '../../../src/aws/agent-registry/engine-permissions';
import { LifecycleEngine, LifecycleEngineProps } from '../../../src/aws/agent-registry/lifecycle-engine';
import { lifecycleMachine, MACHINE_TIMEOUT_SECONDS } from '../../../src/aws/agent-registry/lifecycle-machine';
import { RegistryNames } from '../../../src/aws/agent-registry/registry-names';
import { AgentStage } from '../../../src/core';

const PLACE = { partition: 'aws', region: 'eu-west-1', account: '111122223333' };
const permissions = enginePermissions({ names: new RegistryNames('agents'), place: PLACE, deadLetterArn: 'arn:aws:sqs:eu-west-1:111122223333:dead' });
const all = Object.values(permissions).flat() as EngineStatement[];

/** As IAM matches: `*` is any text. */
const matches = (pattern: string, text: string): boolean => new RegExp(`^${pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&')).join('.*')}$`).test(text);
const applies = (statement: EngineStatement, action: string, resource: string): boolean =>
  statement.Action.some((pattern) => matches(pattern, action))
  && (statement.Resource?.some((pattern) => matches(pattern, resource)) ?? !statement.NotResource?.some((pattern) => matches(pattern, resource)));
const allowed = (role: keyof typeof permissions, action: string, resource: string): EngineStatement | undefined =>
  permissions[role].some((statement) => statement.Effect === 'Deny' && applies(statement, action, resource))
    ? undefined
    : permissions[role].find((statement) => statement.Effect === 'Allow' && applies(statement, action, resource));

const role = (path: string) => `arn:aws:iam::111122223333:role/${path}`;

describe('what the engine may do', () => {
  test.each(['iam:PutRolePermissionsBoundary', 'iam:DeleteRolePolicy', 'iam:DetachRolePolicy', 'iam:UpdateAssumeRolePolicy', 'iam:PutRolePolicy'])('%s on principals, and on no other role', (action) => {
    expect(allowed('steps', action, role('agents/test/invoice-bot-test'))).toBeDefined();
    for (const other of ['agents-lifecycle-engine', 'agents-lifecycle-request', 'admin', 'agentsX/test/bot', 'others/agents/bot']) {
      expect(allowed('steps', action, role(other))).toBeUndefined();
    }
  });

  test('it writes policies only where everything is denied anyway', () => {
    expect(allowed('steps', 'iam:PutRolePolicy', role('agents/test/invoice-bot-test'))?.Condition).toEqual({ StringEquals: { 'iam:PermissionsBoundary': 'arn:aws:iam::aws:policy/AWSDenyAll' } });
    expect(all.filter(({ Effect, Action }) => Effect === 'Allow' && Action.includes('iam:PutRolePolicy'))).toHaveLength(1);
  });

  test.each(['iam:CreateRole', 'iam:AttachRolePolicy', 'iam:CreateAccessKey', 'iam:PassRole', 'iam:PutUserPolicy', 'iam:AddUserToGroup', 'sts:AssumeRole'])('it never does %s', (action) => {
    for (const name of Object.keys(permissions) as (keyof typeof permissions)[]) {
      expect(allowed(name, action, role('agents/test/invoice-bot-test'))).toBeUndefined();
      expect(allowed(name, action, 'arn:aws:iam::111122223333:user/agents/x')).toBeUndefined();
    }
  });

  test('users only under the registry\'s path', () => {
    expect(allowed('steps', 'iam:DeleteAccessKey', 'arn:aws:iam::111122223333:user/agents/debug')).toBeDefined();
    expect(allowed('steps', 'iam:DeleteAccessKey', 'arn:aws:iam::111122223333:user/ada')).toBeUndefined();
  });

  test('secrets only under the registry\'s name', () => {
    expect(allowed('steps', 'secretsmanager:DeleteSecret', 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:agents/invoice-bot/token-AbCdEf')).toBeDefined();
    expect(allowed('steps', 'secretsmanager:DeleteSecret', 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:production/database-AbCdEf')).toBeUndefined();
    expect(all.flatMap(({ Action }) => Action).filter((action) => action.startsWith('secretsmanager:GetSecretValue'))).toEqual([]);
  });

  test('evidence is written and never deleted', () => {
    expect(allowed('steps', 's3:PutObject', 'arn:aws:s3:::agents-evidence-111122223333-eu-west-1/certificates/x')).toBeDefined();
    for (const action of ['s3:DeleteObject', 's3:DeleteObjectVersion', 's3:PutObjectRetention', 's3:BypassGovernanceRetention', 's3:PutBucketPolicy']) {
      expect(allowed('steps', action, 'arn:aws:s3:::agents-evidence-111122223333-eu-west-1/certificates/x')).toBeUndefined();
    }
  });

  test('who takes requests can write them down and start transitions, and no more', () => {
    const table = 'arn:aws:dynamodb:eu-west-1:111122223333:table/agents-ledger';
    expect(allowed('request', 'dynamodb:PutItem', table)?.Condition).toEqual({ 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['request#*'] } });
    expect(allowed('request', 'dynamodb:GetItem', table)).toBeUndefined();
    expect(allowed('guard', 'dynamodb:Query', table)?.Condition).toEqual({ 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['registry'] } });
    expect(allowed('guard', 'dynamodb:PutItem', table)).toBeUndefined();
    expect(permissions.request.flatMap(({ Action }) => Action).filter((action) => action.startsWith('iam:'))).toEqual([]);
  });

  test('on all resources only what AWS narrows to none, and never a whole service', () => {
    const everywhere = all.filter(({ Effect, Resource }) => Effect === 'Allow' && Resource?.includes('*')).flatMap(({ Action }) => Action);
    expect(new Set(everywhere)).toEqual(new Set([
      'xray:PutTraceSegments', 'xray:PutTelemetryRecords', 'xray:GetSamplingRules', 'xray:GetSamplingTargets', 'iam:ListUsers', 'secretsmanager:ListSecrets',
      'logs:CreateLogDelivery', 'logs:GetLogDelivery', 'logs:UpdateLogDelivery', 'logs:DeleteLogDelivery', 'logs:ListLogDeliveries',
      'logs:PutResourcePolicy', 'logs:DescribeResourcePolicies', 'logs:DescribeLogGroups',
    ]));
    expect(all.filter(({ Effect }) => Effect === 'Allow').flatMap(({ Action }) => Action).filter((action) => action.includes('*'))).toEqual([]);
  });

  test('each role\'s policy fits into what IAM allows inline', () => {
    for (const statements of Object.values(permissions)) {
      expect(JSON.stringify({ Version: '2012-10-17', Statement: statements as EngineStatement[] }).length).toBeLessThan(10_240);
    }
  });
});

interface MachineState {
  readonly Type: string;
  readonly Next?: string;
  readonly Retry?: { readonly ErrorEquals: string[] }[];
  readonly Catch?: { readonly Next: string }[];
  readonly Choices?: { readonly Next: string }[];
  readonly Default?: string;
  readonly Parameters?: object;
}

describe('the state machine', () => {
  const machine = JSON.parse(JSON.stringify(lifecycleMachine('arn:steps'))) as { StartAt: string; TimeoutSeconds: number; States: Record<string, MachineState> };

  test('ends before CloudFormation stops waiting', () => {
    expect(machine.TimeoutSeconds).toBe(MACHINE_TIMEOUT_SECONDS);
    expect(machine.TimeoutSeconds).toBeLessThan(3_600);
  });

  test('whatever fails before the answer is answered as failed', () => {
    const working = Object.entries(machine.States).filter(([name, { Type: type }]) => (type === 'Task' || type === 'Map') && !['Answer', 'AnswerFailed', 'Refuse'].includes(name));
    expect(working.map(([name]) => name)).toEqual(['Begin', 'Quarantine', 'Restore', 'Wipe', 'Verify', 'Terminate', 'Record']);
    expect(working.every(([, state]) => state.Catch?.[0].Next === 'AnswerFailed')).toBe(true);
  });

  test('every step leads to one that is there, and all that is there is led to', () => {
    const targets = Object.values(machine.States).flatMap(({ Next: next, Catch: caught = [], Choices: choices = [], Default: otherwise }) =>
      [next, otherwise, ...caught.map((one) => one.Next), ...choices.map((one) => one.Next)].filter((name) => name !== undefined));
    expect(new Set([machine.StartAt, ...targets])).toEqual(new Set(Object.keys(machine.States)));
  });

  test('an execution knows a request\'s id and nothing else of it', () => {
    expect(JSON.stringify(machine)).not.toMatch(/ResponseURL|responseUrl|Sponsor/);
  });
});

describe('what is deployed', () => {
  const deployed = (changes: Partial<LifecycleEngineProps> = {}, key = false): Template => {
    const stack = new Stack(new App(), 'Platform', { env: { account: PLACE.account, region: PLACE.region } });
    const encryptionKey = key ? new kms.Key(stack, 'Key') : undefined;
    new LifecycleEngine(stack, 'Engine', {
      names: new RegistryNames('agents'),
      table: new dynamodb.Table(stack, 'Table', { tableName: 'agents-ledger', partitionKey: { name: 'pk', type: dynamodb.AttributeType.STRING }, ...(encryptionKey === undefined ? {} : { encryptionKey }) }),
      bucket: new s3.Bucket(stack, 'Bucket'),
      bus: new events.EventBus(stack, 'Bus'),
      propagationWait: Duration.seconds(65),
      stages: [AgentStage.TEST, AgentStage.PRODUCTION],
      development: false,
      ...changes,
    });
    return Template.fromStack(stack);
  };
  const functions = (template: Template) => Object.values(template.findResources('AWS::Lambda::Function')).map(({ Properties: properties }) => properties as Record<string, unknown>);

  test('three functions by their names, on the present runtime, traced, each with its own log group', () => {
    const template = deployed();
    expect(functions(template).map(({ FunctionName, Handler }) => [FunctionName, Handler]).sort()).toEqual([
      ['agents-lifecycle', 'index.lifecycleRequest'], ['agents-lifecycle-steps', 'index.lifecycleStep'], ['agents-registry-guard', 'index.registryGuard'],
    ]);
    for (const { FunctionName: name, ...properties } of functions(template)) {
      expect(properties).toMatchObject({ Runtime: 'nodejs24.x', TracingConfig: { Mode: 'Active' } });
      template.hasResource('AWS::Logs::LogGroup', { DeletionPolicy: 'Retain', Properties: { LogGroupName: `/aws/lambda/${String(name)}`, RetentionInDays: 365 } });
    }
  });

  test('requests that can\'t be taken end as dead letters', () => {
    deployed().hasResourceProperties('AWS::Lambda::Function', { FunctionName: 'agents-lifecycle', DeadLetterConfig: { TargetArn: Match.anyValue() } });
  });

  test('the roles have what is printed of them, and nothing that CDK adds', () => {
    const template = deployed();
    template.resourceCountIs('AWS::IAM::Policy', 0);
    const roles = Object.values(template.findResources('AWS::IAM::Role')).map(({ Properties: { RoleName: name, ManagedPolicyArns: managed, Policies: policies } }) => [name, managed, policies.length]);
    expect(roles.sort()).toEqual([
      ['agents-lifecycle-engine', undefined, 1], ['agents-lifecycle-guard', undefined, 1], ['agents-lifecycle-machine', undefined, 1], ['agents-lifecycle-request', undefined, 1],
    ]);
  });

  test('a key of the user\'s own may be used, and only then is anything added', () => {
    deployed({}, true).resourceCountIs('AWS::IAM::Policy', 3);
  });

  test('executions are logged without what they carry', () => {
    deployed().hasResourceProperties('AWS::StepFunctions::StateMachine', {
      StateMachineName: 'agents-lifecycle', StateMachineType: 'STANDARD', LoggingConfiguration: { IncludeExecutionData: false, Level: 'ERROR' }, TracingConfiguration: { Enabled: true },
    });
  });

  test('the limit on leavers and the wait are handed to the steps', () => {
    const steps = (changes: Partial<LifecycleEngineProps>) => functions(deployed(changes)).find(({ FunctionName }) => FunctionName === 'agents-lifecycle-steps')?.Environment;
    expect(steps({})).toMatchObject({ Variables: { MASS_LEAVER_COUNT: '', MASS_LEAVER_SHARE: '', PROPAGATION_WAIT_SECONDS: '65' } });
    expect(steps({ massLeaverLimit: { count: 20, share: 0.1 }, propagationWait: Duration.seconds(1) })).toMatchObject({
      Variables: { MASS_LEAVER_COUNT: '20', MASS_LEAVER_SHARE: '0.1', PROPAGATION_WAIT_SECONDS: '1' },
    });
  });
});
