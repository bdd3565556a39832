import { PrincipalRecord } from '../../../runtime/model/placement-state';
import { declaredFor, MINE, PLACEMENT, principal } from '../../runtime/engine/decision/requests';
import { named } from '../../runtime/ledger/memory-table';
import { OPERATOR, Registry } from '../registry';

let registry: Registry;
beforeEach(async () => {
  registry = new Registry();
  await registry.join();
});

const answered = (answer: object) => ({ status: 'SUCCEEDED', output: JSON.stringify(answer) });
test('asks the engine in the operator\'s name, reports progress beside the data, and shows the agent as it is then', async () => {
  registry.looks = [named('ExecutionDoesNotExist'), { status: 'RUNNING' }, answered({ answered: 'SUCCESS' })];

  const { output, progress, exitCode } = await registry.nhi('finish', 'invoice-bot');

  expect(exitCode).toBe(0);
  expect(output).toMatch(/^agent {7}invoice-bot in account 111122223333\n/);
  expect(progress).toMatch(/\nthe engine is at work: arn:aws:states:eu-west-1:111122223333:execution:agents-nhi-lifecycle:invoice-bot-[0-9a-f]{24}\nstill at work\nstill at work\n$/);
  const [request] = registry.requests();
  expect(registry.requests()).toEqual([{ requestId: expect.stringMatching(/^operator-finish-[0-9a-f]{32}$/), registry: 'agents', placement: PLACEMENT, origin: { kind: 'operator', arn: OPERATOR }, intent: { kind: 'finish' } }]);
  expect(registry.started.map(({ input }) => JSON.parse(input))).toEqual([{ requestId: request.requestId, placement: PLACEMENT }]);
  // The command reads the execution that it started.
  expect(progress).toContain(`:${registry.started[0].name}\n`);
});

test('with --json the data is JSON, and progress is not among it', async () => {
  registry.looks = [{ status: 'RUNNING' }, answered({ answered: 'SUCCESS' })];

  expect(JSON.parse((await registry.nhi('--json', 'finish', 'invoice-bot')).output)).toMatchObject({ placement: { agentName: 'invoice-bot' } });
});

test('each try is another request', async () => {
  registry.looks = [answered({ answered: 'SUCCESS' })];

  await registry.nhi('finish', 'invoice-bot');
  await registry.nhi('finish', 'invoice-bot');

  expect(new Set(registry.started.map(({ name }) => name)).size).toBe(2);
});

test('an execution that is taken up again is waited for', async () => {
  registry.looks = [{ status: 'PENDING_REDRIVE' }, answered({ answered: 'SUCCESS' })];

  expect(await registry.nhi('finish', 'invoice-bot')).toMatchObject({ exitCode: 0, progress: expect.stringContaining('still at work') });
});

test.each([
  ['the engine refuses', answered({ answered: 'FAILED', code: 'StillInStack', message: 'still there' }), 'StillInStack', 'still there'],
  ['something remains', { status: 'FAILED', error: 'TeardownIncomplete', cause: '{"errorMessage":"TeardownIncomplete: the teardown of agent invoice-bot is incomplete (1 left): x"}' }, 'TeardownIncomplete', 'the teardown of agent invoice-bot is incomplete (1 left): x'],
  ['it fails without a code', { status: 'FAILED', cause: 'plain words' }, 'FAILED', 'plain words'],
  ['it was stopped', { status: 'ABORTED', error: 'Stopped', cause: 'by hand' }, 'Stopped', 'by hand'],
  ['its time was up', { status: 'TIMED_OUT' }, 'TIMED_OUT', ''],
])('fails when %s, with the engine\'s own code and reason', async (_what, look, failure, message) => {
  registry.looks = [look];

  expect(await registry.nhi('finish', 'invoice-bot')).toMatchObject({ exitCode: 1, failure, message: `${failure}: ${message}; fix that, then run the command again` });
});

test('fails when the execution never appears', async () => {
  registry.looks = [named('ExecutionDoesNotExist', 'no such execution')];

  expect(await registry.nhi('finish', 'invoice-bot')).toMatchObject({ exitCode: 1, output: '', message: 'no such execution' });
});

test('fails as AWS does when the execution can\'t be looked at', async () => {
  registry.looks = [named('AccessDeniedException', 'not yours')];

  expect(await registry.nhi('finish', 'invoice-bot')).toMatchObject({ exitCode: 1, output: '', message: 'not yours' });
});

describe('before the engine is asked', () => {
  const will = async (): Promise<string[]> => {
    registry.looks = [answered({ answered: 'SUCCESS' })];
    const { progress = '' } = await registry.nhi('finish', 'invoice-bot');
    return progress.split('\n').slice(0, registry.started.length === 0 ? undefined : progress.split('\n').findIndex((line) => line.startsWith('the engine')));
  };
  const Q: PrincipalRecord = { ...principal('Q'), status: 'live', cutBeforeGrant: false };

  test('says that an agent whose stack no longer exists leaves, with all that is deleted', async () => {
    expect(await will()).toEqual([
      'agent invoice-bot in account 111122223333: finish its leave: delete what belongs to it, and write its decommission certificate',
      '  denied everything, then deleted: arn:aws:iam::111122223333:role/agents/test/invoice-bot-test (P)',
      '  deleted: secret agents/invoice-bot/token',
    ]);
  });

  test('says which replaced principal is deleted, and that the agent stays', async () => {
    registry.stackNow = { status: 'UPDATE_COMPLETE', roles: ['invoice-bot-test'] };
    await registry.change({ principals: { Q } });

    expect(await will()).toEqual([
      'agent invoice-bot in account 111122223333: delete principals that it has no more',
      '  denied everything, then deleted: arn:aws:iam::111122223333:role/agents/production/invoice-bot-production (Q)',
    ]);
  });

  test('says which move is undone', async () => {
    registry.stackNow = { status: 'UPDATE_ROLLBACK_COMPLETE', roles: ['invoice-bot-test'] };
    await registry.change({ principals: { Q }, present: 'Q', pending: { from: 'P', to: 'Q', phase: 'moved', previous: declaredFor('P'), previousOwner: MINE } });

    expect(await will()).toEqual([
      'agent invoice-bot in account 111122223333: undo its move to production, and let its former principal work again',
      '  denied everything, then deleted: arn:aws:iam::111122223333:role/agents/production/invoice-bot-production (Q)',
    ]);
  });

  test('says which role stands in the place of a retired one', async () => {
    registry.stackNow = { status: 'UPDATE_COMPLETE', roles: ['invoice-bot-test'] };
    registry.roles = { 'invoice-bot-production': { RoleId: 'X', Path: '/' } };
    await registry.change({ principals: { Q: { ...Q, status: 'retired' } } });

    expect(await will()).toEqual([
      'agent invoice-bot in account 111122223333: delete principals that it has no more',
      '  deleted: the role that stands in the place of arn:aws:iam::111122223333:role/agents/production/invoice-bot-production (Q)',
    ]);
  });

  test.each<[string, Registry['stackNow'], string]>([
    ['there is nothing to finish', { status: 'UPDATE_COMPLETE', roles: ['invoice-bot-test'] }, 'NothingToFinish'],
    ['the stack is busy', { status: 'DELETE_FAILED', roles: ['invoice-bot-test'] }, 'StackNotAtRest'],
  ])('fails when %s: nobody is asked, and nothing is started', async (_what, stack, failure) => {
    registry.stackNow = stack;

    expect(await registry.run(['finish', 'invoice-bot'], 'y')).toMatchObject({ exitCode: 1, output: '', failure });
    expect(registry.questions).toEqual([]);
    expect(registry.started).toEqual([]);
  });
});

test('fails when there is no such agent, and nothing is started', async () => {
  expect(await registry.nhi('finish', 'other-bot')).toMatchObject({ failure: 'AgentUnknown' });

  expect(registry.started).toEqual([]);
  expect(registry.requests()).toEqual([]);
});
