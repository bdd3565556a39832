import { grantsToRole } from '../../../runtime/certification';

const ROLE = { roleArn: 'arn:aws:iam::111122223333:role/agents/test/invoice-bot-test', roleId: 'AROA000000000001', roleName: 'invoice-bot-test' };
const QUEUE = 'arn:aws:sqs:eu-west-1:111122223333:invoices';

const granted = (statement: object) => grantsToRole(JSON.stringify({ Statement: { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: QUEUE, ...statement } }), ROLE, QUEUE);
const sourcesOf = (statement: object): (string | undefined)[] => granted(statement).map(({ source }) => source);

test.each<[string, object]>([
  ['its ARN', { Principal: { AWS: ROLE.roleArn } }],
  ['its id, as IAM replaces an ARN', { Principal: { AWS: [ROLE.roleId] } }],
  ['one of its sessions', { Principal: { AWS: ['111122223333', 'arn:aws:sts::111122223333:assumed-role/invoice-bot-test/any'] } }],
])('a statement that names the role by %s grants it something', (_what, statement) => {
  expect(granted(statement)).toEqual([{ actions: ['sqs:SendMessage'], resources: [QUEUE], source: `policy of ${QUEUE}` }]);
});

test.each<[string, object]>([
  ['another role', { Principal: { AWS: `${ROLE.roleArn}-2` } }],
  ['a role of the same name in another account', { Principal: { AWS: ROLE.roleArn.replace('111122223333', '444455556666') } }],
  ['a session of a role with a longer name', { Principal: { AWS: 'arn:aws:sts::111122223333:assumed-role/invoice-bot-test2/any' } }],
  ['an earlier role of that name', { Principal: { AWS: 'AROA000000000000' } }],
  ['the account, which leaves it to policies of roles', { Principal: { AWS: 'arn:aws:iam::111122223333:root' } }],
  ['a service', { Principal: { Service: 'sns.amazonaws.com' } }],
  ['everybody but the role', { NotPrincipal: { AWS: ROLE.roleArn } }],
  ['nobody', {}],
  ['the role, and denies', { Principal: { AWS: ROLE.roleArn }, Effect: 'Deny' }],
])('a statement for %s grants the role nothing', (_what, statement) => {
  expect(granted(statement)).toEqual([]);
});

describe('a statement for everybody', () => {
  const everybody = (Condition: object): object => ({ Principal: '*', Condition });

  test.each<[string, object]>([
    ['without a condition', { Principal: '*' }],
    ['as an AWS principal', { Principal: { AWS: ['*'] } }],
    ['but somebody else', { NotPrincipal: { AWS: 'arn:aws:iam::111122223333:role/other' } }],
    ['whose pattern covers the role', everybody({ ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/agents/*' } })],
    ['of the role\'s account', everybody({ StringEquals: { 'AWS:PrincipalAccount': ['111122223333'] } })],
    ['that excludes others', everybody({ StringNotEquals: { 'aws:PrincipalArn': 'arn:aws:iam::111122223333:role/other' } })],
    ['whose demand only holds for calls of services', everybody({ ArnLikeIfExists: { 'aws:SourceArn': 'arn:aws:sns:*' } })],
    ['with a condition that the registry can\'t judge', everybody({ StringEquals: { 'aws:PrincipalOrgID': 'o-1' } })],
  ])('%s includes the role', (_what, statement) => {
    expect(sourcesOf(statement)).toEqual([`policy of ${QUEUE}, for everybody`]);
  });

  test.each<[string, object]>([
    ['other principals', { ArnLike: { 'aws:PrincipalArn': ['arn:aws:iam::111122223333:role/other', 'arn:aws:iam::444455556666:*'] } }],
    ['another account', { StringEquals: { 'aws:PrincipalAccount': '444455556666' } }],
    ['a service\'s call for a topic', { ArnEquals: { 'aws:SourceArn': 'arn:aws:sns:eu-west-1:111122223333:topic' } }],
    ['a service\'s call for an account', { 'ForAnyValue:StringEquals': { 'aws:SourceAccount': '111122223333' } }],
  ])('under a condition for %s does not', (_what, condition) => {
    expect(granted(everybody(condition))).toEqual([]);
  });
});

test('a key calls itself *, and its policy is shown as a grant on the key; a condition is shown', () => {
  const key = 'arn:aws:kms:eu-west-1:111122223333:key/1';
  const document = JSON.stringify({ Statement: [{ Effect: 'Allow', Principal: { AWS: ROLE.roleArn }, Action: ['kms:Decrypt'], Resource: '*', Condition: { Bool: { a: 'true' } } }] });
  expect(grantsToRole(document, ROLE, key)).toEqual([{ actions: ['kms:Decrypt'], resources: [key], condition: '{"Bool":{"a":"true"}}', source: `policy of ${key}` }]);
});
