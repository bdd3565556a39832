import { callersOf } from '../../../src/core/identities/callers';
import { ACCOUNT, trust } from '../../runtime/inventory/generated-account';

const GITHUB = 'token.actions.githubusercontent.com';
const EKS = 'oidc.eks.eu-west-1.amazonaws.com/id/ABC';
const AUDIENCE = { [`${GITHUB}:aud`]: 'sts.amazonaws.com' };
const web = (provider: string, condition: object): string => JSON.stringify({
  Statement: { Effect: 'Allow', Principal: { Federated: `arn:aws:iam::${ACCOUNT}:oidc-provider/${provider}` }, Action: 'sts:AssumeRoleWithWebIdentity', Condition: condition },
});

test.each<[string, string, object[]]>([
  ['a service', trust({ Service: 'lambda.amazonaws.com' }), [{ kind: 'service', name: 'service lambda' }]],
  ['a service in China', trust({ Service: 'ec2.amazonaws.com.cn' }), [{ kind: 'service', name: 'service ec2' }]],
  ['a function', trust({ Service: 'lambda.amazonaws.com' }, { ArnLike: { 'AWS:sourcearn': `arn:aws:lambda:eu-west-1:${ACCOUNT}:function:orders:live` } }), [{ kind: 'function', name: 'function orders' }]],
  ['a cluster of ECS', trust({ Service: 'ecs-tasks.amazonaws.com' }, { ArnEquals: { 'aws:SourceArn': `arn:aws:ecs:eu-west-1:${ACCOUNT}:cluster/shop` } }), [{ kind: 'cluster', name: 'ECS cluster shop' }]],
  ['a cluster of EKS by its tag', trust({ Service: 'pods.eks.amazonaws.com' }, { StringEquals: { 'aws:RequestTag/eks-cluster-name': 'shop' } }), [{ kind: 'cluster', name: 'EKS cluster shop' }]],
  ['a subject of Roles Anywhere', trust({ Service: 'rolesanywhere.amazonaws.com' }, { StringEquals: { 'aws:PrincipalTag/x509Subject/CN': 'printer' } }), [{ kind: 'workload', name: 'Roles Anywhere subject printer' }]],
  ['a source that may be missing names nothing', trust({ Service: 'lambda.amazonaws.com' }, { ArnLikeIfExists: { 'aws:SourceArn': `arn:aws:lambda:eu-west-1:${ACCOUNT}:function:orders` } }), [{ kind: 'service', name: 'service lambda' }]],
  ['a role of the account', trust({ AWS: `arn:aws:iam::${ACCOUNT}:role/apps/runner` }), [{ kind: 'role', name: 'role runner' }]],
  ['a user', trust({ AWS: `arn:aws:iam::${ACCOUNT}:user/ada` }), [{ kind: 'user', name: 'user ada' }]],
  ['the account', trust({ AWS: `arn:aws:iam::${ACCOUNT}:root` }), [{ kind: 'account', name: 'this account' }]],
  ['people with MFA', trust({ AWS: ACCOUNT }, { Bool: { 'aws:MultiFactorAuthPresent': 'true' } }), [{ kind: 'people', name: 'this account with MFA' }]],
  ['a vendor', trust({ AWS: 'arn:aws:iam::464622532012:root' }, { StringEquals: { 'sts:ExternalId': 'x' } }), [{ kind: 'vendor', name: 'Datadog (464622532012)', otherAccount: '464622532012' }]],
  ['a vendor without an external id', trust({ AWS: '464622532012' }), [{ kind: 'vendor', name: 'Datadog (464622532012)', otherAccount: '464622532012', weakness: 'no-external-id' }]],
  ['a stranger', trust({ AWS: 'arn:aws:iam::999900001111:role/x' }), [{ kind: 'role', name: 'role x in account 999900001111', otherAccount: '999900001111', weakness: 'no-external-id' }]],
  ['an account of the organization', trust({ AWS: '999900001111' }, { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } }), [{ kind: 'account', name: 'account 999900001111', otherAccount: '999900001111' }]],
  ['a principal that was deleted', trust({ AWS: 'AROAABCDEFGHIJKLMNOPQ' }), [{ kind: 'deleted', name: 'deleted principal AROAABCDEFGHIJKLMNOPQ' }]],
  ['anyone', trust('*'), [{ kind: 'anyone', name: 'anyone', weakness: 'anyone' }]],
  ['anyone of an organization', trust('*', { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } }), [{ kind: 'account', name: 'principals of o-1' }]],
  ['any branch of a repository', web(GITHUB, { StringLike: { ...AUDIENCE, [`${GITHUB}:sub`]: 'repo:acme/shop:*' } }), [{ kind: 'repository', name: 'GitHub repository acme/shop', weakness: 'any-branch' }]],
  ['any branch that a claim narrows to a workflow', web(GITHUB, { StringLike: { ...AUDIENCE, [`${GITHUB}:sub`]: 'repo:acme/shop:*', [`${GITHUB}:job_workflow_ref`]: 'acme/shop/.github/workflows/deploy.yml@refs/heads/main' } }), [{ kind: 'repository', name: 'GitHub repository acme/shop' }]],
  ['any branch that a claim with a wildcard does not narrow', web(GITHUB, { StringLike: { ...AUDIENCE, [`${GITHUB}:sub`]: 'repo:acme/shop:*', [`${GITHUB}:ref`]: '*' } }), [{ kind: 'repository', name: 'GitHub repository acme/shop', weakness: 'any-branch' }]],
  ['one subject of a provider whose form is not known', web('id.example.com', { StringLike: { 'id.example.com:sub': 'bot-7', 'id.example.com:aud': 'aws' } }), [{ kind: 'workload', name: 'subject bot-7 of id.example.com' }]],
  ['a pattern of subjects of such a provider', web('id.example.com', { StringLike: { 'id.example.com:sub': 'bot-7*', 'id.example.com:aud': 'aws' } }), [{ kind: 'workload', name: 'subject bot-7* of id.example.com', weakness: 'wide-subject' }]],
  ['a project of CircleCI', web('oidc.circleci.com/org/0f1e', { StringLike: { 'oidc.circleci.com/org/0f1e:sub': 'org/0f1e/project/9a8b/user/*', 'oidc.circleci.com/org/0f1e:aud': '0f1e' } }), [{ kind: 'repository', name: 'CircleCI project 9a8b' }]],
  ['any project of CircleCI', web('oidc.circleci.com/org/0f1e', { StringLike: { 'oidc.circleci.com/org/0f1e:sub': 'org/0f1e/project/*', 'oidc.circleci.com/org/0f1e:aud': '0f1e' } }), [{ kind: 'repository', name: 'subject org/0f1e/project/* of oidc.circleci.com/org/0f1e', weakness: 'wide-subject' }]],
  ['a project of Vercel', web('oidc.vercel.com/acme', { StringEquals: { 'oidc.vercel.com/acme:sub': 'owner:acme:project:shop:environment:production', 'oidc.vercel.com/acme:aud': 'https://vercel.com/acme' } }), [{ kind: 'repository', name: 'Vercel acme:project:shop' }]],
  ['people by SAML', JSON.stringify({ Statement: [{ Effect: 'Allow', Principal: { Federated: `arn:aws:iam::${ACCOUNT}:saml-provider/Okta` }, Action: 'sts:AssumeRoleWithSAML' }] }), [{ kind: 'people', name: 'people by SAML Okta' }]],
  ['a repository', web(GITHUB, { StringEquals: { ...AUDIENCE, [`${GITHUB}:sub`]: 'repo:acme/shop:ref:refs/heads/main' } }), [{ kind: 'repository', name: 'GitHub repository acme/shop' }]],
  ['any branch of a repository', web(GITHUB, { StringEquals: AUDIENCE, StringLike: { [`${GITHUB}:sub`]: 'repo:acme/shop:*' } }), [{ kind: 'repository', name: 'GitHub repository acme/shop', weakness: 'any-branch' }]],
  ['roles of another account by their names', trust({ AWS: 'arn:aws:iam::999900001111:root' }, { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::999900001111:role/ci-*' } }), [{ kind: 'role', name: 'role ci-* in account 999900001111', otherAccount: '999900001111', weakness: 'no-external-id' }]],
  ['twin: any role of another account', trust({ AWS: 'arn:aws:iam::999900001111:root' }, { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::999900001111:role/*' } }), [{ kind: 'account', name: 'account 999900001111', otherAccount: '999900001111', weakness: 'no-external-id' }]],
  ['any certificate of Roles Anywhere', trust({ Service: 'rolesanywhere.amazonaws.com' }), [{ kind: 'workload', name: 'any certificate of Roles Anywhere', weakness: 'no-subject' }]],
  ['all repositories of an owner', web(GITHUB, { StringEquals: AUDIENCE, StringLike: { [`${GITHUB}:sub`]: 'repo:acme/*' } }), [{ kind: 'repository', name: `subject repo:acme/* of ${GITHUB}`, weakness: 'wide-subject' }]],
  ['all of GitHub', web(GITHUB, { StringEquals: AUDIENCE }), [{ kind: 'repository', name: `any subject of ${GITHUB}`, weakness: 'no-subject' }]],
  ['a repository for any audience', web(GITHUB, { StringEquals: { [`${GITHUB}:sub`]: 'repo:acme/shop:ref:refs/heads/main' } }), [{ kind: 'repository', name: 'GitHub repository acme/shop', weakness: 'no-audience' }]],
  ['a service account of Kubernetes', web(EKS, { StringEquals: { [`${EKS}:sub`]: 'system:serviceaccount:shop:cart', [`${EKS}:aud`]: 'sts.amazonaws.com' } }), [{ kind: 'cluster', name: 'EKS cluster ABC, service account shop:cart' }]],
  ['a pool of Cognito', JSON.stringify({ Statement: [{ Effect: 'Allow', Principal: { Federated: 'cognito-identity.amazonaws.com' }, Action: 'sts:AssumeRoleWithWebIdentity', Condition: { StringEquals: { 'cognito-identity.amazonaws.com:aud': 'eu-west-1:1' } } }] }), [{ kind: 'workload', name: 'Cognito identity pool eu-west-1:1' }]],
  ['nobody, if only tags may be set', JSON.stringify({ Statement: [{ Effect: 'Allow', Principal: '*', Action: 'sts:TagSession' }] }), []],
  ['nobody, if all are denied', JSON.stringify({ Statement: [{ Effect: 'Allow', Principal: { AWS: ACCOUNT }, Action: 'sts:AssumeRole' }, { Effect: 'Deny', Principal: '*', Action: 'sts:*' }] }), []],
  ['twin: a Deny with a condition does not close the role', JSON.stringify({ Statement: [{ Effect: 'Allow', Principal: { AWS: ACCOUNT }, Action: 'sts:AssumeRole' }, { Effect: 'Deny', Principal: '*', Action: 'sts:*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }] }), [{ kind: 'account', name: 'this account' }]],
  ['a repository, if only AssumeRole is denied to all', JSON.stringify({ Statement: [(JSON.parse(web(GITHUB, { StringEquals: { ...AUDIENCE, [`${GITHUB}:sub`]: 'repo:acme/shop:ref:refs/heads/main' } })) as { Statement: object }).Statement, { Effect: 'Deny', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' }] }), [{ kind: 'repository', name: 'GitHub repository acme/shop' }]],
  ['twin: nobody, if that is denied too', JSON.stringify({ Statement: [(JSON.parse(web(GITHUB, { StringEquals: AUDIENCE })) as { Statement: object }).Statement, { Effect: 'Deny', Principal: '*', Action: ['sts:AssumeRole', 'sts:*WebIdentity'] }] }), []],
  ['all actions but others', JSON.stringify({ Statement: { Effect: 'Allow', Principal: { AWS: ACCOUNT }, NotAction: 'sts:TagSession' } }), [{ kind: 'account', name: 'this account' }]],
  ['twin: nobody, by all actions but these', JSON.stringify({ Statement: { Effect: 'Allow', Principal: { AWS: ACCOUNT }, NotAction: 'sts:*' } }), []],
  ['a list of providers', JSON.stringify({ Statement: [{ Effect: 'Allow', Principal: { Federated: [`arn:aws:iam::${ACCOUNT}:saml-provider/Okta`, 'www.amazon.com'] }, Action: ['sts:AssumeRoleWithSAML', 'sts:AssumeRoleWithWebIdentity'] }] }), [{ kind: 'people', name: 'people by SAML Okta' }, { kind: 'workload', name: 'any subject of www.amazon.com', weakness: 'no-subject' }]],
  ['principals of several kinds', JSON.stringify({ Statement: [{ Effect: 'Allow', Principal: { AWS: [ACCOUNT, '*'], Service: 'ec2.amazonaws.com', CanonicalUser: 'abc' }, Action: 'sts:AssumeRole' }] }), [{ kind: 'account', name: 'this account' }, { kind: 'anyone', name: 'anyone', weakness: 'anyone' }, { kind: 'service', name: 'service ec2' }, { kind: 'unreadable', name: 'abc' }]],
  ['a principal as a text that is an ARN', trust(`arn:aws:iam::${ACCOUNT}:role/runner`), [{ kind: 'role', name: 'role runner' }]],
  ['an organization for all values, which a request without the key meets', trust('*', { 'ForAllValues:StringEquals': { 'aws:PrincipalOrgID': 'o-1' } }), [{ kind: 'anyone', name: 'anyone', weakness: 'anyone' }]],
  ['a subject for all values, which a token without the claim meets', web(GITHUB, { 'ForAllValues:StringLike': { [`${GITHUB}:sub`]: 'repo:acme/shop:*' }, 'StringEquals': AUDIENCE }), [{ kind: 'repository', name: `any subject of ${GITHUB}`, weakness: 'no-subject' }]],
  ['a subject that must not be one', web(GITHUB, { StringNotEquals: { [`${GITHUB}:sub`]: 'repo:acme/shop:*' }, StringEquals: AUDIENCE }), [{ kind: 'repository', name: `any subject of ${GITHUB}`, weakness: 'no-subject' }]],
  ['an account with a wildcard, which IAM would refuse', trust({ AWS: 'arn:aws:iam::*:root' }), [{ kind: 'unreadable', name: 'arn:aws:iam::*:root' }]],
  ['everyone but some', JSON.stringify({ Statement: [{ Effect: 'Allow', NotPrincipal: { AWS: ACCOUNT }, Action: 'sts:AssumeRole' }] }), [{ kind: 'anyone', name: 'anyone but those named', weakness: 'anyone' }]],
  ['a stranger with any external id', trust({ AWS: '999900001111' }, { StringLike: { 'sts:ExternalId': '*' } }), [{ kind: 'account', name: 'account 999900001111', otherAccount: '999900001111', weakness: 'no-external-id' }]],
  ['a stranger of a part of the organization', trust({ AWS: '999900001111' }, { 'ForAnyValue:StringLike': { 'aws:PrincipalOrgPaths': 'o-1/r-1/*' } }), [{ kind: 'account', name: 'account 999900001111', otherAccount: '999900001111' }]],
  ['anyone with an ARN of any account', trust('*', { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/deployer' } }), [{ kind: 'anyone', name: 'anyone', weakness: 'anyone' }]],
  ['anyone of some or of any organization', trust('*', { StringLike: { 'aws:PrincipalOrgID': ['o-1', 'o-*'] } }), [{ kind: 'anyone', name: 'anyone', weakness: 'anyone' }]],
  ['twin: a role of one account', trust('*', { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::999900001111:role/*' } }), [{ kind: 'account', name: 'principals of arn:aws:iam::999900001111:role/*' }]],
  ['anyone of an account', trust({ AWS: '*' }, { StringEquals: { 'aws:PrincipalAccount': '999900001111' } }), [{ kind: 'account', name: 'principals of 999900001111' }]],
  ['a permission set', trust({ AWS: `arn:aws:iam::${ACCOUNT}:role/aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_Admin_1` }), [{ kind: 'people', name: 'people by IAM Identity Center: AWSReservedSSO_Admin_1' }]],
  ['a permission set by a condition', trust({ AWS: `arn:aws:iam::${ACCOUNT}:root` }, { ArnLike: { 'aws:PrincipalArn': `arn:aws:iam::${ACCOUNT}:role/aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_Admin_*` } }), [{ kind: 'people', name: 'people by IAM Identity Center: AWSReservedSSO_Admin_*' }]],
  ['twin: a permission set or another role', trust({ AWS: `arn:aws:iam::${ACCOUNT}:root` }, { ArnLike: { 'aws:PrincipalArn': [`arn:aws:iam::${ACCOUNT}:role/aws-reserved/sso.amazonaws.com/*`, `arn:aws:iam::${ACCOUNT}:role/ci`] } }), [{ kind: 'account', name: 'this account' }]],
  ['a user with MFA', trust({ AWS: `arn:aws:iam::${ACCOUNT}:user/ada` }, { NumericLessThan: { 'aws:MultiFactorAuthAge': '3600' } }), [{ kind: 'people', name: 'user ada with MFA' }]],
  ['people with MFA, if there is one', trust({ AWS: ACCOUNT }, { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'true' } }), [{ kind: 'account', name: 'this account' }]],
  ['a session of a role', trust({ AWS: `arn:aws:sts::${ACCOUNT}:assumed-role/runner/job` }), [{ kind: 'role', name: 'role runner, session job' }]],
  ['guests of a pool of Cognito', JSON.stringify({ Statement: [{ Effect: 'Allow', Principal: { Federated: 'cognito-identity.amazonaws.com' }, Action: 'sts:AssumeRoleWithWebIdentity', Condition: { 'StringEquals': { 'cognito-identity.amazonaws.com:aud': 'eu-west-1:1' }, 'ForAnyValue:StringLike': { 'cognito-identity.amazonaws.com:amr': 'unauthenticated' } } }] }), [{ kind: 'anyone', name: 'guests of Cognito identity pool eu-west-1:1', weakness: 'anyone' }]],
  ['a workspace of any project', web('app.terraform.io', { StringEquals: { 'app.terraform.io:aud': 'aws.workload.identity' }, StringLike: { 'app.terraform.io:sub': 'organization:acme:project:*:workspace:shop:run_phase:*' } }), [{ kind: 'repository', name: 'HCP Terraform workspace acme/shop' }]],
  ['any workspace', web('app.terraform.io', { StringEquals: { 'app.terraform.io:aud': 'aws.workload.identity' }, StringLike: { 'app.terraform.io:sub': 'organization:acme:project:shop:workspace:*:run_phase:*' } }), [{ kind: 'repository', name: 'subject organization:acme:project:shop:workspace:*:run_phase:* of app.terraform.io', weakness: 'wide-subject' }]],
  ['a repository for an audience of wildcards', web(GITHUB, { StringLike: { [`${GITHUB}:aud`]: '*', [`${GITHUB}:sub`]: 'repo:acme/shop:ref:refs/heads/main' } }), [{ kind: 'repository', name: 'GitHub repository acme/shop', weakness: 'no-audience' }]],
  ['repositories by a claim with a wildcard', web(GITHUB, { StringEquals: AUDIENCE, StringLike: { [`${GITHUB}:repository`]: 'acme/*' } }), [{ kind: 'repository', name: `repositories acme/* of ${GITHUB}`, weakness: 'wide-subject' }]],
  ['twin: a repository by its id', web(GITHUB, { StringEquals: { ...AUDIENCE, [`${GITHUB}:repository_id`]: '42' } }), [{ kind: 'repository', name: `repository 42 of ${GITHUB}` }]],
  ['a service account of a cluster with an endpoint of two stacks', web('oidc-eks.eu-west-1.api.aws/id/ABC', { StringEquals: { 'oidc-eks.eu-west-1.api.aws/id/ABC:sub': 'system:serviceaccount:shop:cart', 'oidc-eks.eu-west-1.api.aws/id/ABC:aud': 'sts.amazonaws.com' } }), [{ kind: 'cluster', name: 'EKS cluster ABC, service account shop:cart' }]],
  ['what is no policy', '{"Statement": [null, 7', [{ kind: 'unreadable', name: 'a trust policy that is no JSON' }]],
])('%s', (_who, document, callers) => {
  expect(callersOf(document, { account: ACCOUNT })).toEqual(callers);
});

test('one caller in two statements is named once', () => {
  const { Statement: [statement] } = JSON.parse(trust({ Service: 'lambda.amazonaws.com' })) as { Statement: object[] };

  expect(callersOf(JSON.stringify({ Statement: [statement, statement] }), { account: ACCOUNT })).toHaveLength(1);
});

test('an account of the organization is no third party, and another one is', () => {
  const organization = new Set([ACCOUNT, '999900001111']);

  expect(callersOf(trust({ AWS: '999900001111' }), { account: ACCOUNT, organization })).toEqual([{ kind: 'account', name: 'account 999900001111', otherAccount: '999900001111' }]);
  expect(callersOf(trust({ AWS: '888800001111' }), { account: ACCOUNT, organization })).toMatchObject([{ weakness: 'no-external-id' }]);
});
