import { EvaluationResult, GetRoleCommand, IAMClient, SimulatePrincipalPolicyCommand } from '@aws-sdk/client-iam';
import { mockClient } from 'aws-sdk-client-mock';
import { isSimulatedAsDenied } from '../../../../runtime/aws/principals';
import { principal } from '../../engine/decision/requests';
import { named } from '../../ledger/memory-table';

const DENY_ALL = 'arn:aws:iam::aws:policy/AWSDenyAll';
const ref = principal('P');
const mock = mockClient(IAMClient);
const context = { iam: new IAMClient({ region: 'us-east-1' }), partition: 'aws', registry: 'agents', registryPath: '/agents/' };
beforeEach(() => mock.reset());

type Decision = Partial<EvaluationResult>;
const explicit: Decision = { EvalDecision: 'explicitDeny' };
const implicit: Decision = { EvalDecision: 'implicitDeny' };
const allowed: Decision = { EvalDecision: 'allowed' };
const outsideBoundary: Decision = { EvalDecision: 'implicitDeny', PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: false } };
const withinBoundary: Decision = { EvalDecision: 'implicitDeny', PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: true } };

/** Sets the simulator's decisions for the actions in order. The last one applies to the rest. */
function simulated(...decisions: Decision[]): Promise<boolean> {
  mock.on(SimulatePrincipalPolicyCommand).callsFake(({ ActionNames: actions }: { ActionNames: string[] }) => (
    { EvaluationResults: actions.map((EvalActionName, index) => ({ EvalActionName, ...(decisions[index] ?? decisions.at(-1)) })) }));
  return isSimulatedAsDenied(context, ref);
}

function boundedBy(boundary: string | undefined, roleId = ref.roleId): void {
  const PermissionsBoundary = boundary === undefined ? undefined : { PermissionsBoundaryArn: boundary };
  const Role = { RoleId: roleId, Path: ref.path, RoleName: ref.roleName, Arn: ref.roleArn, CreateDate: new Date(0), PermissionsBoundary };
  mock.on(GetRoleCommand).resolves({ Role });
}

test('an explicit Deny of every action is the proof', async () => {
  expect(await simulated(explicit)).toBe(true);
});

test('an implicit Deny is no proof: a principal without access has it too', async () => {
  boundedBy(DENY_ALL);

  expect(await simulated(implicit)).toBe(false);
  expect(await simulated(withinBoundary)).toBe(false);
});

test.each([[allowed], [explicit, explicit, allowed], [explicit, implicit, explicit]])('one action that is not denied explicitly is enough against it: %j', async (...decisions) => {
  boundedBy(DENY_ALL);

  expect(await simulated(...decisions)).toBe(false);
});

test('that the boundary doesn\'t allow is a proof if it is the one that denies all', async () => {
  boundedBy(DENY_ALL);

  expect(await simulated(outsideBoundary)).toBe(true);
  expect(await simulated(explicit, outsideBoundary)).toBe(true);
});

test.each(['arn:aws:iam::111122223333:policy/organisation', 'arn:aws:iam::111122223333:policy/AWSDenyAll', undefined])(
  'that the boundary %s doesn\'t allow the probes is no proof: it is not the quarantine\'s', async (boundary) => {
    boundedBy(boundary);

    expect(await simulated(outsideBoundary)).toBe(false);
  });

test('an answer that leaves an action out is no proof', async () => {
  mock.on(SimulatePrincipalPolicyCommand).resolves({ EvaluationResults: [{ EvalActionName: 's3:ListAllMyBuckets', EvalDecision: 'explicitDeny' }] });

  expect(await isSimulatedAsDenied(context, ref)).toBe(false);

  mock.on(SimulatePrincipalPolicyCommand).resolves({});
  expect(await isSimulatedAsDenied(context, ref)).toBe(false);
});

test('it asks about the very principal', async () => {
  await simulated(explicit);

  expect(mock.commandCalls(SimulatePrincipalPolicyCommand)[0].args[0].input.PolicySourceArn).toBe(ref.roleArn);
});

test('a principal that was deleted can do nothing', async () => {
  mock.on(SimulatePrincipalPolicyCommand).rejects(named('NoSuchEntityException'));

  expect(await isSimulatedAsDenied(context, ref)).toBe(true);
});

test('one that another has replaced in between can do nothing, whatever bounds the other', async () => {
  boundedBy(undefined, 'AROAANOTHER');

  expect(await simulated(outsideBoundary)).toBe(true);
});

test('fails when IAM can\'t say: throttled is no proof', async () => {
  mock.on(SimulatePrincipalPolicyCommand).rejects(named('ThrottlingException'));

  await expect(isSimulatedAsDenied(context, ref)).rejects.toMatchObject({ name: 'ThrottlingException' });
});
