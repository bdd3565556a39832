import { Stack } from 'aws-cdk-lib';
import { sensitivityOf } from '../../../src/aws/access-rules/sensitive-actions';
import { agentGuardDocument } from '../../../src/aws/guards/agent-guard';
import { SESSION_ACTIONS } from '../../../src/aws/guards/session-actions';
import { Expiry } from '../../../src/core';

const ROLE = 'arn:aws:iam::111122223333:role/agents/test/other-test';
const expiry = Expiry.on('2027-03-31');
const statementsOf = (props: Partial<Parameters<typeof agentGuardDocument>[0]> = {}) =>
  new Stack().resolve(agentGuardDocument({ expiry, sessionTargets: () => [], passRoleTargets: () => [], ...props })).Statement;
const bySid = (sid: string, props: Partial<Parameters<typeof agentGuardDocument>[0]> = {}) =>
  statementsOf(props).find((statement: { Sid: string }) => statement.Sid === sid);

test('ends everything at the expiry, live sessions too', () => {
  expect(bySid('DenyAfterExpiry')).toEqual({
    Sid: 'DenyAfterExpiry', Effect: 'Deny', Action: '*', Resource: '*', Condition: { DateGreaterThanEquals: { 'aws:CurrentTime': '2027-04-01T00:00:00Z' } },
  });
});

test('with nothing declared, no session can be minted and no role passed', () => {
  expect(bySid('DenySessions')).toMatchObject({ Effect: 'Deny', Resource: '*', Action: expect.arrayContaining(['sts:Assume*', 'sts:Get*Token', 'ssm:StartSession']) });
  expect(bySid('DenySessions').NotResource).toBeUndefined();
  expect(bySid('DenyPassRole')).toMatchObject({ Effect: 'Deny', Action: 'iam:PassRole', Resource: '*' });
});

test('only the declared targets are left out, each for what it was declared', () => {
  expect(bySid('DenySessions', { sessionTargets: () => [ROLE, ROLE] })).toMatchObject({ NotResource: ROLE });
  expect(bySid('DenySessions', { sessionTargets: () => [ROLE] }).Resource).toBeUndefined();
  expect(bySid('DenyPassRole', { sessionTargets: () => [ROLE] })).toMatchObject({ Resource: '*' });
  expect(bySid('DenyPassRole', { passRoleTargets: () => [ROLE] })).toMatchObject({ NotResource: ROLE });
  expect(bySid('DenySessions', { passRoleTargets: () => [ROLE] })).toMatchObject({ Resource: '*' });
});

test('an excepted action leaves the Deny, the others stay in it', () => {
  const actions = bySid('DenySessions', { exceptedActions: () => ['sts:GetServiceBearerToken'] }).Action;
  expect(actions).not.toContain('sts:GetServiceBearerToken');
  expect(actions).toEqual(expect.arrayContaining(['sts:Assume*', 'sts:GetFederationToken']));
  expect(bySid('DenySessions').Action).toContain('sts:Get*Token');
});

test('what is declared after it was first rendered counts', () => {
  const targets: string[] = [];
  const stack = new Stack();
  const guard = agentGuardDocument({ expiry, sessionTargets: () => targets, passRoleTargets: () => [] });
  stack.resolve(guard);
  targets.push(ROLE);
  expect(JSON.stringify(stack.resolve(guard))).toContain(ROLE);
  expect(JSON.stringify(guard.toJSON())).toContain(ROLE);
});

test('has explicit Denies only, and no policy variable', () => {
  const statements = statementsOf({ sessionTargets: () => [ROLE] });
  expect(statements.map((statement: { Effect: string }) => statement.Effect)).toEqual(['Deny', 'Deny', 'Deny']);
  expect(JSON.stringify(statements)).not.toContain('${');
});

test('whatever it keeps to declared targets, the access rules ask exact ARNs for', () => {
  expect(SESSION_ACTIONS.filter((action) => sensitivityOf(action)?.does !== 'hands out credentials')).toEqual([]);
});
