import * as fc from 'fast-check';
import { parseTrustStatements } from '../../../src/aws/access-rules/statement';
import { checkTrustPrincipal } from '../../../src/aws/access-rules/trust-rules';

const ROOT = 'arn:aws:iam::111122223333:root';
const USER = 'arn:aws:iam::111122223333:user/ada';
const ROLE = 'arn:aws:iam::111122223333:role/orchestrator';
const SSO = 'arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_Admin_0123456789abcdef';
const SAML = 'arn:aws:iam::111122223333:saml-provider/okta';
const GITHUB = 'arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com';
const SUB = 'token.actions.githubusercontent.com:sub';
const join = (...parts: unknown[]) => ({ 'Fn::Join': ['', parts] });

function check(principal: unknown, conditions?: Record<string, unknown>, more: Record<string, unknown> = {}) {
  const document = { Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: principal, Condition: conditions, ...more }] };
  return parseTrustStatements(document).flatMap(checkTrustPrincipal).map(({ code }) => code);
}
const equals = (key: string, value: unknown) => ({ StringEquals: { [key]: value } });
const like = (key: string, value: unknown) => ({ StringLike: { [key]: value } });

describe('without conditions', () => {
  test.each<[string, unknown, string]>([
    ['a star', '*', 'TrustPrincipalStar'],
    ['an AWS star', { AWS: '*' }, 'TrustPrincipalStar'],
    ['an AWS star in a list', { AWS: [ROLE, '*'] }, 'TrustPrincipalStar'],
    ['a pattern', { AWS: 'arn:aws:iam::111122223333:role/*' }, 'TrustPrincipalStar'],
    ['every provider', { Federated: '*' }, 'TrustPrincipalStar'],
    ['every service', { Service: '*' }, 'TrustPrincipalStar'],
    ['a star on one side of If', { AWS: { 'Fn::If': ['C', '*', ROLE] } }, 'TrustPrincipalStar'],
    ['the account', { AWS: ROOT }, 'TrustPrincipalUnconditioned'],
    ['the account by its id', { AWS: '111122223333' }, 'TrustPrincipalUnconditioned'],
    ['the account by pseudo parameter', { AWS: { Ref: 'AWS::AccountId' } }, 'TrustPrincipalUnconditioned'],
    ['the account by Join', { AWS: join('arn:', { Ref: 'AWS::Partition' }, ':iam::', { Ref: 'AWS::AccountId' }, ':root') }, 'TrustPrincipalUnconditioned'],
    ['a user', { AWS: USER }, 'TrustPrincipalUnconditioned'],
    ['a user by its id', { AWS: 'AIDAABCDEFGHIJKLMNOP' }, 'TrustPrincipalUnconditioned'],
    ['a federated user', { AWS: 'arn:aws:sts::111122223333:federated-user/ada' }, 'TrustPrincipalUnconditioned'],
    ['Identity Center', { AWS: SSO }, 'TrustPrincipalUnconditioned'],
    ['a session of Identity Center', { AWS: 'arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Admin_0123456789abcdef/ada' }, 'TrustPrincipalUnconditioned'],
    ['SAML', { Federated: SAML }, 'TrustPrincipalUnconditioned'],
    ['OIDC', { Federated: GITHUB }, 'TrustPrincipalUnconditioned'],
    ['a person beside a service', { Service: 'lambda.amazonaws.com', AWS: USER }, 'TrustPrincipalUnconditioned'],
  ])('%s is refused', (_what, principal, code) => {
    expect(check(principal)).toEqual([code]);
  });

  test.each<[string, unknown]>([
    ['a service', { Service: 'ec2.amazonaws.com' }],
    ['a role', { AWS: ROLE }],
    ['a role of the stack', { AWS: { 'Fn::GetAtt': ['Broker', 'Arn'] } }],
    ['a role of the account by Join', { AWS: join('arn:', { Ref: 'AWS::Partition' }, ':iam::', { Ref: 'AWS::AccountId' }, ':role/orchestrator') }],
    ['services in a list', { Service: ['lambda.amazonaws.com', 'ecs-tasks.amazonaws.com'] }],
  ])('%s is accepted', (_what, principal) => {
    expect(check(principal)).toEqual([]);
  });
});

describe('conditions', () => {
  test.each<[string, unknown, Record<string, unknown>]>([
    ['a star pinned to a role', '*', equals('aws:PrincipalArn', ROLE)],
    ['the account, pinned to a role', { AWS: ROOT }, { ArnEquals: { 'aws:PrincipalArn': ROLE } }],
    ['the account, pinned to roles of a prefix', { AWS: ROOT }, { ArnLike: { 'AWS:principalarn': 'arn:aws:iam::111122223333:role/deploy-*' } }],
    ['another company by external id', { AWS: ROOT }, equals('sts:ExternalId', 'acme-invoice-bot')],
    ['a user with a second factor', { AWS: USER }, { Bool: { 'aws:MultiFactorAuthPresent': 'true' } }],
    ['a user named as source', { AWS: USER }, equals('sts:SourceIdentity', 'ada')],
    ['one person of Identity Center', { AWS: SSO }, like('aws:userid', '*:ada@example.com'.replace('*', 'AROAABCDEFGHIJKLMNOP'))],
    ['one subject of SAML', { Federated: SAML }, equals('SAML:sub', 'ada')],
    ['one repository', { Federated: GITHUB }, equals(SUB, 'repo:acme/bot:ref:refs/heads/main')],
    ['repositories of one owner', { Federated: GITHUB }, like(SUB, 'repo:acme/*')],
    ['one subject, known at deployment', { Federated: GITHUB }, equals(SUB, { Ref: 'Subject' })],
    ['an identity pool', { Federated: 'cognito-identity.amazonaws.com' }, equals('cognito-identity.amazonaws.com:aud', 'eu-west-1:0000')],
  ])('%s is accepted', (_what, principal, conditions) => {
    expect(check(principal, conditions)).toEqual([]);
  });

  test.each<[string, unknown, Record<string, unknown>]>([
    ['an organization is not somebody', '*', equals('aws:PrincipalOrgID', 'o-12345')],
    ['an external id is no secret', '*', equals('sts:ExternalId', 'acme')],
    ['a role of any account', '*', { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/orchestrator' } }],
    ['all principals of the account', { AWS: ROOT }, { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::111122223333:*' } }],
    ['all roles of the account', { AWS: ROOT }, { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::111122223333:role/*' } }],
    ['the account as a person', { AWS: ROOT }, equals('aws:PrincipalArn', USER)],
    ['the account as Identity Center', { AWS: ROOT }, equals('aws:PrincipalArn', SSO)],
    ['one value that pins and one that does not', '*', like('aws:PrincipalArn', [ROLE, '*'])],
    ['a policy variable', '*', equals('aws:PrincipalArn', '${aws:PrincipalTag/arn}')],
    ['...IfExists', { AWS: ROOT }, { StringEqualsIfExists: { 'sts:ExternalId': 'acme' } }],
    ['ForAllValues:', { AWS: ROOT }, { 'ForAllValues:StringEquals': { 'sts:ExternalId': 'acme' } }],
    ['a negation', { AWS: ROOT }, { StringNotEquals: { 'sts:ExternalId': 'acme' } }],
    ['any external id', { AWS: ROOT }, like('sts:ExternalId', '*')],
    ['no value', { AWS: ROOT }, equals('sts:ExternalId', [])],
    ['no second factor', { AWS: USER }, { Bool: { 'aws:MultiFactorAuthPresent': 'false' } }],
    ['a region is not somebody', { AWS: USER }, equals('aws:RequestedRegion', 'eu-west-1')],
    ['SAML by audience only', { Federated: SAML }, equals('SAML:aud', 'https://signin.aws.amazon.com/saml')],
    ['OIDC by audience only', { Federated: GITHUB }, equals('token.actions.githubusercontent.com:aud', 'sts.amazonaws.com')],
    ['every repository', { Federated: GITHUB }, like(SUB, 'repo:*')],
    ['every owner that begins so', { Federated: GITHUB }, like(SUB, 'repo:acme*')],
    ['no condition on every provider helps', { Federated: '*' }, equals(SUB, 'repo:acme/bot')],
  ])('refused: %s', (_what, principal, conditions) => {
    expect(check(principal, conditions)).toHaveLength(1);
  });
});

test('NotPrincipal with Allow is refused, with Deny accepted', () => {
  expect(check(undefined, undefined, { NotPrincipal: { AWS: ROLE } })).toEqual(['TrustPrincipalStar']);
  expect(check(undefined, undefined, { NotPrincipal: { AWS: ROLE }, Effect: 'Deny' })).toEqual([]);
});

test('Denies and what brings no role are left alone; patterns that bring it are not', () => {
  expect(check('*', undefined, { Effect: 'Deny' })).toEqual([]);
  expect(check({ AWS: ROOT }, undefined, { Action: ['sts:TagSession', 'sts:SetSourceIdentity'] })).toEqual([]);
  expect(check({ AWS: ROOT }, undefined, { Action: ['sts:TagSession', 'sts:AssumeRole'] })).toHaveLength(1);
  expect(check({ AWS: ROOT }, undefined, { Action: 'STS:Assume*' })).toHaveLength(1);
  expect(check({ AWS: ROOT }, undefined, { Action: undefined, NotAction: 'sts:TagSession' })).toHaveLength(1);
});

test('problem and fix name the principal, quoted', () => {
  const [{ problem, fix }] = checkTrustPrincipal({ effect: 'Allow', actions: ['sts:AssumeRole'], notActions: [], principal: { AWS: `${USER}\n` } });
  expect(problem).toContain(JSON.stringify(`${USER}\n`));
  expect(fix).toContain('AgentRuntime.broker');
});

test('any input gets an answer', () => {
  fc.assert(fc.property(fc.anything(), fc.dictionary(fc.string(), fc.anything()), (principal, conditions) => {
    checkTrustPrincipal({ effect: 'Allow', actions: ['sts:AssumeRole'], notActions: [], principal, conditions });
  }), { numRuns: 1_000 });
});
