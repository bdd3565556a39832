import { declaredFor, PLACEMENT } from '../../runtime/engine/decision/requests';
import { OPERATOR, Registry } from '../registry';

let registry: Registry;
beforeEach(async () => {
  registry = new Registry();
  await registry.join();
  registry.looks = [{ status: 'SUCCEEDED', output: JSON.stringify({ answered: 'SUCCESS' }) }];
});

test('asks the engine, in the operator\'s name, to offer the agent to another stack, and shows it as it is then', async () => {
  registry.whenDone = () => registry.change({ offeredTo: 'New-Stack' });

  const { output, progress, exitCode } = await registry.nhi('transfer', 'invoice-bot', '--to', 'New-Stack');

  expect(exitCode).toBe(0);
  expect(registry.requests()).toEqual([expect.objectContaining({ placement: PLACEMENT, origin: { kind: 'operator', arn: OPERATOR }, intent: { kind: 'offer-transfer', toStack: 'New-Stack' } })]);
  expect(registry.started).toHaveLength(1);
  expect(output).toMatch(/^offered {5}to stack New-Stack$/m);
  expect(progress).toMatch(/^agent invoice-bot of stack Mine: allow stack New-Stack to take it over, by transferFrom \(and another stage, unless role names are generated\)\nthe engine is at work: /);
});

test('asks the engine to withdraw the offer', async () => {
  await registry.change({ offeredTo: 'New-Stack' });
  registry.whenDone = () => registry.change({ offeredTo: null });

  const { output, progress, exitCode } = await registry.nhi('transfer', 'invoice-bot', '--withdraw');

  expect(exitCode).toBe(0);
  expect(registry.requests()).toEqual([expect.objectContaining({ intent: { kind: 'offer-transfer' } })]);
  expect(output).toMatch(/^agent {7}invoice-bot /);
  expect(output).not.toContain('offered');
  expect(progress).toMatch(/^agent invoice-bot of stack Mine: withdraw the offer to stack New-Stack\n/);
});

test('an offer that replaces another says so', async () => {
  await registry.change({ offeredTo: 'Old-Stack' });

  expect((await registry.nhi('transfer', 'invoice-bot', '--to', 'New-Stack')).progress).toContain('\n  instead of stack Old-Stack, to which it is offered now\n');
});

describe.each<[string, Parameters<Registry['change']>[0], string[], string]>([
  ['it is offered to that stack', { offeredTo: 'New' }, ['--to', 'New'], 'nothing to do: agent invoice-bot is offered to stack New already\n'],
  ['no operator has offered it', {}, ['--withdraw'], 'nothing to do: no operator has offered agent invoice-bot to a stack\n'],
  ['its own code offers it', { declared: { ...declaredFor('P'), transferTo: 'New' } }, ['--withdraw'],
    'nothing to do: no operator has offered agent invoice-bot to a stack; its own code offers it to New: to end that, deploy stack Mine without transferTo\n'],
])('when %s', (_what, change, words, progress) => {
  test('a second try is no failure: nobody is asked, and nothing is started', async () => {
    await registry.change(change);

    expect(await registry.run(['transfer', 'invoice-bot', ...words], 'n')).toMatchObject({ exitCode: 0, progress, output: expect.stringMatching(/^agent {7}invoice-bot /) });
    expect(registry.questions).toEqual([]);
    expect(registry.started).toEqual([]);
  });
});

test('fails when the stack is the agent\'s own', async () => {
  expect(await registry.nhi('transfer', 'invoice-bot', '--to', 'Mine')).toMatchObject({ output: '', exitCode: 1, failure: 'OwnedByThatStack' });

  expect(registry.started).toEqual([]);
});

test('with --json the data is JSON', async () => {
  expect(JSON.parse((await registry.nhi('--json', 'transfer', 'invoice-bot', '--withdraw')).output)).toMatchObject({ placement: PLACEMENT, status: 'active' });
});

describe('before AWS is asked', () => {
  afterEach(() => {
    expect(registry.asked).toEqual([]);
    expect(registry.requests()).toEqual([]);
    expect(registry.started).toEqual([]);
  });

  test('fails when it receives neither a stack nor --withdraw', async () => {
    expect(await registry.nhi('transfer', 'invoice-bot')).toMatchObject({ output: '', exitCode: 1, failure: 'TransferTargetMissing', message: 'TransferTargetMissing: say what to do with the offer: --to <stack>, or --withdraw' });
  });

  test.each([[['--to', 'New', '--withdraw']], [['--withdraw', '--to', 'New']]])('fails when it receives both: %j', async (words) => {
    expect(await registry.nhi('transfer', 'invoice-bot', ...words)).toMatchObject({ output: '', exitCode: 1, failure: 'commander.conflictingOption' });
  });

  test.each(['', '1New', '-New', 'New_Stack', 'New/Stack', 'New Stack', '*', 'arn:aws:cloudformation:eu-west-1:111122223333:stack/New/1', 'x'.repeat(129)])(
    'fails when the stack is %j', async (stack) => {
      expect(await registry.nhi('transfer', 'invoice-bot', `--to=${stack}`)).toMatchObject({ output: '', exitCode: 1, failure: 'commander.invalidArgument' });
    });
});

test.each(['N', 'New', 'new-stack-2', 'x'.repeat(128)])('twin: the stack %s is one', async (stack) => {
  expect(await registry.nhi('transfer', 'invoice-bot', '--to', stack)).toMatchObject({ exitCode: 0 });
});

test.each([
  ['AgentUnknown', 'agent invoice-bot is leaving: see nhi list'],
  ['PlacementBusy', 'another transition of agent invoice-bot is running'],
])('fails when the engine refuses with %s, with its own code and reason', async (code, message) => {
  registry.looks = [{ status: 'SUCCEEDED', output: JSON.stringify({ answered: 'FAILED', code, message }) }];

  expect(await registry.nhi('transfer', 'invoice-bot', '--to', 'New')).toMatchObject({ output: '', exitCode: 1, failure: code, message: expect.stringContaining(message) });
});

test('fails when there is no such agent, and nothing is started', async () => {
  expect(await registry.nhi('transfer', 'other-bot', '--to', 'New')).toMatchObject({ failure: 'AgentUnknown' });

  expect(registry.started).toEqual([]);
});
