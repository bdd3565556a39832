import { Cloud } from './harness/cloud';
import { Answer, Provider, Request, succeed } from './harness/provider';
import { Stacks } from './harness/stacks';

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

const onCreate = (answer: Answer) => (request: Request) => request.RequestType === 'Create' ? answer : succeed(request);

// CloudFormation limits the whole response to 4,096 bytes.
const sized = (length: number): Answer => ({ Status: 'SUCCESS', PhysicalResourceId: 'x', Data: { text: 'x'.repeat(length) } });

describe('cfn-custom-resource', () => {
  test('one that was made gets its Delete with the stack, and no other', async () => {
    provider.answer(succeed);

    expect(await stacks.create('made', { Thing: provider.resource() })).toBe('CREATE_COMPLETE');
    expect(provider.log()).toEqual(['Create Thing']);
    expect(await stacks.delete('made')).toBe('DELETE_COMPLETE');
    expect(provider.log()).toEqual(['Create Thing', 'Delete Thing made-Thing']);
  });

  test('one whose Create failed gets a Delete in the roll-back, before what it depends on', async () => {
    const statuses: string[] = [];
    provider.answer(async (request) => {
      statuses.push((await stacks.statuses('failed')).at(-1) ?? '');
      return request.LogicalResourceId === 'Second' ? onCreate({ Status: 'FAILED', Reason: 'no', PhysicalResourceId: 'half-made' })(request) : succeed(request);
    });

    expect(await stacks.create('failed', { First: provider.resource(), Second: provider.resource({}, ['First']) })).toBe('ROLLBACK_COMPLETE');

    expect(provider.log()).toEqual(['Create First', 'Create Second', 'Delete Second half-made', 'Delete First made-First']);
    expect(statuses).toEqual(['CREATE_IN_PROGRESS', 'CREATE_IN_PROGRESS', 'ROLLBACK_IN_PROGRESS', 'ROLLBACK_IN_PROGRESS']);
    expect(await stacks.failures('failed')).toEqual(['no']);
  });

  test('without a physical id in the failure CloudFormation makes one up', async () => {
    provider.answer(onCreate({ Status: 'FAILED', Reason: 'no' }));

    expect(await stacks.create('nameless', { Thing: provider.resource() })).toBe('ROLLBACK_COMPLETE');

    expect(provider.log()).toEqual(['Create Thing', expect.stringMatching(/^Delete Thing nameless-Thing-[0-9A-Z]+/)]);
  });

  test('one that says nothing in time has failed', async () => {
    provider.answer(onCreate('silence'));

    expect(await stacks.create('late', { Thing: provider.resource({ ServiceTimeout: '1' }) })).toBe('ROLLBACK_COMPLETE');

    expect(provider.log()).toEqual(['Create Thing', expect.stringMatching(/^Delete Thing late-Thing-/)]);
  });

  test('without a roll-back the Delete comes with the stack\'s', async () => {
    provider.answer(onCreate({ Status: 'FAILED', Reason: 'no', PhysicalResourceId: 'half-made' }));

    expect(await stacks.create('kept', { Thing: provider.resource() }, { DisableRollback: true })).toBe('CREATE_FAILED');
    expect(provider.log()).toEqual(['Create Thing']);
    expect(await stacks.resources('kept')).toEqual({ Thing: 'CREATE_FAILED' });
    expect(await stacks.delete('kept')).toBe('DELETE_COMPLETE');

    expect(provider.log()).toEqual(['Create Thing', 'Delete Thing half-made']);
  });

  test('one that an update adds, and whose Create fails, gets its Delete in the clean-up of the roll-back', async () => {
    let status = '';
    provider.answer(async (request) => {
      status = (await stacks.statuses('grown')).at(-1) ?? '';
      return onCreate({ Status: 'FAILED', Reason: 'no', PhysicalResourceId: 'half-made' })(request);
    });
    await stacks.create('grown', { Queue: { Type: 'AWS::SQS::Queue' } });

    expect(await stacks.update('grown', { Queue: { Type: 'AWS::SQS::Queue' }, Thing: provider.resource() })).toBe('UPDATE_ROLLBACK_COMPLETE');

    expect(provider.log()).toEqual(['Create Thing', 'Delete Thing half-made']);
    expect(status).toBe('UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS');
  });

  test.each<{ response: string; answer: unknown; status: string; reasons: unknown[] }>([
    { response: 'over 4,096 bytes', answer: sized(4_097), status: 'ROLLBACK_COMPLETE', reasons: ['Response object is too long.'] },
    { response: 'under 4,096 bytes', answer: sized(3_500), status: 'CREATE_COMPLETE', reasons: [] },
    { response: 'of success without a physical id', answer: { Status: 'SUCCESS' }, status: 'ROLLBACK_COMPLETE', reasons: ['Invalid PhysicalResourceId.'] },
    {
      response: 'of an unknown status',
      answer: { Status: 'DONE', PhysicalResourceId: 'x' },
      status: 'ROLLBACK_COMPLETE',
      reasons: [expect.stringContaining('Invalid Status')],
    },
  ])('a response $response: $status', async ({ response, answer, status, reasons }) => {
    const name = response.replaceAll(/[^a-z0-9]+/g, '-');
    provider.answer(onCreate(answer as Answer));

    expect(await stacks.create(name, { Thing: provider.resource() })).toBe(status);

    expect(await stacks.failures(name)).toEqual(reasons);
  });
});
