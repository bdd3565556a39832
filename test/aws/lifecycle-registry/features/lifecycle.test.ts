import { aws_kms as kms, Duration } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { allowed, context, denied, matches, names, permissions } from './permissions';
import { LifecycleRegistryProps, MassLeaverLimit } from '../../../../src/aws/lifecycle-registry';
import { functionStatements } from '../../../../src/aws/lifecycle-registry/feature';
import { FEATURES } from '../../../../src/aws/lifecycle-registry/features';
import { lifecyclePermissions } from '../../../../src/aws/lifecycle-registry/features/lifecycle-permissions';
import { platform } from '../platform';

const all = Object.values(permissions).flat();
const role = (path: string): string => `arn:aws:iam::111122223333:role/${path}`;
const user = (path: string): string => `arn:aws:iam::111122223333:user/${path}`;

describe('what the engine may do', () => {
  test.each(['iam:PutRolePermissionsBoundary', 'iam:DeleteRolePolicy', 'iam:DetachRolePolicy', 'iam:UpdateAssumeRolePolicy', 'iam:PutRolePolicy'])('%s on principals, and on no other role', (action) => {
    expect(allowed(names.engineRole, action, role('agents/test/invoice-bot-test'))).toBeDefined();
    for (const other of ['agents-nhi-lifecycle-engine', 'agents-nhi-lifecycle-request', 'admin', 'agentsX/test/bot', 'others/agents/bot']) {
      expect(allowed(names.engineRole, action, role(other))).toBeUndefined();
    }
  });

  test('it writes policies only where everything is denied anyway', () => {
    expect(allowed(names.engineRole, 'iam:PutRolePolicy', role('agents/test/invoice-bot-test'))?.Condition).toEqual({ StringEquals: { 'iam:PermissionsBoundary': 'arn:aws:iam::aws:policy/AWSDenyAll' } });
    const writing = all.filter(({ Effect, Action }) => Effect === 'Allow' && Action.includes('iam:PutRolePolicy'));
    expect(writing.map(({ Sid }) => Sid)).toEqual(['CutSessionsOfQuarantined', 'CutDelegatedSessions']);
    // The tag is of delegates, and neither an agent nor the engine may set it.
    expect(writing[1].Condition).toEqual({ StringEquals: { 'aws:ResourceTag/agent:delegate': 'true' } });
    expect(allowed(names.engineRole, 'iam:TagRole', role('agents/test/invoice-bot-test'))).toBeUndefined();
  });

  test('an inline policy on what is not denied only where the registry says so, and no policy elsewhere', () => {
    const statements = lifecyclePermissions({ ...context, settings: { ...context.settings, denyByInlinePolicy: true } }).steps;
    const writing = statements.filter(({ Effect, Action }) => Effect === 'Allow' && Action.includes('iam:PutRolePolicy'));
    expect(writing.map(({ Sid, Resource, Condition }) => [Sid, Resource, Condition === undefined])).toEqual([
      ['CutSessionsOfQuarantined', [role('agents/*')], false], ['CutDelegatedSessions', [role('agents/*')], false], ['DenyByInlinePolicy', [role('agents/*')], true],
    ]);
    const deployed = (props: LifecycleRegistryProps) => JSON.stringify(platform(props).template().findResources('AWS::IAM::Role')).includes('DenyByInlinePolicy');
    expect([deployed({}), deployed({ denyByInlinePolicy: false }), deployed({ denyByInlinePolicy: true })]).toEqual([false, false, true]);
  });

  test('it creates nothing in IAM, its roles for adopted ones included', () => {
    const [never] = permissions[names.engineRole].filter(({ Sid }) => Sid === 'NeverGrant');
    expect(never).toMatchObject({ Effect: 'Deny', Action: expect.arrayContaining(['iam:Create*', 'iam:Add*', 'iam:PutUserPolicy']), Resource: ['*'] });
    expect(allowed(names.engineRole, 'iam:CreateRole', role('agents-nhi-reach-0123456789abcdef'))).toBeUndefined();
  });

  test('it assumes the roles by which it reaches adopted roles, and no other', () => {
    expect(allowed(names.engineRole, 'sts:AssumeRole', role('agents-nhi-reach-0123456789abcdef'))).toBeDefined();
    const [never] = permissions[names.engineRole].filter(({ Effect, Action }) => Effect === 'Deny' && Action.includes('sts:AssumeRole*'));
    expect(never.NotResource).toEqual([role('agents-nhi-reach-*')]);
    for (const other of ['admin', 'agents-nhi-lifecycle-request', 'teams/agents-nhi-reach-0123456789abcdef']) {
      expect(allowed(names.engineRole, 'sts:AssumeRole', role(other))).toBeUndefined();
    }
  });

  test('it may ask what it may do itself', () => {
    expect(allowed(names.engineRole, 'iam:SimulatePrincipalPolicy', role('agents-nhi-lifecycle-engine'))).toBeDefined();
    expect(allowed(names.engineRole, 'iam:SimulatePrincipalPolicy', role('admin'))).toBeUndefined();
  });

  test('it passes a role to EventBridge Scheduler only, only a principal, and creates no schedule', () => {
    const passing = permissions[names.engineRole].filter(({ Action: actions }) => actions.includes('iam:PassRole') && actions.length === 1);
    const principals = ['arn:aws:iam::111122223333:role/agents/*'];
    expect(passing).toEqual([
      { Sid: 'SwitchSchedules', Effect: 'Allow', Action: ['iam:PassRole'], Resource: principals, Condition: { StringEquals: { 'iam:PassedToService': 'scheduler.amazonaws.com' } } },
      { Sid: 'NeverPassTo', Effect: 'Deny', Action: ['iam:PassRole'], Resource: ['*'], Condition: { StringNotEquals: { 'iam:PassedToService': 'scheduler.amazonaws.com' } } },
      { Sid: 'NeverPassOthers', Effect: 'Deny', Action: ['iam:PassRole'], NotResource: principals },
    ]);
    expect(allowed(names.engineRole, 'scheduler:CreateSchedule', 'arn:aws:scheduler:eu-west-1:111122223333:schedule/default/any')).toBeUndefined();
  });

  test.each(['iam:CreateRole', 'iam:AttachUserPolicy', 'iam:AttachGroupPolicy', 'iam:CreateAccessKey', 'iam:PutUserPolicy', 'iam:AddUserToGroup', 'sts:AssumeRole'])('it never does %s', (action) => {
    for (const name of Object.keys(permissions)) {
      expect(allowed(name, action, role('agents/test/invoice-bot-test'))).toBeUndefined();
      expect(allowed(name, action, 'arn:aws:iam::111122223333:user/agents/x')).toBeUndefined();
    }
  });

  test('the one policy that it attaches denies everything', () => {
    const condition = (operator: string): object => ({ [operator]: { 'iam:PolicyARN': 'arn:aws:iam::aws:policy/AWSDenyAll' } });
    const attaching = all.filter(({ Action }) => Action.some((action) => matches(action, 'iam:AttachRolePolicy')));
    expect(attaching.map(({ Effect, Resource, Condition }) => [Effect, Resource, Condition])).toEqual([
      ['Allow', [role('agents/*')], condition('ArnEquals')], ['Deny', undefined, undefined], ['Deny', ['*'], condition('ArnNotEquals')],
      // That of the role for revokers, which may do nothing in IAM.
      ['Deny', ['*'], undefined],
    ]);
  });

  test.each<[string, string]>([
    ['iam:PutRolePolicy', role('admin')],
    ['iam:UpdateAssumeRolePolicy', role('agents-nhi-lifecycle-engine')],
    ['iam:DeleteRole', role('others/test/bot')],
    ['iam:TagRole', role('admin')],
    ['iam:DeleteAccessKey', user('ada')],
    ['iam:UpdateLoginProfile', user('ada')],
    ['iam:DeletePolicy', 'arn:aws:iam::111122223333:policy/agents/agents-guard-test'],
    ['iam:SetDefaultPolicyVersion', 'arn:aws:iam::111122223333:policy/agents/agents-guard-test'],
    ['iam:DeleteSAMLProvider', 'arn:aws:iam::111122223333:saml-provider/corp'],
    ['iam:UploadServerCertificate', 'arn:aws:iam::111122223333:server-certificate/web'],
  ])('%s on %s is denied outright, whatever else would allow it', (action, resource) => {
    expect(denied(names.engineRole, action, resource)).toBeDefined();
  });

  test('what is denied leaves out principals and what wipers write, and no more', () => {
    const [{ NotResource: left }] = permissions[names.engineRole].filter(({ NotResource }) => NotResource !== undefined);
    const wipers = ['instance-profile/*', 'user/agents/*', 'group/*', 'mfa/*'].map((resource) => `arn:aws:iam::111122223333:${resource}`);
    expect(left).toEqual([role('agents/*'), ...wipers]);
  });

  test('users only under the registry\'s path', () => {
    expect(allowed(names.engineRole, 'iam:DeleteAccessKey', 'arn:aws:iam::111122223333:user/agents/debug')).toBeDefined();
    expect(allowed(names.engineRole, 'iam:DeleteAccessKey', 'arn:aws:iam::111122223333:user/ada')).toBeUndefined();
  });

  test('secrets only under the registry\'s name', () => {
    expect(allowed(names.engineRole, 'secretsmanager:DeleteSecret', 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:agents/invoice-bot/token-AbCdEf')).toBeDefined();
    expect(allowed(names.engineRole, 'secretsmanager:DeleteSecret', 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:production/database-AbCdEf')).toBeUndefined();
    const readers = all.filter(({ Action }) => Action.some((action) => action.startsWith('secretsmanager:GetSecretValue')));
    expect(readers.map(({ Sid, Resource }) => [Sid, Resource])).toEqual([['ReadOwnSecrets', ['arn:aws:secretsmanager:eu-west-1:111122223333:secret:agents-nhi-revokers/*']]]);
  });

  test('evidence is written and never deleted', () => {
    const bucket = 'arn:aws:s3:::agents-nhi-evidence-111122223333-eu-west-1';
    const written = ['certificates/x', 'events/x', 'others/x'].map((key) => allowed(names.engineRole, 's3:PutObject', `${bucket}/${key}`) !== undefined);
    expect(written).toEqual([true, true, false]);
    for (const action of ['s3:DeleteObject', 's3:DeleteObjectVersion', 's3:PutObjectRetention', 's3:BypassGovernanceRetention', 's3:PutBucketPolicy']) {
      expect(allowed(names.engineRole, action, 'arn:aws:s3:::agents-nhi-evidence-111122223333-eu-west-1/certificates/x')).toBeUndefined();
    }
  });

  test('who takes requests can write them down and start transitions, and no more', () => {
    const table = 'arn:aws:dynamodb:eu-west-1:111122223333:table/agents-nhi-ledger';
    expect(allowed(names.requestRole, 'dynamodb:PutItem', table)?.Condition).toEqual({ 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['request#cloudformation-*'] } });
    expect(allowed(names.requestRole, 'dynamodb:GetItem', table)).toBeUndefined();
    expect(allowed(names.deletionCheckRole, 'dynamodb:Query', table)?.Condition).toEqual({ 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['registry'] } });
    expect(allowed(names.deletionCheckRole, 'dynamodb:PutItem', table)).toBeUndefined();
    expect(permissions[names.requestRole].flatMap(({ Action }) => Action).filter((action) => action.startsWith('iam:'))).toEqual([]);
  });

  test('on all resources only what AWS narrows to none, and never a whole service', () => {
    const everywhere = all.filter(({ Effect, Resource }) => Effect === 'Allow' && Resource?.includes('*')).flatMap(({ Action }) => Action);
    expect(new Set(everywhere)).toEqual(new Set([
      'xray:PutTraceSegments', 'xray:PutTelemetryRecords', 'xray:GetSamplingRules', 'xray:GetSamplingTargets', 'iam:GetServiceLastAccessedDetails', 'iam:ListUsers', 'iam:ListVirtualMFADevices', 'secretsmanager:ListSecrets',
      'lambda:ListEventSourceMappings', 'iam:ListRoles', 'scheduler:ListSchedules', 'sso:ListApplications', 'sso:ListInstances',
      'tag:GetResources', 'kms:ListRetirableGrants', 'eks:ListClusters', 'rolesanywhere:ListProfiles', 's3:ListAccessPoints', 'lakeformation:ListPermissions', 'lakeformation:RevokePermissions', 'events:ListConnections',
      'ssm:DescribeParameters', 'logs:DeleteResourcePolicy', ...['ApiKeyCredentialProviders', 'PaymentCredentialProviders', 'WorkloadIdentities', 'BrowserProfiles', 'PolicyEngines'].map((what) => `bedrock-agentcore:List${what}`),
      'ecs:ListClusters', 'ecs:DescribeTaskDefinition', 'ec2:DescribeInstances', 'access-analyzer:ListAnalyzers', 'ce:GetCostAndUsage',
      'logs:CreateLogDelivery', 'logs:GetLogDelivery', 'logs:UpdateLogDelivery', 'logs:DeleteLogDelivery', 'logs:ListLogDeliveries',
      'logs:PutResourcePolicy', 'logs:DescribeResourcePolicies', 'logs:DescribeLogGroups',
    ]));
    expect(all.filter(({ Effect }) => Effect === 'Allow').flatMap(({ Action }) => Action).filter((action) => action.includes('*'))).toEqual([]);
  });
});

describe('what is deployed', () => {
  const functions = (template: Template) => Object.values(template.findResources('AWS::Lambda::Function')).map(({ Properties: properties }) => properties as Record<string, unknown>);

  test('six functions by their names, on the present runtime, traced, each with its own log group', () => {
    const template = platform().template();
    expect(functions(template).map(({ FunctionName, Handler }) => [FunctionName, Handler]).sort()).toEqual([
      ['agents-nhi-agenda', 'index.agenda'], ['agents-nhi-deletion-check', 'index.deletionCheck'], ['agents-nhi-lifecycle', 'index.lifecycleRequest'], ['agents-nhi-lifecycle-steps', 'index.lifecycleStep'],
      ['agents-nhi-revokers', 'index.revoker'],
      ['agents-nhi-suspension', 'index.suspensionEvent'],
    ]);
    for (const { FunctionName: name, ...properties } of functions(template)) {
      expect(properties).toMatchObject({ Runtime: 'nodejs24.x', TracingConfig: { Mode: 'Active' } });
      template.hasResource('AWS::Logs::LogGroup', { DeletionPolicy: 'Retain', Properties: { LogGroupName: `/nhi-registry/agents/${String(name)}`, RetentionInDays: 365 } });
    }
  });

  test.each([
    ['agents-nhi-lifecycle', names.requestRole], ['agents-nhi-lifecycle-steps', names.engineRole], ['agents-nhi-deletion-check', names.deletionCheckRole],
    ['agents-nhi-suspension', names.suspensionRole],
  ])('events that %s gives up end as dead letters, which its role may write', (FunctionName, roleName) => {
    platform().template().hasResourceProperties('AWS::Lambda::Function', { FunctionName, DeadLetterConfig: { TargetArn: Match.anyValue() } });
    expect(allowed(roleName, 'sqs:SendMessage', 'arn:aws:sqs:eu-west-1:111122223333:agents-nhi-dead-letters')).toBeDefined();
  });

  test('the role of a function that keeps no dead letters may write none', () => {
    const declared = FEATURES.flatMap((feature) => feature.functions?.(context) ?? [])[0];
    const sids = (deadLetters: boolean) => functionStatements({ ...declared, deadLetters }, context).map(({ Sid }) => Sid);
    expect([sids(true), sids(false)]).toEqual([expect.arrayContaining(['GiveUp']), expect.not.arrayContaining(['GiveUp'])]);
  });

  test('the roles have what is printed of them, and nothing that CDK adds', () => {
    const template = platform().template();
    template.resourceCountIs('AWS::IAM::Policy', 0);
    const roles = Object.values(template.findResources('AWS::IAM::Role')).map(({ Properties: { RoleName: name, ManagedPolicyArns: managed, Policies: policies } }) => [name, managed, policies.length]);
    expect(roles.sort()).toEqual([
      ['agents-nhi-agenda', undefined, 1], ['agents-nhi-agenda-machine', undefined, 1], ['agents-nhi-agenda-schedule', undefined, 1],
      ['agents-nhi-deletion-check', undefined, 1], ['agents-nhi-lifecycle-engine', undefined, 1], ['agents-nhi-lifecycle-machine', undefined, 1], ['agents-nhi-lifecycle-request', undefined, 1],
      ['agents-nhi-revokers', undefined, 1], ['agents-nhi-suspension', undefined, 1],
    ]);
  });

  test('a key of the user\'s own may be used, and only then is anything added', () => {
    platform().template().resourceCountIs('AWS::IAM::Policy', 0);
    const policies = Object.values(platform((stack) => ({ encryptionKey: new kms.Key(stack, 'Key') })).template().findResources('AWS::IAM::Policy'));
    const uses = policies.map(({ Properties: { Roles: [holder], PolicyDocument: { Statement: statements } } }) => [
      /agentsnhi(agenda|deletioncheck|lifecycle(?:engine|request)|revoker|suspension)/.exec(JSON.stringify(holder))?.[1],
      ...(statements as { Action: string | string[]; Condition: unknown }[]).map(({ Action, Condition }) => (
        `${[Action].flat().some((action) => action.startsWith('kms:Encrypt')) ? 'write' : [Action].flat().join()} ${/(dynamodb|s3)\.eu-west-1/.exec(JSON.stringify((Condition as { StringEquals: object }).StringEquals))?.[1]}`)),
    ]);
    expect(uses.sort()).toEqual([
      ['agenda', 'write dynamodb', 'write s3'], ['deletioncheck', 'kms:Decrypt dynamodb'], ['lifecycleengine', 'write dynamodb', 'write s3'], ['lifecyclerequest', 'write dynamodb'],
      ['revoker', 'write dynamodb'], ['suspension', 'write dynamodb'],
    ]);
  });

  test('executions that ended before they were done are reported to the engine', () => {
    const template = platform().template();
    template.hasResourceProperties('AWS::Events::Rule', {
      Name: 'agents-nhi-lifecycle-ended',
      EventPattern: { source: ['aws.states'], detail: { stateMachineArn: [Match.anyValue()], status: ['FAILED', 'TIMED_OUT', 'ABORTED'] } },
      Targets: [Match.objectLike({ Arn: { 'Fn::GetAtt': [Match.stringLikeRegexp('agentsnhilifecyclesteps'), 'Arn'] }, DeadLetterConfig: Match.anyValue() })],
    });
  });

  test('executions are logged without what they carry', () => {
    platform().template().hasResourceProperties('AWS::StepFunctions::StateMachine', {
      StateMachineName: 'agents-nhi-lifecycle', StateMachineType: 'STANDARD', LoggingConfiguration: { IncludeExecutionData: false, Level: 'ALL' }, TracingConfiguration: { Enabled: true },
    });
  });

  test('the limit on leavers and the wait are handed to the steps', () => {
    const steps = (props: LifecycleRegistryProps) => functions(platform(props).template()).find(({ FunctionName }) => FunctionName === 'agents-nhi-lifecycle-steps')?.Environment;
    expect(steps({})).toMatchObject({ Variables: { MASS_LEAVER_COUNT: '', MASS_LEAVER_SHARE: '', PROPAGATION_WAIT_SECONDS: '65' } });
    expect(steps({ massLeaverLimit: MassLeaverLimit.perHour({ agents: 20, share: 0.1 }), propagationWait: Duration.seconds(1) })).toMatchObject({
      Variables: { MASS_LEAVER_COUNT: '20', MASS_LEAVER_SHARE: '0.1', PROPAGATION_WAIT_SECONDS: '1' },
    });
  });
});
