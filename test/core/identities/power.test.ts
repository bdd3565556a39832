import { PowerJudge } from '../../../src/core/identities/power';

const ALL = { Effect: 'Allow', Action: '*', Resource: '*' };
const documentOf = (...statements: object[]): string => JSON.stringify({ Version: '2012-10-17', Statement: statements });
const judge = (statements: object[], boundary?: object[]) => new PowerJudge().powerOf(
  [{ name: 'own', document: documentOf(...statements) }], boundary === undefined ? undefined : { name: 'limit', document: documentOf(...boundary) });
const allow = (Action: string | string[], Resource: string | string[] = '*', more: object = {}) => ({ Effect: 'Allow', Action, Resource, ...more });
const deny = (Action: string, more: object = {}) => ({ Effect: 'Deny', Action, Resource: '*', ...more });
const ROLES = 'arn:aws:iam::111122223333:role/*';

test.each<[string, object[], string]>([
  ['everything', [ALL], 'full'],
  ['everything by another spelling', [allow('*:*')], 'full'],
  ['everything with a condition', [{ ...ALL, Condition: { StringEquals: { 'aws:RequestedRegion': 'eu-west-1' } } }], 'full'],
  ['everything but S3', [{ Effect: 'Allow', NotAction: 's3:*', Resource: '*' }], 'full'],
  ['everything but IAM, as PowerUserAccess', [{ Effect: 'Allow', NotAction: ['iam:*', 'organizations:*'], Resource: '*' }], 'services'],
  ['IAM', [allow('iam:*')], 'identities'],
  ['passing any role', [allow('iam:PassRole')], 'identities'],
  ['passing any role, by their ARNs', [allow('iam:PassRole', ROLES)], 'identities'],
  ['assuming any role', [allow('sts:AssumeRole')], 'identities'],
  ['changing any function', [allow('lambda:UpdateFunctionCode')], 'identities'],
  ['creating keys of any user', [allow('iam:CreateAccessKey', 'arn:aws:iam::111122223333:user/*')], 'identities'],
  ['twin: passing one role', [allow('iam:PassRole', 'arn:aws:iam::111122223333:role/one')], 'limited'],
  ['twin: passing roles of a name', [allow('iam:PassRole', 'arn:aws:iam::111122223333:role/shop-one*')], 'limited'],
  ['reading IAM', [allow(['iam:Get*', 'iam:List*', 'iam:GetRole', 'iam:SimulatePrincipalPolicy'])], 'limited'],
  ['reading with patterns that touch credentials', [allow(['s3:Get*', 'sts:Get*', 'ssm:Get*'])], 'limited'],
  ['reading credentials by name', [allow('sts:GetFederationToken')], 'identities'],
  ['roles of AWS services', [allow('iam:CreateServiceLinkedRole')], 'limited'],
  ['a whole service', [allow('s3:*')], 'services'],
  ['a whole service on one bucket', [allow('s3:*', ['arn:aws:s3:::orders', 'arn:aws:s3:::orders/*'])], 'limited'],
  ['some actions', [allow('dynamodb:GetItem')], 'limited'],
  ['nothing', [], 'none'],
  ['everything, denied by all', [ALL, deny('*')], 'none'],
  ['everything, with IAM denied', [ALL, deny('iam:*')], 'services'],
  ['twin: IAM denied with a condition', [ALL, deny('iam:*', { Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'false' } } })], 'full'],
  ['twin: IAM denied on one resource', [ALL, { ...deny('iam:*'), Resource: 'arn:aws:iam::111122223333:role/x' }], 'full'],
  ['passing roles, denied', [allow('iam:PassRole'), deny('iam:Pass*')], 'none'],
  ['a denied action beside a whole service', [allow(['s3:*', 'iam:PassRole']), deny('iam:PassRole')], 'services'],
  ['a denied action beside one that becomes another', [allow(['iam:PassRole', 'iam:CreateAccessKey']), deny('iam:PassRole')], 'identities'],
  ['everything, with all but S3 denied', [ALL, { Effect: 'Deny', NotAction: 's3:*', Resource: '*' }], 'services'],
  ['everything, with all but IAM denied', [ALL, { Effect: 'Deny', NotAction: ['iam:*', 's3:*'], Resource: '*' }], 'full'],
  ['everything but IAM, with all but IAM denied', [{ Effect: 'Allow', NotAction: 'iam:*', Resource: '*' }, { Effect: 'Deny', NotAction: 'iam:*', Resource: '*' }], 'none'],
  ['passing roles, with all but S3 denied', [allow(['iam:PassRole', 's3:GetObject']), { Effect: 'Deny', NotAction: 's3:*', Resource: '*' }], 'limited'],
  ['everything but one action, denied by all', [{ Effect: 'Allow', NotAction: 's3:GetObject', Resource: '*' }, deny('*')], 'none'],
  ['everything but one bucket', [{ Effect: 'Allow', Action: '*', NotResource: 'arn:aws:s3:::orders' }], 'full'],
  ['passing all roles but one', [{ Effect: 'Allow', Action: 'iam:PassRole', NotResource: 'arn:aws:iam::111122223333:role/x' }], 'identities'],
  ['a Deny of nothing', [ALL, { Effect: 'Deny', Resource: '*' }], 'full'],
  ['actions as no list of texts', [{ Effect: 'Allow', Action: { x: 1 }, Resource: '*' }], 'limited'],
])('%s', (_what, statements, level) => {
  expect(judge(statements).level).toBe(level);
});

test('names the few statements that give it, and no others', () => {
  expect(judge([allow('dynamodb:GetItem'), allow(['s3:PutObject', 'iam:PassRole'], '*', { Condition: { x: 1 } })])).toEqual({
    level: 'identities',
    statements: [{ policy: 'own', allows: 'iam:PassRole on * with conditions', why: 'administers identities' }],
  });
  expect(judge([allow('dynamodb:GetItem')])).toEqual({ level: 'limited', statements: [] });
});

describe('a permissions boundary', () => {
  test('lowers the level and is named', () => {
    expect(judge([ALL], [allow('s3:GetObject')])).toMatchObject({ level: 'limited', limitedBy: 'limit', statements: [{ allows: '* on *' }] });
  });

  test('twin: one that allows as much limits nothing', () => {
    expect(judge([ALL], [ALL])).toEqual({ level: 'full', statements: [expect.objectContaining({ allows: '* on *' })] });
  });

  test('with a Deny on everything leaves nothing', () => {
    expect(judge([ALL], [deny('*')]).level).toBe('none');
  });

  test('whose text is missing is said, and trusted for nothing', () => {
    expect(new PowerJudge().powerOf([{ name: 'own', document: documentOf(ALL) }], { name: 'limit' })).toMatchObject({ level: 'full', unread: ['limit'] });
  });
});

test('a policy that is no JSON, or is missing, is said', () => {
  expect(new PowerJudge().powerOf([{ name: 'broken', document: '{' }, { name: 'missing' }, { name: 'own', document: documentOf(ALL) }])).toMatchObject({
    level: 'full', unread: ['missing', 'broken'],
  });
});
