import { CloudFormationClient, DescribeStackResourceCommand, DescribeStacksCommand, ListStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import { Cloud } from './harness/cloud';
import { Answer, fail, Provider, Request } from './harness/provider';
import { Resource, Resources, Stacks } from './harness/stacks';

const TYPE = 'Custom::Thing';
const ROLE: Resource = {
  Type: 'AWS::IAM::Role',
  Properties: {
    AssumeRolePolicyDocument: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }] },
  },
};
const BROKEN: Resource = {
  Type: TYPE, Properties: { ServiceToken: 'arn:aws:lambda:us-east-1:111122223333:function:nowhere' }, DependsOn: ['Thing'],
};

let cloud: Cloud;
let cfn: CloudFormationClient;
let stacks: Stacks;
let provider: Provider;

beforeAll(async () => {
  cloud = await Cloud.start();
  cfn = new CloudFormationClient(cloud.as());
  stacks = new Stacks(cloud);
  provider = await Provider.start(cloud);
});

afterAll(async () => {
  await provider.stop();
  await cloud.stop();
});

/** A resource as `status physical-id type`, or the error. */
async function describeResource(StackName: string, LogicalResourceId: string): Promise<string> {
  const answer = cfn.send(new DescribeStackResourceCommand({ StackName, LogicalResourceId }));
  return answer.then(
    ({ StackResourceDetail: { ResourceStatus: status, PhysicalResourceId: id, ResourceType: type } = {} }) => `${status} ${id} ${type}`,
    (error: Error) => error.message,
  );
}

async function listed(StackName: string): Promise<string[]> {
  const { StackResourceSummaries: all = [] } = await cfn.send(new ListStackResourcesCommand({ StackName }));
  return all.map(({ LogicalResourceId: name, ResourceStatus: status, PhysicalResourceId: id, ResourceType: type }) => `${name} ${status} ${id} ${type}`);
}

const as = (PhysicalResourceId: string | undefined): Answer => ({ Status: 'SUCCESS', PhysicalResourceId });
const obey = (request: Request) => as(request.RequestType === 'Delete' ? request.PhysicalResourceId : request.ResourceProperties.PhysicalId);

/** What each request observes while it waits: the stack, its resource, the resource's last event, and the role. */
function watch(decide: (request: Request) => Answer = obey): string[][] {
  const seen: string[][] = [];
  provider.answer(async (request) => {
    const { StackId: id, LogicalResourceId: name, RequestType: type, PhysicalResourceId: physicalId = '' } = request;
    const { Stacks: [stack] = [] } = await cfn.send(new DescribeStacksCommand({ StackName: id }));
    const own = await describeResource(id, name);
    expect(await listed(id)).toContain(`${name} ${own}`);
    const event = (await stacks.events(id)).filter(({ LogicalResourceId: of }) => of === name).at(-1);
    seen.push([
      `${type} ${name} ${physicalId}`.trim(), stack.StackStatus ?? '', own.replace(` ${TYPE}`, ''), `${event?.ResourceStatus} ${event?.PhysicalResourceId}`,
      (await describeResource(id, 'Role')).split(' ')[0],
    ]);
    expect(event?.ResourceType).toBe(TYPE);
    return decide(request);
  });
  return seen;
}

const with_ = (PhysicalId: string, more: Resources = {}, version = '1'): Resources => ({
  Role: ROLE, Thing: provider.resource({ PhysicalId, version }, ['Role']), ...more,
});

describe('cfn-resource-status', () => {
  test('created, updated, replaced, cleaned up after, deleted: what CloudFormation says while it waits', async () => {
    const seen = watch();
    await stacks.create('lives', with_('one'));
    await stacks.update('lives', with_('one', {}, '2'));
    await stacks.update('lives', with_('two'));
    await stacks.update('lives', with_('two', { Other: provider.resource({ PhysicalId: 'other' }) }));
    await stacks.update('lives', with_('two'));
    await stacks.delete('lives');

    // The role never changed: it has only the events of its creation.
    expect(seen).toEqual([
      ['Create Thing', 'CREATE_IN_PROGRESS', 'CREATE_IN_PROGRESS ', 'CREATE_IN_PROGRESS ', 'CREATE_COMPLETE'],
      ['Update Thing one', 'UPDATE_IN_PROGRESS', 'UPDATE_IN_PROGRESS one', 'UPDATE_IN_PROGRESS one', 'CREATE_COMPLETE'],
      ['Update Thing one', 'UPDATE_IN_PROGRESS', 'UPDATE_IN_PROGRESS one', 'UPDATE_IN_PROGRESS one', 'CREATE_COMPLETE'],
      ['Delete Thing one', 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', 'UPDATE_COMPLETE two', 'DELETE_IN_PROGRESS one', 'CREATE_COMPLETE'],
      ['Create Other', 'UPDATE_IN_PROGRESS', 'CREATE_IN_PROGRESS ', 'CREATE_IN_PROGRESS ', 'CREATE_COMPLETE'],
      ['Delete Other other', 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', 'DELETE_IN_PROGRESS other', 'DELETE_IN_PROGRESS other', 'CREATE_COMPLETE'],
      ['Delete Thing two', 'DELETE_IN_PROGRESS', 'DELETE_IN_PROGRESS two', 'DELETE_IN_PROGRESS two', 'CREATE_COMPLETE'],
    ]);
    expect(await stacks.statuses('lives', 'Role')).toEqual(['CREATE_IN_PROGRESS', 'CREATE_COMPLETE', 'DELETE_IN_PROGRESS', 'DELETE_COMPLETE']);
  });

  test('a creation that fails is taken back: what was made, and what failed', async () => {
    const seen = watch((request) => request.RequestType === 'Create' && request.LogicalResourceId === 'Fails' ? fail({ PhysicalResourceId: 'half' }) : obey(request));

    expect(await stacks.create('fails', with_('one', { Fails: provider.resource({}, ['Thing']) }))).toBe('ROLLBACK_COMPLETE');

    expect(seen.slice(2)).toEqual([
      ['Delete Fails half', 'ROLLBACK_IN_PROGRESS', 'DELETE_IN_PROGRESS half', 'DELETE_IN_PROGRESS half', 'CREATE_COMPLETE'],
      ['Delete Thing one', 'ROLLBACK_IN_PROGRESS', 'DELETE_IN_PROGRESS one', 'DELETE_IN_PROGRESS one', 'CREATE_COMPLETE'],
    ]);
    expect(await stacks.resources('fails')).toEqual({ Role: 'DELETE_COMPLETE', Thing: 'DELETE_COMPLETE', Fails: 'DELETE_COMPLETE' });
  });

  test('an update that fails is taken back, be it later or by the resource itself; what is deleted then is not what is shown', async () => {
    const seen = watch((request) => request.ResourceProperties.version === 'bad' ? fail(request) : obey(request));
    await stacks.create('back', with_('one'));
    const later = await stacks.update('back', with_('one', { Broken: BROKEN }, '2'));
    const replaced = await stacks.update('back', with_('two', { Broken: BROKEN }));
    const itself = await stacks.update('back', with_('one', {}, 'bad'));

    expect([later, replaced, itself]).toEqual(Array(3).fill('UPDATE_ROLLBACK_COMPLETE'));
    const update = ['Update Thing one', 'UPDATE_IN_PROGRESS', 'UPDATE_IN_PROGRESS one', 'UPDATE_IN_PROGRESS one', 'CREATE_COMPLETE'];
    const back = ['Update Thing one', 'UPDATE_ROLLBACK_IN_PROGRESS', 'UPDATE_IN_PROGRESS one', 'UPDATE_IN_PROGRESS one', 'CREATE_COMPLETE'];
    expect(seen.slice(1)).toEqual([
      update, back, update,
      ['Delete Thing two', 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS', 'UPDATE_COMPLETE one', 'DELETE_IN_PROGRESS two', 'CREATE_COMPLETE'],
      update, back,
    ]);
    expect(await listed('back')).toContain('Thing UPDATE_COMPLETE one Custom::Thing');
    // It was never created.
    expect(await describeResource('back', 'Broken')).toBe('Resource Broken does not exist for stack back');
  });

  test('a deletion that failed begins again', async () => {
    const seen = watch((request) => request.RequestType === 'Delete' && seen.length === 2 ? fail(request) : obey(request));
    await stacks.create('again', with_('one'));
    const { StackId: id = '' } = (await stacks.events('again'))[0];

    expect(await stacks.delete('again')).toBe('DELETE_FAILED');
    expect(await describeResource('again', 'Thing')).toBe('DELETE_FAILED one Custom::Thing');
    expect(await stacks.delete('again')).toBe('DELETE_COMPLETE');

    expect(seen.slice(1)).toEqual(Array(2).fill(['Delete Thing one', 'DELETE_IN_PROGRESS', 'DELETE_IN_PROGRESS one', 'DELETE_IN_PROGRESS one', 'CREATE_COMPLETE']));
    // A deleted stack is found only by its id.
    expect(await describeResource(id, 'Thing')).toBe('DELETE_COMPLETE one Custom::Thing');
    expect(await describeResource(id, 'Role')).toMatch(/^DELETE_COMPLETE again-Role-\w+ AWS::IAM::Role$/);
    expect(await describeResource('again', 'Thing')).toBe('Stack \'again\' does not exist');
  });

  test('what an update has removed is no longer there, and what it added was created', async () => {
    watch();
    await stacks.create('changes', with_('one', { Other: provider.resource({ PhysicalId: 'other' }) }));
    await stacks.update('changes', with_('one', { More: provider.resource({ PhysicalId: 'more' }) }));

    expect(await describeResource('changes', 'Other')).toBe('Resource Other does not exist for stack changes');
    expect(await stacks.resources('changes')).toEqual({ Role: 'CREATE_COMPLETE', Thing: 'CREATE_COMPLETE', More: 'CREATE_COMPLETE' });
    expect(await stacks.statuses('changes', 'More')).toEqual(['CREATE_IN_PROGRESS', 'CREATE_COMPLETE']);
  });
});
