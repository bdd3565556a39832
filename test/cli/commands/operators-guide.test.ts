import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { named } from '../../runtime/ledger/memory-table';
import { operatorsIam } from '../operators-iam';
import { Registry } from '../registry';

const GUIDE = join(__dirname, '..', '..', '..', 'docs', 'guide', 'operators.md');

let registry: Registry;
beforeEach(() => (registry = new Registry()));

/** What a person at a terminal sees until the question, with the question. */
async function untilAsked(words: readonly string[]): Promise<string> {
  expect(await registry.run(words, 'n')).toMatchObject({ failure: 'Declined' });
  return `${registry.questions[0].shown}${registry.questions[0].question}`.trimEnd();
}

function expectInGuide(command: string, shown: string): void {
  expect(readFileSync(GUIDE, 'utf8')).toContain(`\`\`\`text\n$ ${command}\n${shown.trimEnd()}\n\`\`\``);
}

test('nhi show --live', async () => {
  await registry.join();
  await registry.leave('8f14e45fceea167a', '2026-05-30T00:00:00.000Z', { told: true });
  await registry.change({ status: 'active' });
  await registry.announce();
  operatorsIam(registry, { GetPolicyCommand: () => { throw named('AccessDenied', 'ada is not allowed to call iam:GetPolicy'); } });

  const { output, exitCode } = await registry.nhi('show', 'invoice-bot', '--live');

  expect(exitCode).toBe(0);
  expectInGuide('nhi show invoice-bot --live', output);
});

test('nhi offboard', async () => {
  await registry.join();
  registry.stackNow = { status: 'UPDATE_ROLLBACK_FAILED', roles: ['invoice-bot-test'] };
  expectInGuide('nhi offboard invoice-bot --reason \'Its vendor was breached\'', await untilAsked(['offboard', 'invoice-bot', '--reason', 'Its vendor was breached']));
});

test('nhi retry', async () => {
  await registry.join();
  const message = 'the teardown of agent invoice-bot is incomplete (1 left): user/invoice-bot-debug (AccessDenied: with an explicit deny in a service control policy)';
  await registry.change({ status: 'leaving', principals: { P: { status: 'retiring' } }, trouble: { since: '2026-06-01T00:00:00.000Z', code: 'TeardownIncomplete', message, requestId: 'r' } });
  expectInGuide('nhi retry invoice-bot', await untilAsked(['retry', 'invoice-bot']));
});
