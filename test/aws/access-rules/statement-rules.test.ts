import { allow, BUCKET, ROLE, TABLE } from './statements';
import { ExceptionalAccess } from '../../../src/aws/access-rules/exceptional-access';
import { checkStatement } from '../../../src/aws/access-rules/statement-rules';
import { Expiry } from '../../../src/core';

const codes = (...args: Parameters<typeof allow>) => checkStatement(allow(...args), []).violations.map(({ code }) => code);
const ACCOUNT = { Ref: 'AWS::AccountId' };
const join = (...parts: unknown[]) => ({ 'Fn::Join': ['', parts] });
const ROLE_ARN = { 'Fn::GetAtt': ['Reader', 'Arn'] };

describe('refused, and its accepted twin', () => {
  test.each<[string, string | string[], unknown, string[]]>([
    ['every action', '*', BUCKET, ['ActionStar']],
    ['every action, twice starred', '**', BUCKET, ['ActionStar']],
    ['every action of every service', '*:*', BUCKET, ['ActionStar']],
    ['a star in the name of the service', 's*:GetObject', BUCKET, ['ActionStar']],
    ['a question mark in the name of the service', 's?:GetObject', BUCKET, ['ActionStar']],
    ['one bad action among good ones', ['s3:GetObject', '*'], BUCKET, ['ActionStar']],
    ['every action of a service', 's3:*', BUCKET, ['ServiceStar']],
    ['in capitals', 'S3:*', BUCKET, ['ServiceStar']],
    ['twice starred', 's3:**', BUCKET, ['ServiceStar']],
    ['with a question mark', 's3:?*', BUCKET, ['ServiceStar']],
    ['with question marks around', 's3:?*?', BUCKET, ['ServiceStar']],
    ['an unknown service\'s every action', 'coffee:*', BUCKET, ['ServiceStar']],
    ['an unknown service\'s every action, twice starred', 'coffee:**', BUCKET, ['ServiceStar']],
    ['a pattern that happens to cover its service', 'rds-db:c*', 'arn:aws:rds-db:eu-west-1:111122223333:dbuser:db/bot', ['ServiceStar']],
    ['a token', '${Token[TOKEN.12]}', BUCKET, ['ActionInvalid']],
    ['an intrinsic', '{"Ref":"Action"}', BUCKET, ['ActionInvalid']],
    ['no service', 'GetObject', BUCKET, ['ActionInvalid']],
    ['star', 's3:GetObject', '*', ['ResourceStar']],
    ['star among exact ones', 's3:GetObject', [BUCKET, '*'], ['ResourceStar']],
    ['lower case', 's3:getobject', '*', ['ResourceStar']],
    ['two stars', 's3:GetObject', '**', ['ResourceStar']],
    ['all buckets', 's3:ListBucket', 'arn:aws:s3:::*', ['ResourceStar']],
    ['all objects', 's3:GetObject', 'arn:aws:s3:::*/*', ['ResourceStar']],
    ['stars in an ARN', 's3:GetObject', 'arn:*:*:*:*:*', ['ResourceStar']],
    ['a short ARN', 's3:GetObject', 'arn:aws:*', ['ResourceStar']],
    ['everything of a service in the account', 'dynamodb:GetItem', 'arn:aws:dynamodb:eu-west-1:111122223333:*', ['ResourceStar']],
    ['every table of one account and region', 'dynamodb:GetItem', 'arn:aws:dynamodb:eu-west-1:111122223333:table/*', ['ResourceStar']],
    ['every secret', 'secretsmanager:GetSecretValue', 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:*', ['ResourceStar']],
    ['every table of every account', 'dynamodb:GetItem', 'arn:aws:dynamodb:*:*:table/*', ['ResourceStar']],
    ['a policy variable in place of the name', 's3:GetObject', 'arn:aws:s3:::${aws:PrincipalTag/bucket}', ['ResourceStar']],
    ['a star by Join', 's3:ListBucket', join('arn:', { Ref: 'AWS::Partition' }, ':s3:::*'), ['ResourceStar']],
    ['a star by Sub', 's3:ListBucket', { 'Fn::Sub': 'arn:${AWS::Partition}:s3:::*' }, ['ResourceStar']],
    ['a star by Sub\'s variables', 's3:ListBucket', { 'Fn::Sub': ['arn:aws:s3:::${Name}', { Name: '*' }] }, ['ResourceStar']],
    ['a star on one side of If', 's3:ListBucket', { 'Fn::If': ['IsTest', '*', BUCKET] }, ['ResourceStar']],
    ['a star that Select takes', 's3:ListBucket', { 'Fn::Select': [1, [BUCKET, '*']] }, ['ResourceStar']],
    ['what is neither text nor intrinsic', 's3:ListBucket', 7, ['ResourceStar']],
    ['an object that is no intrinsic', 's3:ListBucket', { constructor: 'x' }, ['ResourceStar']],
    ['an unknown action', 's3:MakeCoffee', '*', ['ResourceStar']],
    ['an unknown service', 'coffee:Make', '*', ['ResourceStar']],
    ['a pattern that covers an action with resources', 'ec2:Describe*', '*', ['ResourceStar']],
    ['a pattern that covers nothing known', 's3:Zzz*', '*', ['ResourceStar']],
    ['one action with resources among others', ['xray:PutTraceSegments', 'sqs:SendMessage'], '*', ['ResourceStar']],
    ['PassRole on everything', 'iam:PassRole', '*', ['ResourceStar', 'SensitiveActionNeedsExactArn']],
    ['PassRole on a path', 'iam:PassRole', 'arn:aws:iam::111122223333:role/app/*', ['SensitiveActionNeedsExactArn']],
    ['in capitals, on a path', 'IAM:PASSROLE', 'arn:aws:iam::111122223333:role/app/*', ['SensitiveActionNeedsExactArn']],
    ['a pattern that covers PassRole', 'iam:Pass*', 'arn:aws:iam::111122223333:role/app/*', ['SensitiveActionNeedsExactArn']],
    ['a role of any account', 'sts:AssumeRole', 'arn:aws:iam::*:role/reader', ['SensitiveActionNeedsExactArn']],
    ['a question mark', 'sts:AssumeRole', 'arn:aws:iam::111122223333:role/reade?', ['SensitiveActionNeedsExactArn']],
    ['a policy variable in a role\'s ARN', 'sts:AssumeRole', 'arn:aws:iam::111122223333:role/${aws:PrincipalTag/r}', ['ResourceStar', 'SensitiveActionNeedsExactArn']],
    ['a policy variable by Sub', 'sts:AssumeRole', { 'Fn::Sub': 'arn:aws:iam::${AWS::AccountId}:role/${!aws:username}' }, ['ResourceStar', 'SensitiveActionNeedsExactArn']],
    ['a policy variable by Join, in two halves', 'sts:AssumeRole', join('arn:aws:iam::', ACCOUNT, ':role/${aws:', 'username}'), ['ResourceStar', 'SensitiveActionNeedsExactArn']],
    ['a star after an attribute', 'sts:AssumeRole', join(ROLE_ARN, '*'), ['SensitiveActionNeedsExactArn']],
    ['one exact ARN beside a pattern', 'sts:AssumeRole', [ROLE, `${ROLE}-*`], ['SensitiveActionNeedsExactArn']],
    ['a session action that knows no resources', 'sts:GetSessionToken', '*', ['SensitiveActionNeedsExactArn']],
    ['a role by its name', 'sts:AssumeRole', 'reader', ['SensitiveActionNeedsExactArn']],
    ['what the organization holds', 'organizations:DescribeAccount', 'arn:aws:organizations::*:account/*', ['DeniedToAllAgents', 'ResourceStar', 'SensitiveActionNeedsExactArn']],
    ['database credentials', 'redshift:GetClusterCredentials', 'arn:aws:redshift:eu-west-1:111122223333:dbuser:c/*', ['SensitiveActionNeedsExactArn']],
    ['access grants by a pattern', 's3:Get*', 'arn:aws:s3:eu-west-1:111122223333:access-grants/*', ['ResourceStar', 'SensitiveActionNeedsExactArn']],
    ['access grants on buckets', 's3:GetDataAccess', `${BUCKET}/*`, ['SensitiveActionNeedsExactArn']],
  ])('refused: %s (%s)', (_what, action, resource, expected) => {
    expect(codes(action, resource)).toEqual(expected);
  });

  test.each<[string, string | string[], unknown]>([
    ['exact action and ARN', 's3:GetObject', `${BUCKET}/*`],
    ['a pattern of actions', 's3:Get*', `${BUCKET}/*`],
    ['a pattern of actions on a bucket of the stack', ['s3:GetObject*', 's3:GetBucket*', 's3:List*'], [{ 'Fn::GetAtt': ['B', 'Arn'] }, join({ 'Fn::GetAtt': ['B', 'Arn'] }, '/*')]],
    ['every read on a bucket of the stack', 's3:Get*', join({ 'Fn::GetAtt': ['B', 'Arn'] }, '/*')],
    ['a prefix of names', 's3:ListBucket', 'arn:aws:s3:::invoices-*'],
    ['an index of a table of the stack', 'dynamodb:Query', join({ 'Fn::GetAtt': ['T', 'Arn'] }, '/index/*')],
    ['streams of a log group of the stack', 'logs:PutLogEvents', join({ 'Fn::GetAtt': ['L', 'Arn'] }, ':*')],
    ['actions that know no resources', ['xray:PutTraceSegments', 'ec2:DescribeInstances'], '*'],
    ['a pattern of actions that know no resources', 's3:ListAllMy*', '*'],
    ['an unknown action on an exact ARN', 'coffee:Make', 'arn:aws:coffee:eu-west-1:111122223333:pot/1'],
    ['an import', 's3:GetObject', { 'Fn::ImportValue': 'bucket' }],
    ['both sides of If exact', 's3:ListBucket', { 'Fn::If': ['IsTest', BUCKET, { Ref: 'AWS::NoValue' }] }],
    ['what Select takes is exact', 's3:ListBucket', { 'Fn::Select': ['0', [BUCKET, '*']] }],
    ['PassRole on an exact ARN', 'iam:PassRole', ROLE],
    ['PassRole on a role of the stack', 'iam:PassRole', ROLE_ARN],
    ['a role of the account by Join', 'sts:AssumeRole', join('arn:', { Ref: 'AWS::Partition' }, ':iam::', ACCOUNT, ':role/reader')],
    ['a role of the account by Sub', 'sts:AssumeRole', { 'Fn::Sub': 'arn:${AWS::Partition}:iam::${AWS::AccountId}:role/reader' }],
    ['reading an exact role', 'iam:GetRole', ROLE],
    ['who am I', 'sts:GetCallerIdentity', '*'],
    ['database credentials of one user', 'redshift:GetClusterCredentials', 'arn:aws:redshift:eu-west-1:111122223333:dbuser:c/bot'],
    ['access grants of one instance', 's3:GetDataAccess', 'arn:aws:s3:eu-west-1:111122223333:access-grants/default'],
    ['a table beside a bucket', ['s3:GetObject', 'dynamodb:GetItem'], [BUCKET, TABLE]],
  ])('accepted: %s (%s)', (_what, action, resource) => {
    expect(codes(action, resource)).toEqual([]);
  });

  test('refused: NotAction and NotResource with Allow; accepted with Deny, as is everything', () => {
    const notAction = { actions: [], notActions: ['iam:*'] };
    const notResource = { resources: [], notResources: [BUCKET] };
    expect(codes('s3:GetObject', BUCKET, notAction)).toEqual(['NotActionAllowed']);
    expect(codes('s3:GetObject', BUCKET, notResource)).toEqual(['NotResourceAllowed']);
    expect(codes('s3:GetObject', BUCKET, { ...notAction, effect: 'Deny' })).toEqual([]);
    expect(codes('s3:GetObject', BUCKET, { ...notResource, effect: 'Deny' })).toEqual([]);
    expect(codes('*', '*', { effect: 'Deny' })).toEqual([]);
  });

  test('a function in a VPC may delete network interfaces of its region, and nothing else so broadly', () => {
    const everyResource = join('arn:', { Ref: 'AWS::Partition' }, ':ec2:', { Ref: 'AWS::Region' }, ':', ACCOUNT, ':*/*');
    expect(codes('ec2:DeleteNetworkInterface', everyResource)).toEqual([]);
    expect(codes('ec2:DeleteNetworkInterface', '*')).toEqual(['ResourceStar']);
    expect(codes('ec2:DeleteNetworkInterface', 'arn:aws:ec2:*:*:*/*')).toEqual(['ResourceStar']);
    expect(codes('ec2:TerminateInstances', everyResource)).toEqual(['ResourceStar']);
  });

  test('too many alternatives count as everything', () => {
    const either = { 'Fn::If': ['C', 'a', 'b'] };
    expect(codes('s3:ListBucket', join('arn:aws:s3:::', ...Array(6).fill(either)))).toEqual([]);
    expect(codes('s3:ListBucket', join('arn:aws:s3:::', ...Array(7).fill(either)))).toEqual(['ResourceStar']);
  });
});

test('a violation names the problem and the fix, with hostile input cut and quoted', () => {
  const [violation] = checkStatement(allow('s3:Get*', ['*', 'x\n'.repeat(100) + '*']), []).violations;
  expect(violation.problem).toContain('"s3:Get* (it covers s3:Get');
  expect(violation.problem).toContain('"*"');
  expect(violation.problem).not.toContain('\n');
  expect(violation.problem.length).toBeLessThan(400);
  expect(violation.fix).toContain('name the ARNs');
  expect(checkStatement(allow('ssm:Get*', `${TABLE}*`), []).violations[0].problem).toContain('"ssm:Get* (it covers ssm:GetAccessToken) hands out credentials"');
});

describe('exceptions', () => {
  const exceptionFor = (...actions: string[]) => ExceptionalAccess.of({ actions, reason: 'publishes figures of its own', until: Expiry.on('2027-03-31') });
  const metrics = exceptionFor('kinesis:PutRecord');

  test('excuse what they name, and say so; without them it is refused', () => {
    const statement = allow('kinesis:putrecord', '*');
    expect(checkStatement(statement, []).violations).toHaveLength(1);
    expect(checkStatement(statement, [exceptionFor('polly:SynthesizeSpeech'), metrics]))
      .toEqual({ violations: [], excepted: metrics, exceptedActions: ['kinesis:putrecord'] });
  });

  test('end what they name even where no rule asks for them, and are not spent on anything else', () => {
    expect(checkStatement(allow(['s3:GetObject', 's3:PutObject'], BUCKET), [exceptionFor('s3:GetObject')])).toMatchObject({ violations: [], exceptedActions: ['s3:GetObject'] });
    expect(checkStatement(allow('s3:PutObject', BUCKET), [exceptionFor('s3:GetObject')])).toEqual({ violations: [] });
  });

  test('are for their resources only', () => {
    const exception = ExceptionalAccess.of({ actions: ['sqs:SendMessage'], resources: ['arn:aws:sqs:*'], reason: 'sends to every queue there is', until: Expiry.on('2027-03-31') });
    expect(checkStatement(allow('sqs:SendMessage', 'arn:aws:sqs:eu-west-1:111122223333:*'), [exception]).violations).toEqual([]);
    expect(checkStatement(allow('sqs:SendMessage', '*'), [exception]).violations).toHaveLength(1);
    expect(checkStatement(allow('sqs:SendMessage', ['arn:aws:sqs:eu-west-1:111122223333:*', '*']), [exception]).violations).toHaveLength(1);
  });

  test.each(['organizations:ListAccounts', 'iam:CreateUser', 'sqs:SetQueueAttributes', 'sso:*'])('never excuse what the guard denies to all: %s', (action) => {
    expect(checkStatement(allow(action, 'arn:aws:svc:eu-west-1:111122223333:x'), [exceptionFor(action)]).violations.map(({ code }) => code)).toContain('DeniedToAllAgents');
  });

  test('name patterns by their text only', () => {
    const statement = allow('ec2:Describe*', '*');
    expect(checkStatement(statement, [exceptionFor('ec2:DescribeImageAttribute', 'ec2:*', 'ec2:Describe**')]).violations).toHaveLength(1);
    expect(checkStatement(statement, [exceptionFor('EC2:describe*')]).violations).toEqual([]);
    expect(checkStatement(allow('ec2:DescribeImageAttribute', '*'), [exceptionFor('ec2:Describe*')]).violations).toHaveLength(1);
  });

  test('must name every action at fault, but no others; two halves are not one', () => {
    const statement = allow(['kinesis:PutRecord', 'sqs:SendMessage', 'xray:PutTraceSegments'], '*');
    expect(checkStatement(statement, [metrics, exceptionFor('sqs:SendMessage')]).violations.map(({ code }) => code)).toEqual(['ResourceStar']);
    expect(checkStatement(statement, [exceptionFor('sqs:SendMessage', 'kinesis:PutRecord')]).exceptedActions)
      .toEqual(['kinesis:PutRecord', 'sqs:SendMessage']);
  });

  test('excuse all that is wrong with an action, a whole service too', () => {
    expect(checkStatement(allow('sts:GetServiceBearerToken', '*'), [exceptionFor('sts:GetServiceBearerToken')]).violations).toEqual([]);
    expect(checkStatement(allow('s3:*', '*'), [exceptionFor('s3:*')]).violations).toEqual([]);
    expect(checkStatement(allow('s3:GetObject', [], { notResources: [BUCKET] }), [exceptionFor('s3:GetObject')]).violations).toEqual([]);
  });

  test('never excuse every service, NotAction or what can not be read', () => {
    const all = [exceptionFor('s3:*', 's3:GetObject')];
    expect(checkStatement(allow(['s3:*', '*'], BUCKET), all).violations.map(({ code }) => code)).toEqual(['ActionStar', 'ServiceStar']);
    expect(checkStatement(allow([], '*', { notActions: ['s3:GetObject'] }), all).violations.map(({ code }) => code)).toEqual(['NotActionAllowed']);
    expect(checkStatement(allow(['GetObject'], '*'), all).violations.map(({ code }) => code)).toEqual(['ActionInvalid']);
  });
});

test.each<[Record<string, unknown> | undefined, string[]]>([
  [{ StringEquals: { 'aws:ResourceTag/team': 'payments' } }, []],
  [{ StringEquals: { 'aws:ResourceTag/team': '*' } }, ['ResourceStar']],
  [{ StringNotEquals: { 'aws:ResourceTag/team': 'payments' } }, ['ResourceStar']],
  [undefined, ['ResourceStar']],
])('every table, under the condition %j: %j', (conditions, found) => {
  expect(codes('dynamodb:GetItem', '*', { conditions })).toEqual(found);
});
