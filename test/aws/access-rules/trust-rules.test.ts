import * as fc from 'fast-check';
import { checkTrustPrincipal } from '../../../src/aws/access-rules/trust-rules';
import { parseTrustStatements } from '../../../src/aws/iam/statement';

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
    ['another company by external id, in an operator for patterns', { AWS: ROOT }, like('sts:ExternalId', 'acme:invoices:bot')],
    ['another company by external id', { AWS: ROOT }, equals('sts:ExternalId', 'acme-invoice-bot')],
    ['a user with a second factor', { AWS: USER }, { Bool: { 'aws:MultiFactorAuthPresent': 'true' } }],
    ['a user named as source', { AWS: USER }, equals('sts:SourceIdentity', 'ada')],
    ['one person of Identity Center', { AWS: SSO }, like('aws:userid', '*:ada@example.com'.replace('*', 'AROAABCDEFGHIJKLMNOP'))],
    ['one subject of SAML', { Federated: SAML }, equals('SAML:sub', 'ada')],
    ['one repository', { Federated: GITHUB }, equals(SUB, 'repo:acme/bot:ref:refs/heads/main')],
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
    ['a pattern of external ids', { AWS: ROOT }, like('sts:ExternalId', 'acme:invoices:*')],
    ['external ids by one character', { AWS: ROOT }, like('sts:ExternalId', 'acme/invoices/bot-?')],
    ['any external id', { AWS: ROOT }, like('sts:ExternalId', '*')],
    ['no value', { AWS: ROOT }, equals('sts:ExternalId', [])],
    ['no second factor', { AWS: USER }, { Bool: { 'aws:MultiFactorAuthPresent': 'false' } }],
    ['a region is not somebody', { AWS: USER }, equals('aws:RequestedRegion', 'eu-west-1')],
    ['SAML by audience only', { Federated: SAML }, equals('SAML:aud', 'https://signin.aws.amazon.com/saml')],
    ['OIDC by audience only', { Federated: GITHUB }, equals('token.actions.githubusercontent.com:aud', 'sts.amazonaws.com')],
    ['every repository', { Federated: GITHUB }, like(SUB, 'repo:*')],
    ['all repositories of an owner', { Federated: GITHUB }, like(SUB, 'repo:acme/*')],
    ['every owner that begins so', { Federated: GITHUB }, like(SUB, 'repo:acme*')],
    ['no condition on every provider helps', { Federated: '*' }, equals(SUB, 'repo:acme/bot')],
  ])('refused: %s', (_what, principal, conditions) => {
    expect(check(principal, conditions)).toHaveLength(1);
  });
});

describe('subjects, by what they mean to their issuer', () => {
  const EKS = 'oidc.eks.eu-west-1.amazonaws.com/id/0A1B2C';
  const federated = (issuer: string, subject: string, key = 'sub') =>
    check({ Federated: `arn:aws:iam::111122223333:oidc-provider/${issuer}` }, like(`${issuer}:${key}`, subject), { Action: 'sts:AssumeRoleWithWebIdentity' });

  test.each([
    [EKS, 'system:serviceaccount:invoices:bot'],
    [EKS, 'system:serviceaccount:invoices:*'],
    ['token.actions.githubusercontent.com', 'repo:acme/invoices:environment:production'],
    ['token.actions.githubusercontent.com', 'repo:acme/invoices:ref:refs/heads/release-*'],
    ['token.actions.githubusercontent.com', 'repo:acme@12/invoices@34:*'],
    ['gitlab.com', 'project_path:acme/finance/invoices:ref_type:branch:ref:*'],
    ['app.terraform.io', 'organization:acme:project:finance:workspace:invoices:run_phase:*'],
    ['app.terraform.io', 'organization:acme:project:finance:workspace:invoices-*:run_phase:apply'],
    ['oidc.circleci.com/org/0a1b', 'org/0a1b/project/2c3d/user/*'],
    ['agent.buildkite.com', 'organization:acme:pipeline:invoices:ref:refs/heads/main:*'],
    ['oidc.vercel.com/acme', 'owner:acme:project:invoices:environment:*'],
    ['id.example.com', 'workload-17'],
  ])('%s may say %s', (issuer, subject) => {
    expect(federated(issuer, subject)).toEqual([]);
  });

  test.each([
    [EKS, 'system:serviceaccount:*:*'],
    [EKS, 'system:serviceaccount:*:bot'],
    [EKS, 'system:serviceaccount:invoices*:bot'],
    [EKS, 'system:serviceaccount:*'],
    ['token.actions.githubusercontent.com', 'repo:acme/*'],
    ['token.actions.githubusercontent.com', 'repo:acme/*:environment:production'],
    ['token.actions.githubusercontent.com', 'repo:acme/invoices*'],
    ['token.actions.githubusercontent.com', 'repo:*/invoices:ref:refs/heads/main'],
    ['gitlab.com', 'project_path:acme/*:ref_type:branch:ref:main'],
    ['app.terraform.io', 'organization:acme:project:*:workspace:*:run_phase:*'],
    ['app.terraform.io', 'organization:acme:*'],
    ['oidc.circleci.com/org/0a1b', 'org/0a1b/project/*'],
    ['agent.buildkite.com', 'organization:acme:pipeline:*'],
    ['oidc.vercel.com/acme', 'owner:acme:project:*:environment:production'],
    ['id.example.com', 'team/invoices/*'],
    ['id.example.com', 'system:serviceaccount:invoices:*'],
  ])('%s may not say %s', (issuer, subject) => {
    expect(federated(issuer, subject)).toEqual(['TrustPrincipalUnconditioned']);
  });

  test('a repository\'s id is exact', () => {
    expect(federated('token.actions.githubusercontent.com', '1234567', 'repository_id')).toEqual([]);
    expect(federated('token.actions.githubusercontent.com', '12*', 'repository_id')).toHaveLength(1);
  });

  test('the refusal says what the subject has to name', () => {
    const [{ fix }] = checkTrustPrincipal({
      effect: 'Allow', actions: ['sts:AssumeRoleWithWebIdentity'], notActions: [], principal: { Federated: GITHUB }, conditions: like(SUB, 'repo:acme/*'),
    });
    expect(fix).toContain('repo:<owner>/<repository>');
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
