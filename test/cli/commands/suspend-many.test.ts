import { Declared } from '../../../runtime/model/placement-state';
import { Registry } from '../registry';

let registry: Registry;
const WHY = ['--reason', 'Its key was seen in a public place'];
const SUSPENSION = { since: '2026-06-01T00:00:00.000Z', by: 'arn:ada', reason: 'Its key was seen in a public place' };
const asked = () => registry.requests().map(({ placement }) => placement.agentName).sort();
const sponsor = (id: string): Partial<Declared> => ({ sponsor: { id, accountableName: id, accountableEmail: id, backupEmail: 'li@example.com' } as unknown as Declared['sponsor'] });

beforeEach(async () => {
  registry = new Registry();
  registry.looks = [{ status: 'SUCCEEDED', output: JSON.stringify({ answered: 'SUCCESS' }) }];
  for (const [agentName, declared] of [['one-bot', sponsor('eve@example.com')], ['two-bot', sponsor('Eve@example.com')], ['other-bot', sponsor('ada@example.com')]] as const) {
    await registry.join({ agentName, declared });
  }
  // The engine suspends each agent that is asked for, one after another.
  let before: Promise<void> = Promise.resolve();
  registry.whenDone = () => (before = before.then(async () => {
    for (const { placement: { agentName }, intent } of registry.requests()) {
      const denial = { at: SUSPENSION.since, by: ['permissions-boundary' as const], confirmedAt: SUSPENSION.since };
      await registry.change((intent as { kind: string }).kind === 'suspend' ? { suspension: SUSPENSION, principals: { P: { denial } } } : { suspension: null }, agentName);
    }
  }));
});

test('suspends all of a sponsor, after a preview, with progress, and nobody else', async () => {
  const { output, progress, exitCode } = await registry.nhi('suspend', '--all-of-sponsor', 'eve@example.com', ...WHY);
  expect(asked()).toEqual(['one-bot', 'two-bot']);
  expect(exitCode).toBe(0);
  expect(progress).toContain('2 agents of registry agents in account 111122223333: suspend each');
  expect(progress).toContain('  one-bot in test, sponsor eve@example.com, active');
  expect(progress).toContain('2 of 2: ');
  expect(output).toMatch(/^one-bot +suspended/m);
});

test('asks first; no changes nothing', async () => {
  expect(await registry.run(['suspend', '--stage', 'test', ...WHY], 'n')).toMatchObject({ exitCode: 1, failure: 'Declined' });
  expect(registry.questions[0].shown).toContain('3 agents');
  expect(asked()).toEqual([]);
});

test('conditions narrow each other, and agents that are suspended already are left out', async () => {
  await registry.nhi('suspend', '--all-of-sponsor', 'eve@example.com', '--stage', 'production', ...WHY);
  expect(asked()).toEqual([]);
  await registry.change({ suspension: SUSPENSION, principals: { P: { denial: { at: SUSPENSION.since, by: [], confirmedAt: SUSPENSION.since } } } }, 'one-bot');
  await registry.nhi('suspend', '--all-of-sponsor', 'eve@example.com', '--stage', 'test', ...WHY);
  expect(asked()).toEqual(['two-bot']);
});

test('a tag is that of the role as IAM has it', async () => {
  registry.roleTags = { 'invoice-bot-test': [{ Key: 'team', Value: 'payments' }] };
  await registry.nhi('suspend', '--tag', 'team=sales', ...WHY);
  expect(asked()).toEqual([]);
  await registry.nhi('suspend', '--tag', 'team=payments', ...WHY);
  expect(asked()).toEqual(['one-bot', 'other-bot', 'two-bot']);
});

test('one that fails keeps no other from it, comes last, and makes the exit code 1', async () => {
  registry.looks = [{ status: 'SUCCEEDED', output: JSON.stringify({ answered: 'FAILED', code: 'NotDenied', message: 'IAM denies it' }) }, ...registry.looks];
  const { output, exitCode } = await registry.nhi('suspend', '--stage', 'test', ...WHY);
  expect(asked()).toHaveLength(3);
  expect(exitCode).toBe(1);
  expect(output.trim().split('\n').at(-1)).toMatch(/-bot +failed +NotDenied: IAM denies it/);
});

test('one that is suspended only partly makes the exit code 1, also alone', async () => {
  registry.whenDone = () => registry.change({
    suspension: { ...SUSPENSION, cuts: [{ name: 'rules', changes: [], rest: ['hourly: AccessDenied'] }] },
    principals: { P: { denial: { at: SUSPENSION.since, by: ['permissions-boundary'], confirmedAt: SUSPENSION.since } } },
  }, 'one-bot');
  const { output, exitCode } = await registry.nhi('suspend', 'one-bot', ...WHY);
  expect(exitCode).toBe(1);
  expect(output).toContain('status      suspended-partly');
  expect(output).toContain('  still on                 rules hourly: AccessDenied');
  expect((await registry.nhi('list', '--status', 'suspended-partly')).output).toContain('one-bot');
});

test('resume finds those that are suspended', async () => {
  await registry.change({ suspension: SUSPENSION }, 'two-bot');
  const { exitCode } = await registry.nhi('resume', '--stage', 'test', '--reason', 'The key was replaced');
  expect([asked(), exitCode]).toEqual([['two-bot'], 0]);
});

test.each([['neither an agent nor a condition', []], ['both', ['one-bot', '--stage', 'test']]])('fails with %s, before AWS is asked', async (_what, words) => {
  expect(await registry.nhi('suspend', ...words, ...WHY)).toMatchObject({ exitCode: 1, failure: 'SelectionInvalid' });
  expect(registry.asked).toEqual([]);
});

test.each(['team', '=payments'])('fails with the tag %j', async (tag) => {
  expect(await registry.nhi('suspend', '--tag', tag, ...WHY)).toMatchObject({ exitCode: 1, failure: 'SelectionInvalid' });
});
