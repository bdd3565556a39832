import { aws_iam as iam, Stack } from 'aws-cdk-lib';
import { denies } from './evaluate';
import { agentGuardDocument, denyAfterExpiry, noSessionsDocument, ReachedByAgent, reachesOthers } from '../../../src/aws/guards/agent-guard';
import { SESSION_ACTIONS } from '../../../src/aws/guards/session-actions';
import { changesStack, STACK_CHANGES } from '../../../src/aws/guards/stack-changes';
import { factsOf } from '../../../src/aws/iam/action-table';
import { policySizeOf, QUOTAS } from '../../../src/aws/iam/quotas';
import { Expiry } from '../../../src/core';
import { sensitivityOf } from '../../../src/core/sensitive-actions';

interface Statement {
  readonly Sid: string;
  readonly Effect: string;
  readonly Action: string[];
  readonly Resource?: string;
  readonly Condition?: object;
  readonly NotResource?: string;
}

const SECRETS = 'arn:aws:secretsmanager:*:111122223333:secret:agents/*';
const ROLE = 'arn:aws:iam::111122223333:role/agents/test/other-test';
const NOTHING: ReachedByAgent = { sessionTargets: [], passRoleTargets: [], stackTargets: [], excepted: [] };
const reached = (props: Partial<ReachedByAgent> = {}): ReachedByAgent => ({ ...NOTHING, ...props });
const statementsOf = (document: iam.PolicyDocument): Statement[] => new Stack().resolve(document).Statement;
const bySid = (sid: string, document: iam.PolicyDocument) => statementsOf(document).find((statement) => statement.Sid === sid)!;
const own = (sid: string, props: Partial<ReachedByAgent>) => bySid(sid, agentGuardDocument(reached(props), SECRETS));

test('ends everything at the expiry, live sessions too', () => {
  expect(new Stack().resolve(denyAfterExpiry(Expiry.on('2027-03-31')).toStatementJson())).toEqual({
    Sid: 'DenyAfterExpiry', Effect: 'Deny', Action: '*', Resource: '*', Condition: { DateGreaterThanEquals: { 'aws:CurrentTime': '2027-04-01T00:00:00Z' } },
  });
});

test('who reaches no identity can mint no session and pass no role', () => {
  expect(bySid('DenySessions', noSessionsDocument(SECRETS))).toMatchObject({ Effect: 'Deny', Resource: '*', Action: SESSION_ACTIONS });
  expect(bySid('DenySessions', noSessionsDocument(SECRETS)).NotResource).toBeUndefined();
  expect(bySid('DenyPassRole', noSessionsDocument(SECRETS))).toMatchObject({ Effect: 'Deny', Action: 'iam:PassRole', Resource: '*' });
  expect(policySizeOf(new Stack().resolve(noSessionsDocument(SECRETS)))).toBeLessThanOrEqual(QUOTAS.managedPolicySize.limit);
});

const STACK = 'arn:aws:cloudformation:eu-central-1:111122223333:stack/reports/*';
const DECLARED = 'arn:aws:cloudformation:eu-central-1:111122223333:stack/reports/0a1b';
const OTHER = 'arn:aws:cloudformation:eu-central-1:111122223333:stack/bots/0a1b';

test.each(STACK_CHANGES)('%s is denied on every stack but a declared one', (action) => {
  const declares = agentGuardDocument(reached({ stackTargets: [STACK] }), SECRETS);

  expect([noSessionsDocument(SECRETS), declares].map((document) => denies(document, { action, resource: OTHER }))).toEqual([true, true]);
  expect([noSessionsDocument(SECRETS), declares].map((document) => denies(document, { action, resource: DECLARED }))).toEqual([true, false]);
});

test.each(['cloudformation:DescribeStacks', 'cloudformation:GetTemplate', 'cloudformation:ListStacks'])('%s is denied on no stack', (action) => {
  expect(denies(noSessionsDocument(SECRETS), { action, resource: OTHER })).toBe(false);
});

test('every action that AWS lists for changes of stacks is among them', () => {
  const changing = /^cloudformation:(Cancel|Continue|Create|Delete|Execute|Rollback|SetStack|Update)/;
  const listed = factsOf('cloudformation:*').covers.filter((action) => changing.test(action) && factsOf(action).withResources !== undefined);

  expect([...STACK_CHANGES].sort()).toEqual([...listed].sort());
});

test.each([
  ['cloudformation:UpdateStack', true], ['CloudFormation:execute*', true], ['cloud*:*', true], ['*', true],
  ['cloudformation:DescribeStacks', false], ['cloudformation:List*', false], ['s3:*', false],
])('%s changes a stack: %s', (action, changes) => {
  expect(changesStack(action)).toBe(changes);
});

test('only the declared targets are left out, each for what it was declared', () => {
  expect(own('DenySessions', { sessionTargets: [ROLE, ROLE] })).toMatchObject({ NotResource: ROLE });
  expect(own('DenySessions', { sessionTargets: [ROLE] }).Resource).toBeUndefined();
  expect(own('DenyPassRole', { sessionTargets: [ROLE] })).toMatchObject({ Resource: '*' });
  expect(own('DenyPassRole', { passRoleTargets: [ROLE] })).toMatchObject({ NotResource: ROLE });
  expect(own('DenySessions', { passRoleTargets: [ROLE] })).toMatchObject({ Resource: '*' });
});

const UNTIL = Expiry.on('2027-01-31');
const excepted = (actions: string[], resources = ['*']) => ({ excepted: [{ actions, resources, until: UNTIL }] });
const AGAIN = { DateGreaterThanEquals: { 'aws:CurrentTime': '2027-02-01T00:00:00Z' } };

test.each(SESSION_ACTIONS)('%s is let through by an exception and from its end on denied again; the others stay denied', (action) => {
  const without = SESSION_ACTIONS.filter((other) => other !== action);
  expect(own('DenySessions', excepted([action.toUpperCase()]))).toMatchObject({ Action: without, Resource: '*' });
  expect(own('DenySessionsAfterException', excepted([action]))).toMatchObject({ Action: action, Resource: '*', Condition: AGAIN });
  expect(own('DenySessionsButExcepted', excepted([action]))).toBeUndefined();
});

test('an exception opens its own resources only, beside the declared targets', () => {
  const props = { ...excepted(['sts:AssumeRole'], ['arn:aws:iam::111122223333:role/team-*']), sessionTargets: [ROLE] };
  expect(own('DenySessions', props)).toMatchObject({ NotResource: ROLE });
  expect(own('DenySessionsButExcepted', props)).toMatchObject({ Action: 'sts:AssumeRole', NotResource: [ROLE, 'arn:aws:iam::111122223333:role/team-*'] });
  expect(own('DenySessionsAfterException', props)).toMatchObject({ Action: 'sts:AssumeRole', NotResource: ROLE, Condition: AGAIN });
  expect(own('DenyPassRole', props)).toMatchObject({ Resource: '*' });
});

test('an exception for one action leaves the others of its pattern denied', () => {
  const { Action: denied } = own('DenySessions', excepted(['sts:AssumeRole']));
  expect(denied).toEqual(expect.arrayContaining(['sts:AssumeRoleWithSAML', 'sts:AssumeRoleWithWebIdentity', 'sts:GetSessionToken']));
  expect(denied).not.toEqual(expect.arrayContaining(['sts:AssumeRole']));
  expect(denied).not.toContain('sts:AssumeRole*');
});

test('each exception ends at its own time', () => {
  const later = Expiry.on('2027-06-30');
  const document = agentGuardDocument(reached({
    excepted: [{ actions: ['sts:GetServiceBearerToken'], resources: ['*'], until: UNTIL }, { actions: ['sts:GetFederationToken'], resources: ['*'], until: later }],
  }), SECRETS);
  const ends = statementsOf(document).filter(({ Sid }) => Sid.startsWith('DenySessionsAfterException'));
  expect(ends.map(({ Sid, Action, Condition }) => [Sid, Action, Condition])).toEqual([
    ['DenySessionsAfterException', 'sts:GetFederationToken', { DateGreaterThanEquals: { 'aws:CurrentTime': later.iso } }],
    ['DenySessionsAfterException2', 'sts:GetServiceBearerToken', AGAIN],
  ]);
});

test('roles may be passed by an exception, until it ends', () => {
  expect(own('DenyPassRole', excepted(['iam:PassRole']))).toBeUndefined();
  expect(own('DenyPassRoleAfterException', excepted(['iam:PassRole']))).toMatchObject({ Action: 'iam:PassRole', Resource: '*', Condition: AGAIN });
});

test.each<[string, Partial<ReachedByAgent>, boolean]>([
  ['nothing', {}, false],
  ['a role to assume', { sessionTargets: [ROLE] }, true],
  ['a role to pass', { passRoleTargets: [ROLE] }, true],
  ['an exception for a session action', excepted(['sts:GetServiceBearerToken']), true],
  ['an exception for passing roles', excepted(['iam:passrole']), true],
  ['an exception for something else', excepted(['s3:*']), true],
  ['an exception for reading', excepted(['sqs:ListQueues']), false],
])('with %s it reaches other identities: %s', (_what, props, reaches) => {
  expect(reachesOthers(reached(props))).toBe(reaches);
});

test('has explicit Denies only, and no policy variable', () => {
  const statements = statementsOf(agentGuardDocument(reached({ sessionTargets: [ROLE] }), SECRETS));
  expect(new Set(statements.map(({ Effect }) => Effect))).toEqual(new Set(['Deny']));
  expect(JSON.stringify(statements)).not.toContain('${');
});

test('whatever it keeps to declared targets, the access rules ask exact ARNs for', () => {
  expect(SESSION_ACTIONS.filter((action) => sensitivityOf(action)?.does !== 'hands out credentials')).toEqual([]);
});
