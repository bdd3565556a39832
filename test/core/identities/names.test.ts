import { assumingStatements, callersOf } from '../../../src/core/identities/callers';
import { FINDING_RULES } from '../../../src/core/identities/finding-rules';
import { isPower, onlyRunsAsOthers, PowerJudge } from '../../../src/core/identities/power';
import { stageIn, stageInName } from '../../../src/core/identities/stage-in-name';
import { allowing, grantedBy } from '../../../src/core/identities/statement';

test.each([
  ['invoice-prod', 'production', 'production'], ['Live_Orders', 'production', 'production'], ['shop-staging', 'staging', 'test'],
  ['shop-qa', 'test', 'test'], ['live-chat', undefined, undefined], ['dev-portal-role', undefined, undefined], ['dev-orders', 'test', 'test'], ['live-chat-prod', 'production', 'production'], ['productionist', undefined, undefined], ['', undefined, undefined],
])('the name %j says %s', (name, stage, side) => {
  expect(stageInName(name)).toBe(stage);
  expect(stageIn(name)).toBe(side);
});

test('each finding is of one of the ten items', () => {
  expect(new Set(Object.values(FINDING_RULES).map(({ owasp }) => owasp)).size).toBe(10);
});

const trusting = (host: string, sub: string): string => JSON.stringify({
  Statement: { Effect: 'Allow', Principal: { Federated: `arn:aws:iam::111122223333:oidc-provider/${host}` }, Action: 'sts:AssumeRoleWithWebIdentity', Condition: { StringEquals: { [`${host}:sub`]: sub, [`${host}:aud`]: 'aws' } } },
});

test.each([
  ['gitlab.com', 'project_path:acme/shop:ref_type:branch:ref:main', 'GitLab project acme/shop'],
  ['api.bitbucket.org/2.0/workspaces/acme/pipelines-config/identity/oidc', '{1234}:{5678}', 'Bitbucket repository {1234}'],
  ['agent.buildkite.com', 'organization:acme:pipeline:shop:ref:refs/heads/main', 'Buildkite acme:pipeline:shop'],
  ['app.terraform.io', 'organization:acme:project:*:workspace:shop:run_phase:apply', 'HCP Terraform workspace acme/shop'],
])('a token of %s names %s', (host, sub, name) => {
  const [caller] = callersOf(trusting(host, sub), { account: '111122223333' } as never);
  expect(caller).toMatchObject({ kind: 'repository', name });
});

const HERE = { account: '111122223333' } as never;
const cognito = (condition: object): string => JSON.stringify({
  Statement: { Effect: 'Allow', Principal: { Federated: 'cognito-identity.amazonaws.com' }, Action: 'sts:AssumeRoleWithWebIdentity', Condition: condition },
});

test.each([
  ['guests of a pool', cognito({ 'StringEquals': { 'cognito-identity.amazonaws.com:aud': 'p-1' }, 'ForAnyValue:StringLike': { 'cognito-identity.amazonaws.com:amr': 'unauthenticated' } }), { name: 'guests of Cognito identity pool p-1', weakness: 'anyone' }],
  ['guests of any pool', cognito({ 'ForAnyValue:StringLike': { 'cognito-identity.amazonaws.com:amr': 'unauthenticated' } }), { name: 'guests of Cognito identity pool any', weakness: 'anyone' }],
  ['any pool', cognito({}), { name: 'Cognito identity pool any', weakness: 'no-audience' }],
  ['a workspace with a pattern', trusting('app.terraform.io', 'organization:acme:project:x:workspace:*:run_phase:apply'), { weakness: 'wide-subject' }],
  ['a subject of another form', trusting('app.terraform.io', 'x'), { weakness: 'wide-subject' }],
  ['a source that has no name of its own', JSON.stringify({ Statement: { Effect: 'Allow', Principal: { Service: 'sns.amazonaws.com' }, Action: 'sts:AssumeRole', Condition: { ArnLike: { 'aws:SourceArn': 'arn:aws:sns:eu-west-1:111122223333:topic' } } } }), { name: 'service sns' }],
])('%s is named', (_what, trust, caller) => {
  expect(callersOf(trust, HERE)).toEqual([expect.objectContaining(caller)]);
});

test.each([
  ['null', []], ['{"Statement":[null]}', []], ['{"Statement":{"Effect":"Allow","Action":"sts:AssumeRole"}}', []],
])('the trust policy %s lets nobody in', (trust, callers) => {
  expect(callersOf(trust, HERE)).toEqual(callers);
});

test('more than six actions are counted', () => {
  const actions = ['CreateAccessKey', 'CreateUser', 'AttachRolePolicy', 'PutRolePolicy', 'PutUserPolicy', 'AttachUserPolicy', 'UpdateAssumeRolePolicy'].map((action) => `iam:${action}`);
  const { statements: [{ allows }] } = new PowerJudge().powerOf([{ name: 'own', document: JSON.stringify({ Statement: { Effect: 'Allow', Action: actions, Resource: '*' } }) }]);
  expect(allows).toMatch(/ and 1 more on \*$/);
});

test('statements for a service are found, and none in what is no JSON', () => {
  const trust = JSON.stringify({ Statement: [{ Effect: 'Allow', Principal: { Service: 'rolesanywhere.amazonaws.com' }, Action: 'sts:AssumeRole' }] });
  expect(assumingStatements(trust, 'rolesanywhere.amazonaws.com')).toHaveLength(1);
  expect(assumingStatements(trust, 'lambda.amazonaws.com')).toEqual([]);
  expect(assumingStatements('{', 'lambda.amazonaws.com')).toEqual([]);
});

test('a document of nothing allows nothing', () => {
  expect(allowing('null')).toEqual([]);
  expect(grantedBy({})).toEqual({ actions: [], resources: [] });
  expect(new PowerJudge().powerOf([{ name: 'none', document: 'null' }]).level).toBe('none');
});

test('to run as others is less than to become them', () => {
  const powerOf = (...actions: string[]) => new PowerJudge().powerOf([{ name: 'own', document: JSON.stringify({ Statement: { Effect: 'Allow', Action: actions, Resource: '*', Condition: { StringEquals: { 'iam:PassedToService': 'lambda.amazonaws.com' } } } }) }]);
  expect(onlyRunsAsOthers(powerOf('iam:PassRole'))).toBe(true);
  expect(onlyRunsAsOthers(powerOf('iam:CreateAccessKey'))).toBe(false);
  expect(onlyRunsAsOthers(powerOf('s3:GetObject'))).toBe(false);
  expect([isPower('services'), isPower('limited')]).toEqual([true, false]);
});

test('the worst statements come first, and a policy whose text is missing is named', () => {
  const document = JSON.stringify({
    Statement: [
      { Effect: 'Allow', Action: 'iam:PassRole', Resource: '*', Condition: { StringEquals: { 'iam:PassedToService': 'lambda.amazonaws.com' } } },
      { Effect: 'Allow', Action: 'iam:CreateAccessKey', Resource: '*' },
    ],
  });
  const power = new PowerJudge().powerOf([{ name: 'own', document }, { name: 'unseen' }, { name: 'broken', document: '{' }], { name: 'limit' });
  expect(power.statements.map(({ allows }) => allows.split(' ')[0])).toEqual(['iam:CreateAccessKey', 'iam:PassRole']);
  expect(power.unread).toEqual(['unseen', 'limit', 'broken']);
});
