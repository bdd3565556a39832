import { CloudFormationClient, DescribeStackResourceCommand } from '@aws-sdk/client-cloudformation';
import { mockClient } from 'aws-sdk-client-mock';
import { confirmRequest, contradictionOf, ResourceView } from '../../../../runtime/aws/cloudformation';
import { CloudFormationOrigin, LifecycleRequest } from '../../../../runtime/model/request';
import { LIFECYCLE_RESOURCE_TYPE } from '../../../../src/contract/lifecycle-resource';
import { logicalIds } from '../../../../src/contract/logical-ids';
import { MINE, request } from '../../engine/decision/requests';
import { FakeIam, FakeRole } from '../../engine/fake-iam';
import { named } from '../../ledger/memory-table';
import { contextOf, joined, replaced } from '../principals/identity';
import { refOf } from '../wipers/account';

type Request = LifecycleRequest & { readonly origin: CloudFormationOrigin };
type Kind = 'Create' | 'Update' | 'Delete';
const { lifecycle: LIFECYCLE, role: ROLE } = logicalIds('invoice-bot', 'test');
const ID = 'invoice-bot/test/P';
const ANOTHER_ID = 'invoice-bot/production/Q';

/** A request whose physical id is `ID`, except for a Create. */
function requestOf(kind: Kind, changes: Partial<CloudFormationOrigin> = {}): Request {
  const made = request(kind, 'P', kind === 'Update' ? { at: 'P' } : {});
  return { ...made, origin: { ...made.origin as CloudFormationOrigin, logicalResourceId: LIFECYCLE, ...changes } };
}
const view = (status: string, physicalId?: string, type = LIFECYCLE_RESOURCE_TYPE): ResourceView => (
  { type, status, ...(physicalId === undefined ? {} : { physicalId }) });
function contradiction(kind: Kind, stack: string, resource?: ResourceView, origin: Partial<CloudFormationOrigin> = {}): string | undefined {
  return contradictionOf(requestOf(kind, origin), { status: stack, owner: MINE }, resource);
}

describe('what CloudFormation shows', () => {
  // Stack, resource, the resource's physical id; then variants that contradict the same request.
  describe.each<[Kind, string, string, string | undefined, [string, string, string | undefined, string][]]>([
    ['Create', 'CREATE_IN_PROGRESS', 'CREATE_IN_PROGRESS', undefined, [
      ['CREATE_COMPLETE', 'CREATE_IN_PROGRESS', undefined, 'the stack is CREATE_COMPLETE'],
      ['CREATE_IN_PROGRESS', 'CREATE_COMPLETE', ID, `the resource is CREATE_COMPLETE, with the physical id ${ID}`],
      ['DELETE_IN_PROGRESS', 'DELETE_IN_PROGRESS', ID, `the resource is DELETE_IN_PROGRESS, with the physical id ${ID}`],
    ]],
    // CloudFormation generates its id until the response.
    ['Create', 'UPDATE_IN_PROGRESS', 'CREATE_IN_PROGRESS', 'Mine-Lifecycle-1ABC', [
      ['UPDATE_COMPLETE', 'CREATE_IN_PROGRESS', undefined, 'the stack is UPDATE_COMPLETE'],
      ['UPDATE_IN_PROGRESS', 'UPDATE_IN_PROGRESS', ID, `the resource is UPDATE_IN_PROGRESS, with the physical id ${ID}`],
      ['UPDATE_ROLLBACK_IN_PROGRESS', 'CREATE_FAILED', undefined, 'the resource is CREATE_FAILED'],
    ]],
    ['Update', 'UPDATE_IN_PROGRESS', 'UPDATE_IN_PROGRESS', ID, [
      ['UPDATE_IN_PROGRESS', 'UPDATE_IN_PROGRESS', ANOTHER_ID, `the resource is UPDATE_IN_PROGRESS, with the physical id ${ANOTHER_ID}`],
      ['UPDATE_IN_PROGRESS', 'UPDATE_IN_PROGRESS', undefined, 'the resource is UPDATE_IN_PROGRESS, with the physical id (none)'],
      ['UPDATE_IN_PROGRESS', 'UPDATE_COMPLETE', ID, 'the resource is UPDATE_COMPLETE'],
      ['UPDATE_IN_PROGRESS', 'CREATE_COMPLETE', ID, 'the resource is CREATE_COMPLETE'],
      ['UPDATE_IN_PROGRESS', 'DELETE_IN_PROGRESS', ID, 'the resource is DELETE_IN_PROGRESS'],
      ['UPDATE_COMPLETE', 'UPDATE_IN_PROGRESS', ID, 'the stack is UPDATE_COMPLETE'],
      ['UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', 'UPDATE_COMPLETE', ANOTHER_ID, `the resource is UPDATE_COMPLETE, with the physical id ${ANOTHER_ID}`],
    ]],
    ['Update', 'UPDATE_ROLLBACK_IN_PROGRESS', 'UPDATE_IN_PROGRESS', ID, [
      ['UPDATE_ROLLBACK_IN_PROGRESS', 'UPDATE_FAILED', ID, 'the resource is UPDATE_FAILED'],
      ['UPDATE_ROLLBACK_FAILED', 'UPDATE_IN_PROGRESS', ID, 'the stack is UPDATE_ROLLBACK_FAILED'],
    ]],
    ['Delete', 'DELETE_IN_PROGRESS', 'DELETE_IN_PROGRESS', ID, [
      ['DELETE_FAILED', 'DELETE_IN_PROGRESS', ID, 'the stack is DELETE_FAILED'],
      ['DELETE_COMPLETE', 'DELETE_COMPLETE', ID, 'the stack is DELETE_COMPLETE'],
      ['DELETE_IN_PROGRESS', 'CREATE_COMPLETE', ID, 'the resource is CREATE_COMPLETE'],
      ['DELETE_IN_PROGRESS', 'CREATE_COMPLETE', ANOTHER_ID, `the resource is CREATE_COMPLETE, with the physical id ${ANOTHER_ID}`],
    ]],
    // A construct that was removed is deleted in the clean-up.
    ['Delete', 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', 'DELETE_IN_PROGRESS', ID, [
      ['UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', 'UPDATE_COMPLETE', ID, 'the resource is UPDATE_COMPLETE'],
      ['UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', 'CREATE_COMPLETE', ID, 'the resource is CREATE_COMPLETE'],
      ['UPDATE_COMPLETE', 'DELETE_IN_PROGRESS', ID, 'the stack is UPDATE_COMPLETE'],
    ]],
    // A resource may have had several ids.
    ['Delete', 'DELETE_IN_PROGRESS', 'DELETE_IN_PROGRESS', ANOTHER_ID, [
      ['DELETE_IN_PROGRESS', 'DELETE_COMPLETE', ANOTHER_ID, `the resource is DELETE_COMPLETE, with the physical id ${ANOTHER_ID}`],
    ]],
    ['Delete', 'ROLLBACK_IN_PROGRESS', 'DELETE_IN_PROGRESS', ID, [['ROLLBACK_COMPLETE', 'DELETE_IN_PROGRESS', ID, 'the stack is ROLLBACK_COMPLETE']]],
    // The clean-up of a move: the resource has its new id, and its old one is deleted.
    ['Delete', 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', 'UPDATE_COMPLETE', ANOTHER_ID, [
      ['UPDATE_IN_PROGRESS', 'UPDATE_COMPLETE', ANOTHER_ID, `the resource is UPDATE_COMPLETE, with the physical id ${ANOTHER_ID}`],
      ['UPDATE_IN_PROGRESS', 'UPDATE_IN_PROGRESS', ANOTHER_ID, `the resource is UPDATE_IN_PROGRESS, with the physical id ${ANOTHER_ID}`],
      ['UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', 'UPDATE_COMPLETE', ID, 'the resource is UPDATE_COMPLETE'],
    ]],
    // A move that is reverted.
    ['Delete', 'UPDATE_ROLLBACK_IN_PROGRESS', 'UPDATE_COMPLETE', ANOTHER_ID, [
      ['UPDATE_ROLLBACK_IN_PROGRESS', 'UPDATE_COMPLETE', ID, 'the resource is UPDATE_COMPLETE'],
      ['UPDATE_ROLLBACK_FAILED', 'UPDATE_COMPLETE', ANOTHER_ID, 'the stack is UPDATE_ROLLBACK_FAILED'],
    ]],
    ['Delete', 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS', 'UPDATE_COMPLETE', ANOTHER_ID, [
      ['UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS', 'UPDATE_COMPLETE', ID, 'the resource is UPDATE_COMPLETE'],
      ['UPDATE_ROLLBACK_COMPLETE', 'UPDATE_COMPLETE', ANOTHER_ID, 'the stack is UPDATE_ROLLBACK_COMPLETE'],
      ['ROLLBACK_IN_PROGRESS', 'CREATE_COMPLETE', ANOTHER_ID, `the resource is CREATE_COMPLETE, with the physical id ${ANOTHER_ID}`],
    ]],
  ])('a %s', (kind, stack, status, physicalId, denied) => {
    test(`is confirmed while the stack is ${stack} and the resource ${status} with the id ${physicalId}`, () => {
      expect(contradiction(kind, stack, view(status, physicalId))).toBeUndefined();
    });

    test.each(denied)('is contradicted where the stack is %s and the resource %s with the id %s', (stackNow, statusNow, idNow, reason) => {
      expect(contradiction(kind, stackNow, view(statusNow, idNow))).toBe(reason);
    });
  });

  describe.each<[Kind, string, string]>([
    ['Create', 'CREATE_IN_PROGRESS', 'CREATE_IN_PROGRESS'], ['Update', 'UPDATE_IN_PROGRESS', 'UPDATE_IN_PROGRESS'], ['Delete', 'DELETE_IN_PROGRESS', 'DELETE_IN_PROGRESS'],
  ])('of a %s', (kind, stack, status) => {
    const id = kind === 'Create' ? undefined : ID;

    test.each<[string, ResourceView | undefined]>([
      ['is not there', undefined],
      ['is of another type', view(status, id, 'Custom::Other')],
      ['is a role', view(status, id, 'AWS::IAM::Role')],
    ])('that the resource %s contradicts', (_what, resource) => {
      expect(contradiction(kind, stack, resource)).toBe('the stack has no Custom::AgentLifecycle of that logical id');
    });

    test.each(['MyOwnResource', logicalIds('other-bot', 'test').lifecycle, ROLE])('that the logical id is %s contradicts: it is not the agent\'s', (logicalResourceId) => {
      expect(contradiction(kind, stack, view(status, id), { logicalResourceId })).toBe('it is not the resource of agent invoice-bot');
    });

    test('twin: the agent\'s own logical id confirms', () => {
      expect(contradiction(kind, stack, view(status, id))).toBeUndefined();
    });
  });
});

describe('asking CloudFormation', () => {
  const cloudFormation = mockClient(CloudFormationClient);
  const MISSING = named('ValidationError', 'Resource X does not exist for stack Mine');
  let iam: FakeIam;
  let role: FakeRole;
  beforeEach(() => {
    cloudFormation.reset();
    cloudFormation.on(DescribeStackResourceCommand).rejects(MISSING);
    iam = new FakeIam();
    role = joined(iam);
  });

  const shows = (LogicalResourceId: string, ResourceType: string, ResourceStatus: string, PhysicalResourceId?: string): void => void cloudFormation
    .on(DescribeStackResourceCommand, { StackName: MINE.stackId, LogicalResourceId })
    .resolves({ StackResourceDetail: { ResourceType, ResourceStatus, PhysicalResourceId } as never });
  const showsAll = (status = 'CREATE_IN_PROGRESS', id: string | undefined = ''): void => {
    shows(LIFECYCLE, LIFECYCLE_RESOURCE_TYPE, status, id);
    shows(ROLE, 'AWS::IAM::Role', 'CREATE_COMPLETE', role.roleName);
  };
  const confirm = (kind: Kind, stack: string, origin: Partial<CloudFormationOrigin> = {}): Promise<void> => {
    const made = requestOf(kind, origin);
    const intent = 'declared' in made.intent ? { ...made.intent, principal: refOf(role) } : made.intent;
    return confirmRequest({ ...contextOf(iam), cloudFormation: new CloudFormationClient({ region: 'eu-west-1' }) }, { ...made, intent }, { status: stack, owner: MINE });
  };
  const joins = () => confirm('Create', 'CREATE_IN_PROGRESS');

  test.each<[Kind, string, string]>([['Create', 'CREATE_IN_PROGRESS', ''], ['Update', 'UPDATE_IN_PROGRESS', ID]])('a %s that it is doing, of a role of the same stack, is confirmed', async (kind, status, id) => {
    showsAll(status, id);

    await expect(confirm(kind, status)).resolves.toBeUndefined();
  });

  test('a Delete is confirmed without its role: that may be gone, and is looked at when it is torn down', async () => {
    shows(LIFECYCLE, LIFECYCLE_RESOURCE_TYPE, 'DELETE_IN_PROGRESS', ID);
    iam.roles.clear();

    await expect(confirm('Delete', 'DELETE_IN_PROGRESS')).resolves.toBeUndefined();
  });

  test('fails when it is not doing that, and says what it shows; it may show a moment later', async () => {
    showsAll('CREATE_COMPLETE', ID);

    await expect(joins()).rejects.toMatchObject({
      code: 'RequestUnconfirmed',
      reason: `CloudFormation is not asking to join ${LIFECYCLE} of ${MINE.stackId}: the resource is CREATE_COMPLETE, with the physical id ${ID}; requests come from deployments only`,
    });
    showsAll();
    await expect(joins()).resolves.toBeUndefined();
  });

  test('fails when the stack has no such resource', async () => {
    await expect(joins()).rejects.toMatchObject({ code: 'RequestUnconfirmed', message: expect.stringContaining('has no Custom::AgentLifecycle') });
  });

  test('fails when it knows no such stack', async () => {
    cloudFormation.on(DescribeStackResourceCommand).rejects(named('ValidationError', `Stack '${MINE.stackId}' does not exist`));

    await expect(joins()).rejects.toMatchObject({ code: 'RequestUnconfirmed' });
  });

  test('fails when it says nothing of the resource', async () => {
    cloudFormation.on(DescribeStackResourceCommand).resolves({});

    await expect(joins()).rejects.toMatchObject({ code: 'RequestUnconfirmed' });
  });

  test('fails when another type of resource asks under the agent\'s logical id', async () => {
    showsAll();
    shows(LIFECYCLE, 'AWS::CloudFormation::CustomResource', 'CREATE_IN_PROGRESS');

    await expect(joins()).rejects.toMatchObject({ code: 'RequestUnconfirmed' });
  });

  test('fails when a resource under another logical id asks, whatever it is', async () => {
    showsAll();
    shows('MyOwn', LIFECYCLE_RESOURCE_TYPE, 'CREATE_IN_PROGRESS');

    await expect(confirm('Create', 'CREATE_IN_PROGRESS', { logicalResourceId: 'MyOwn' })).rejects.toMatchObject({ code: 'RequestUnconfirmed', message: expect.stringContaining('not the resource of agent') });
  });

  test.each<[string, () => void]>([
    ['is none of the stack\'s', () => void cloudFormation.on(DescribeStackResourceCommand, { StackName: MINE.stackId, LogicalResourceId: ROLE }).rejects(MISSING)],
    ['is another by name', () => shows(ROLE, 'AWS::IAM::Role', 'CREATE_COMPLETE', 'other-bot-test')],
    ['is no role', () => shows(ROLE, 'AWS::IAM::User', 'CREATE_COMPLETE', 'invoice-bot-test')],
    ['is not made yet', () => shows(ROLE, 'AWS::IAM::Role', 'CREATE_IN_PROGRESS')],
  ])('fails when what the stack declares as the agent\'s role %s', async (_what, prepare) => {
    showsAll();
    prepare();

    await expect(joins()).rejects.toMatchObject({ code: 'PrincipalNotOfStack', message: expect.stringContaining(`is not ${ROLE} of the requesting stack for agent invoice-bot`) });
  });

  test('fails when IAM has no such role, or another of its name', async () => {
    showsAll();
    const ref = refOf(role);
    const another = replaced(iam);

    await expect(joins()).rejects.toMatchObject({ code: 'RequestUnconfirmed', reason: `IAM has no role ${ref.roleArn} with the id ${ref.roleId}` });

    role = another;
    await expect(joins()).resolves.toBeUndefined();
  });

  test('fails as CloudFormation does when it throttles: that is no answer', async () => {
    cloudFormation.on(DescribeStackResourceCommand).rejects(named('Throttling', 'Rate exceeded'));

    await expect(joins()).rejects.toMatchObject({ name: 'Throttling' });
  });

  test('fails when the question itself is refused: another validation error is no answer either', async () => {
    cloudFormation.on(DescribeStackResourceCommand).rejects(named('ValidationError', '1 validation error detected'));

    await expect(joins()).rejects.toMatchObject({ name: 'ValidationError' });
  });
});
