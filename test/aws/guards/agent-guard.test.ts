import { aws_iam as iam, Stack } from 'aws-cdk-lib';
import { policySizeOf, QUOTAS } from '../../../src/aws/access-rules/quotas';
import { sensitivityOf } from '../../../src/aws/access-rules/sensitive-actions';
import { agentGuardDocument, denyAfterExpiry, noSessionsDocument, ReachedIdentities, reachesIdentities } from '../../../src/aws/guards/agent-guard';
import { SESSION_ACTIONS } from '../../../src/aws/guards/session-actions';
import { Expiry } from '../../../src/core';

interface Statement {
  readonly Sid: string;
  readonly Effect: string;
  readonly Action: string[];
  readonly Resource?: string;
  readonly Condition?: object;
  readonly NotResource?: string;
}

const ROLE = 'arn:aws:iam::111122223333:role/agents/test/other-test';
const reached = (props: Partial<ReachedIdentities> = {}): ReachedIdentities => ({ sessionTargets: [], passRoleTargets: [], excepted: [], ...props });
const statementsOf = (document: iam.PolicyDocument): Statement[] => new Stack().resolve(document).Statement;
const bySid = (sid: string, document: iam.PolicyDocument) => statementsOf(document).find((statement) => statement.Sid === sid)!;
const own = (sid: string, props: Partial<ReachedIdentities>) => bySid(sid, agentGuardDocument(reached(props)));

test('ends everything at the expiry, live sessions too', () => {
  expect(new Stack().resolve(denyAfterExpiry(Expiry.on('2027-03-31')).toStatementJson())).toEqual({
    Sid: 'DenyAfterExpiry', Effect: 'Deny', Action: '*', Resource: '*', Condition: { DateGreaterThanEquals: { 'aws:CurrentTime': '2027-04-01T00:00:00Z' } },
  });
});

test('who reaches no identity can mint no session and pass no role', () => {
  expect(bySid('DenySessions', noSessionsDocument())).toMatchObject({ Effect: 'Deny', Resource: '*', Action: SESSION_ACTIONS });
  expect(bySid('DenySessions', noSessionsDocument()).NotResource).toBeUndefined();
  expect(bySid('DenyPassRole', noSessionsDocument())).toMatchObject({ Effect: 'Deny', Action: 'iam:PassRole', Resource: '*' });
  expect(policySizeOf(new Stack().resolve(noSessionsDocument()))).toBeLessThanOrEqual(QUOTAS.managedPolicySize.limit);
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
  expect(own('DenySessions', props).Action).not.toContain('sts:AssumeRole*');
  expect(own('DenySessionsButExcepted', props)).toMatchObject({ Action: 'sts:AssumeRole*', NotResource: [ROLE, 'arn:aws:iam::111122223333:role/team-*'] });
  expect(own('DenySessionsAfterException', props)).toMatchObject({ Action: 'sts:AssumeRole*', NotResource: ROLE, Condition: AGAIN });
  expect(own('DenyPassRole', props)).toMatchObject({ Resource: '*' });
});

test('roles may be passed by an exception, until it ends', () => {
  expect(own('DenyPassRole', excepted(['iam:PassRole']))).toBeUndefined();
  expect(own('DenyPassRoleAfterException', excepted(['iam:PassRole']))).toMatchObject({ Action: 'iam:PassRole', Resource: '*', Condition: AGAIN });
});

test.each<[string, Partial<ReachedIdentities>, boolean]>([
  ['nothing', {}, false],
  ['a role to assume', { sessionTargets: [ROLE] }, true],
  ['a role to pass', { passRoleTargets: [ROLE] }, true],
  ['an exception for a session action', excepted(['sts:GetServiceBearerToken']), true],
  ['an exception for passing roles', excepted(['iam:passrole']), true],
  ['an exception for something else', excepted(['s3:*']), true],
  ['an exception for reading', excepted(['sqs:ListQueues']), false],
])('with %s it reaches other identities: %s', (_what, props, reaches) => {
  expect(reachesIdentities(reached(props))).toBe(reaches);
});

test('has explicit Denies only, and no policy variable', () => {
  const statements = statementsOf(agentGuardDocument(reached({ sessionTargets: [ROLE] })));
  expect(statements.map(({ Effect }) => Effect)).toEqual(['Deny', 'Deny']);
  expect(JSON.stringify(statements)).not.toContain('${');
});

test('whatever it keeps to declared targets, the access rules ask exact ARNs for', () => {
  expect(SESSION_ACTIONS.filter((action) => sensitivityOf(action)?.does !== 'hands out credentials')).toEqual([]);
});
