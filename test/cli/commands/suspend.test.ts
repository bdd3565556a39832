import { PLACEMENT } from '../../runtime/engine/decision/requests';
import { OPERATOR, Registry } from '../registry';

let registry: Registry;
beforeEach(async () => {
  registry = new Registry();
  await registry.join();
  registry.looks = [{ status: 'SUCCEEDED', output: JSON.stringify({ answered: 'SUCCESS' }) }];
});

const WHY = ['--reason', 'Its key was seen in a public place'];
const SUSPENSION = { since: '2026-06-01T00:00:00.000Z', by: OPERATOR, reason: 'Its key was seen in a public place' };
test.each(['suspend', 'resume'] as const)('%s asks the engine in the operator\'s name, with the reason, under a key that says so', async (verb) => {
  await registry.change({ suspension: verb === 'suspend' ? null : SUSPENSION });
  const denial = { at: SUSPENSION.since, by: ['permissions-boundary' as const], confirmedAt: SUSPENSION.since };
  registry.whenDone = () => registry.change(verb === 'suspend' ? { suspension: SUSPENSION, principals: { P: { denial } } } : { suspension: null });

  const { exitCode } = await registry.nhi(verb, 'invoice-bot', ...WHY);

  expect(exitCode).toBe(0);
  expect(registry.requests()).toEqual([expect.objectContaining({
    requestId: expect.stringMatching(new RegExp(`^operator-${verb}-[0-9a-f]{32}$`)),
    placement: PLACEMENT,
    origin: { kind: 'operator', arn: OPERATOR },
    intent: { kind: verb, reason: 'Its key was seen in a public place' },
  })]);
});

test('suspend says which principals it denies, resume why the agent was suspended, and both ask', async () => {
  const suspend = await registry.run(['suspend', 'invoice-bot', ...WHY], 'n');
  expect(suspend).toMatchObject({ exitCode: 1, failure: 'Declined' });
  expect(registry.questions.at(-1)?.shown).toContain('deny it everything until it is resumed\n  denied everything: arn:aws:iam::111122223333:role/agents/test/invoice-bot-test (P)\n');

  await registry.change({ suspension: SUSPENSION });
  const resume = await registry.run(['resume', 'invoice-bot', ...WHY], 'n');
  expect(resume).toMatchObject({ exitCode: 1, failure: 'Declined' });
  expect(registry.questions.at(-1)?.shown).toContain(`it was suspended at 2026-06-01T00:00:00.000Z by ${OPERATOR}: Its key was seen in a public place\n`);
  expect(registry.requests()).toEqual([]);
});

test('an agent shows as suspending until its principals are denied, then as suspended, with since when, by whom and why', async () => {
  await registry.change({ suspension: SUSPENSION });
  expect((await registry.nhi('list')).output).toContain('invoice-bot  suspending  ');
  await registry.change({ principals: { P: { status: 'quarantined', denial: { at: SUSPENSION.since, by: ['permissions-boundary'], confirmedAt: SUSPENSION.since } } } });

  expect((await registry.nhi('list', '--status', 'suspended')).output).toContain('invoice-bot  suspended  ');
  const { output } = await registry.nhi('show', 'invoice-bot');
  expect(output).toContain('status      suspended\n');
  expect(output).toContain(`suspended   since 2026-06-01T00:00:00.000Z by ${OPERATOR}: Its key was seen in a public place\n`);
});

test.each([['suspend'], ['resume']])('%s fails without a reason, or with an invalid one, before AWS is asked', async (verb) => {
  expect(await registry.nhi(verb, 'invoice-bot')).toMatchObject({ failure: 'commander.missingMandatoryOptionValue' });
  expect((await registry.nhi(verb, 'invoice-bot', '--reason', ' ')).exitCode).toBe(1);
  expect(registry.asked).toEqual([]);
});
