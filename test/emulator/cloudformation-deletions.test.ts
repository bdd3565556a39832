import { Cloud } from './harness/cloud';
import { fail, Provider, succeed } from './harness/provider';
import { Resource, Stacks } from './harness/stacks';

const QUEUE: Resource = { Type: 'AWS::SQS::Queue' };

let cloud: Cloud;
let stacks: Stacks;
let provider: Provider;

beforeAll(async () => {
  cloud = await Cloud.start();
  stacks = new Stacks(cloud);
  provider = await Provider.start(cloud);
});

afterAll(async () => {
  await provider.stop();
  await cloud.stop();
});

describe('cfn-delete-order', () => {
  const resources = () => ({ Needed: provider.resource(), Sticky: provider.resource({}, ['Needed']), Free: provider.resource() });

  test('what a resource depends on that failed to delete is left alone, and the rest is deleted', async () => {
    provider.answer(succeed);
    await stacks.create('sticky', resources());
    provider.answer((request) => request.LogicalResourceId === 'Sticky' ? fail(request) : succeed(request));

    expect(await stacks.delete('sticky')).toBe('DELETE_FAILED');

    expect(provider.log().sort()).toEqual(['Delete Free made-Free', 'Delete Sticky made-Sticky']);
    expect(await stacks.resources('sticky')).toEqual({ Needed: 'CREATE_COMPLETE', Sticky: 'DELETE_FAILED', Free: 'DELETE_COMPLETE' });
    expect(await stacks.statuses('sticky', 'Needed')).toEqual(['CREATE_IN_PROGRESS', 'CREATE_COMPLETE']);
    const { ResourceStatusReason: reason } = (await stacks.events('sticky')).at(-1) ?? {};
    expect(reason).toBe('The following resource(s) failed to delete: [Sticky].');
  });

  test('the next DeleteStack continues with what remains', async () => {
    provider.answer(succeed);

    expect(await stacks.delete('sticky')).toBe('DELETE_COMPLETE');

    expect(provider.log()).toEqual(['Delete Sticky made-Sticky', 'Delete Needed made-Needed']);
  });
});

describe('cfn-cleanup', () => {
  const CLEANUP = 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS';

  /** Refuses the first Deletes and then succeeds. Records the stack's status at each. */
  function refusing(name: string, refusals: number): string[] {
    const statuses: string[] = [];
    provider.answer(async (request) => {
      if (request.RequestType !== 'Delete') {
        return { Status: 'SUCCESS', PhysicalResourceId: request.ResourceProperties.PhysicalId ?? `made-${request.LogicalResourceId}` };
      }
      statuses.push((await stacks.statuses(name)).at(-1) ?? '');
      return statuses.length <= refusals ? fail(request) : succeed(request);
    });
    return statuses;
  }

  test.each([
    { refusals: 0, outcomes: ['DELETE_COMPLETE'] },
    { refusals: 2, outcomes: ['DELETE_FAILED', 'DELETE_FAILED', 'DELETE_COMPLETE'] },
    { refusals: 3, outcomes: ['DELETE_FAILED', 'DELETE_FAILED', 'DELETE_FAILED'] },
  ])('what the template no longer has is tried to delete up to three times; refused $refusals times', async ({ refusals, outcomes }) => {
    const name = `shrinks-${refusals}`;
    const statuses = refusing(name, refusals);
    await stacks.create(name, { Queue: QUEUE, Thing: provider.resource() });

    expect(await stacks.update(name, { Queue: QUEUE })).toBe('UPDATE_COMPLETE');

    expect(statuses).toEqual(Array(Math.min(refusals + 1, 3)).fill(CLEANUP));
    const tries = outcomes.flatMap((outcome) => ['DELETE_IN_PROGRESS', outcome]);
    expect(await stacks.statuses(name, 'Thing')).toEqual(['CREATE_IN_PROGRESS', 'CREATE_COMPLETE', ...tries]);
    // Retained or deleted, it is no longer part of the stack.
    expect(await stacks.resources(name)).toEqual({ Queue: 'CREATE_COMPLETE' });
    provider.answer(succeed);
    expect(await stacks.delete(name)).toBe('DELETE_COMPLETE');
    expect(provider.log()).toEqual([]);
  });

  test('the predecessor of what was replaced is deleted in the clean-up, with the same tries', async () => {
    const statuses = refusing('replaces', 2);
    await stacks.create('replaces', { Thing: provider.resource({ PhysicalId: 'old' }) });

    expect(await stacks.update('replaces', { Thing: provider.resource({ PhysicalId: 'new' }) })).toBe('UPDATE_COMPLETE');

    expect(provider.log()).toEqual(['Create Thing', 'Update Thing old', ...Array(3).fill('Delete Thing old')]);
    expect(statuses).toEqual(Array(3).fill(CLEANUP));
    expect(await stacks.statuses('replaces')).toEqual([
      'CREATE_IN_PROGRESS', 'CREATE_COMPLETE', 'UPDATE_IN_PROGRESS', CLEANUP, 'UPDATE_COMPLETE',
    ]);
  });

  test('a roll-back\'s clean-up tries as often', async () => {
    const statuses = refusing('rolls-back', 9);
    await stacks.create('rolls-back', { Queue: QUEUE });
    const broken: Resource = { Type: 'Custom::Thing', Properties: { ServiceToken: 'arn:aws:lambda:us-east-1:111122223333:function:nowhere' }, DependsOn: ['Thing'] };

    expect(await stacks.update('rolls-back', { Queue: QUEUE, Thing: provider.resource(), Broken: broken })).toBe('UPDATE_ROLLBACK_COMPLETE');

    expect(statuses).toEqual(Array(3).fill('UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS'));
  });
});

describe('cfn-rollback-failed', () => {
  test('what a failed creation could not take back is in the stack, and goes with it', async () => {
    provider.answer((request) => request.LogicalResourceId === 'Thing' && request.RequestType === 'Create' ? succeed(request) : fail(request));

    expect(await stacks.create('half', { Thing: provider.resource(), Later: provider.resource({}, ['Thing']) })).toBe('ROLLBACK_FAILED');

    expect(Object.keys(await stacks.resources('half')).sort()).toEqual(['Later', 'Thing']);
    provider.answer(succeed);
    expect(await stacks.delete('half')).toBe('DELETE_COMPLETE');
    expect(provider.log()).toEqual([expect.stringMatching(/^Delete Later half-Later-/), 'Delete Thing made-Thing']);
  });

  test.each([
    { deletable: false, held: ['Added', 'Thing'] },
    { deletable: true, held: ['Thing'] },
  ])('what an update made is in the stack whose roll-back failed, unless it is deleted: $deletable', async ({ deletable, held }) => {
    const name = `stuck-${deletable}`;
    provider.answer(succeed);
    await stacks.create(name, { Thing: provider.resource({ version: '1' }) });
    // The update fails, and so does its roll-back.
    provider.answer((request) => request.RequestType === 'Create' || (deletable && request.RequestType === 'Delete') ? succeed(request) : fail(request));

    const added = provider.resource();
    expect(await stacks.update(name, { Added: added, Thing: provider.resource({ version: '2' }, ['Added']) })).toBe('UPDATE_ROLLBACK_FAILED');

    expect(Object.keys(await stacks.resources(name)).sort()).toEqual(held);
    provider.answer(succeed);
    expect(await stacks.delete(name)).toBe('DELETE_COMPLETE');
    expect(provider.log().sort()).toEqual(held.map((id) => `Delete ${id} made-${id}`));
  });
});
