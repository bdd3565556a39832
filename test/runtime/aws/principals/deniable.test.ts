import { contextOf, joined, ORGANISATION } from './identity';
import { obstaclesToDenial } from '../../../../runtime/aws/principals';
import { DENY_ALL, FakeIam, FakeRole } from '../../engine/fake-iam';
import { named } from '../../ledger/memory-table';
import { refOf } from '../wipers/account';

const [BOUNDARY, ATTACH, INLINE] = ['iam:PutRolePermissionsBoundary', 'iam:AttachRolePolicy', 'iam:PutRolePolicy'];
const DENIED = { EvalDecision: 'explicitDeny' };
let iam: FakeIam;
let role: FakeRole;
beforeEach(() => {
  iam = new FakeIam();
  role = joined(iam, ORGANISATION);
});
const obstacles = (): Promise<string[] | undefined> => obstaclesToDenial(contextOf(iam), refOf(role));
const forbid = (...actions: string[]): void => actions.forEach((action) => iam.forbidden.set(action, DENIED));
const asked = () => iam.asked.map(({ ActionNames, ContextEntries = [] }) => [
  ActionNames?.join(),
  Object.fromEntries(ContextEntries.map(({ ContextKeyName, ContextKeyValues }) => [ContextKeyName, ContextKeyValues.join()])),
]);

test('where the boundary may be set, one question is enough: of the engine, about this role, with this boundary', async () => {
  expect(await obstacles()).toBeUndefined();

  expect(iam.asked).toEqual([{
    PolicySourceArn: 'arn:aws:iam::111122223333:role/agents-nhi-lifecycle-engine',
    ActionNames: [BOUNDARY],
    ResourceArns: ['arn:aws:iam::111122223333:role/agents/test/invoice-bot-test'],
    ContextEntries: [{ ContextKeyName: 'iam:PermissionsBoundary', ContextKeyType: 'string', ContextKeyValues: [DENY_ALL] }],
  }]);
});

test.each([[[BOUNDARY]], [[BOUNDARY, ATTACH]]])('where %j are forbidden, the next means is enough', async (actions) => {
  forbid(...actions);

  expect(await obstacles()).toBeUndefined();

  expect(iam.asked).toHaveLength(actions.length + 1);
});

test('each is asked about as IAM would see it: with the role\'s own boundary where it does not set another', async () => {
  forbid(BOUNDARY, ATTACH, INLINE);

  expect(await obstacles()).toHaveLength(3);

  expect(asked()).toEqual([
    [BOUNDARY, { 'iam:PermissionsBoundary': DENY_ALL }],
    [ATTACH, { 'iam:PermissionsBoundary': ORGANISATION, 'iam:PolicyARN': DENY_ALL }],
    [INLINE, { 'iam:PermissionsBoundary': ORGANISATION }],
  ]);
});

test('of a role without a boundary none is given', async () => {
  role.boundary = undefined;
  forbid(BOUNDARY, ATTACH, INLINE);

  await obstacles();

  expect(asked().slice(1)).toEqual([[ATTACH, { 'iam:PolicyARN': DENY_ALL }], [INLINE, {}]]);
});

test.each<[string, object, string]>([
  ['a service control policy', { EvalDecision: 'implicitDeny', OrganizationsDecisionDetail: { AllowedByOrganizations: false } }, 'a service control policy of the organisation does not allow it'],
  ['a boundary of the engine\'s', { EvalDecision: 'implicitDeny', PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: false } }, 'the permissions boundary of the engine\'s role does not allow it'],
  ['no statement', { EvalDecision: 'implicitDeny', OrganizationsDecisionDetail: { AllowedByOrganizations: true } }, 'no statement allows it'],
  ['a Deny that the simulator does not name', { ...DENIED, MatchedStatements: [] }, 'denied by an explicit Deny'],
  ['a Deny', { ...DENIED, MatchedStatements: [{ SourcePolicyId: 'fences', StartPosition: { Line: 7 } }, { SourcePolicyId: 'more' }] }, 'denied by fences, at line 7 and more'],
])('what is in the way is named: %s', async (_what, result, reason) => {
  forbid(ATTACH, INLINE);
  iam.forbidden.set(BOUNDARY, result);

  expect(await obstacles()).toEqual([`${BOUNDARY}: ${reason}`, `${ATTACH}: denied by an explicit Deny`, `${INLINE}: denied by an explicit Deny`]);
});

test('a simulator that answers nothing proves nothing', async () => {
  forbid(ATTACH, INLINE);
  iam.send = async () => ({ EvaluationResults: [] });

  expect(await obstacles()).toHaveLength(3);
});

test('where the simulation itself is forbidden nothing is proven', async () => {
  iam.disturb = (call) => {
    if (call === 'iam:SimulatePrincipalPolicy') {
      throw named('AccessDenied', 'not this one');
    }
  };

  expect(await obstacles()).toEqual(['iam:SimulatePrincipalPolicy: AccessDenied: not this one']);
});

test.each(['ThrottlingException', 'NoSuchEntityException'])('%s is no answer, and is tried again', async (name) => {
  iam.disturb = () => {
    throw named(name);
  };

  await expect(obstacles()).rejects.toMatchObject({ name });
});
