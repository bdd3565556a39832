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
  readonly NotResource?: string;
}

const ROLE = 'arn:aws:iam::111122223333:role/agents/test/other-test';
const reached = (props: Partial<ReachedIdentities> = {}): ReachedIdentities => ({ sessionTargets: [], passRoleTargets: [], ...props });
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

test.each(SESSION_ACTIONS)('%s leaves the Deny by an exception, the others stay in it', (excepted) => {
  const { Action: denied } = own('DenySessions', { exceptedActions: [excepted] });
  expect(denied).toEqual(SESSION_ACTIONS.filter((action) => action !== excepted));
});

test.each<[string, Partial<ReachedIdentities>, boolean]>([
  ['nothing', {}, false],
  ['a role to assume', { sessionTargets: [ROLE] }, true],
  ['a role to pass', { passRoleTargets: [ROLE] }, true],
  ['an exception for a session action', { exceptedActions: ['sts:GetServiceBearerToken'] }, true],
  ['an exception for something else', { exceptedActions: ['s3:*'] }, false],
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
