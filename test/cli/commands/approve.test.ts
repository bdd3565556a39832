import { AskedApproval } from '../../../runtime/model/approval';
import { Declared } from '../../../runtime/model/placement-state';
import { declaredFor, NOW, PLACEMENT } from '../../runtime/engine/decision/requests';
import { OPERATOR, Registry } from '../registry';

const WHY = ['--reason', 'The tests of the quarter are done'];
const DIGEST = 'c'.repeat(64);
const SEEN = ['--digest', DIGEST, '--yes', ...WHY];
const grants = [{ actions: ['sqs:SendMessage'], resources: ['<Payments.Arn>'] }];
const IN_PRODUCTION = declaredFor('Q', { access: { ...declaredFor('Q').access!, stages: [{ stage: 'production', digest: 'd', grants, omitted: 0 }] } });
const ASKED: AskedApproval<Declared> = {
  digest: DIGEST, declared: IN_PRODUCTION, stackName: 'InvoiceBot', at: NOW.toISOString(), persons: 1, requesters: ['eve@example.com'], approvals: [],
};

let registry: Registry;
beforeEach(async () => {
  registry = new Registry();
  registry.looks = [{ status: 'SUCCEEDED', output: JSON.stringify({ answered: 'SUCCESS' }) }];
});

async function asked(changes: Partial<AskedApproval<Declared>> = {}): Promise<void> {
  await registry.join();
  await registry.change({ approval: { ...ASKED, ...changes } });
}

test('shows what is granted, then approves in the caller\'s own name', async () => {
  await asked();
  const { exitCode, progress } = await registry.nhi('approve', 'invoice-bot', ...SEEN);

  expect(exitCode).toBe(0);
  for (const line of [
    'agent invoice-bot in account 111122223333: approve its move from test to production', '  + in production: sqs:SendMessage on <Payments.Arn>', '  - in production: dynamodb:GetItem, dynamodb:Query on <Invoices.Arn>', '  asked for by eve@example.com', `  digest ${DIGEST}`, '  in your name: "I have looked at what the agent will be granted.',
  ]) {
    expect(progress).toContain(line);
  }
  expect(registry.requests()).toEqual([expect.objectContaining({
    requestId: expect.stringMatching(/^operator-approve-AROA000000000099:ada@example\.com![0-9a-f]{32}$/),
    origin: { kind: 'operator', arn: OPERATOR },
    intent: { kind: 'approve', digest: DIGEST, verdict: 'approve', reason: WHY[1] },
  })]);
});

test.each<[string, Partial<AskedApproval<Declared>>, string]>([
  ['given', { approvals: [{ by: 'ada@example.com', relation: 'sponsor', at: 'then', until: '2026-06-08T00:00:00Z' }] }, `approved by ada@example.com until 2026-06-08T00:00:00Z\nagent invoice-bot can be deployed to production once, with exactly ${DIGEST}\n`],
  ['given by one of two', { persons: 2, approvals: [{ by: 'ada@example.com', relation: 'sponsor', at: 'then', until: '2026-06-08T00:00:00Z' }] }, 'approved by ada@example.com until 2026-06-08T00:00:00Z\n1 more must approve\n'],
])('says what is left after it was %s', async (_what, changes, output) => {
  await asked(changes);
  expect((await registry.nhi('approve', 'invoice-bot', ...SEEN)).output).toBe(output);
});

test('declines', async () => {
  await asked();
  expect((await registry.nhi('approve', 'invoice-bot', '--decline', '--digest', DIGEST, '--yes', ...WHY)).progress).toContain('decline its move');
  expect(registry.requests()).toMatchObject([{ intent: { verdict: 'decline' } }]);
});

test('approves the join of an agent that the ledger doesn\'t know yet', async () => {
  const { ledger } = registry;
  await ledger.commit(PLACEMENT, undefined, { approval: ASKED }, [], { registry: 'agents', actor: 'test', time: NOW });
  const { progress, exitCode } = await registry.nhi('approve', 'invoice-bot', ...SEEN);

  expect([exitCode, progress?.includes('approve its join in production')]).toEqual([0, true]);
  expect(registry.requests()).toHaveLength(1);
  expect((await registry.nhi('list')).output).toBe('no agents\n');
  expect(await registry.nhi('show', 'invoice-bot')).toMatchObject({ failure: 'AgentUnknown' });
});

test.each<[string, string[], Partial<AskedApproval<Declared>>, string]>([
  ['another digest than the one that waits', ['--digest', 'f'.repeat(64), '--yes', ...WHY], {}, 'ApprovalOutdated'],
  ['a script that names no digest', ['--yes', ...WHY], {}, 'commander.error'],
  ['half a digest', ['--digest', 'abc', ...WHY], {}, 'commander.invalidArgument'],
  ['no reason', ['--digest', DIGEST, '--yes'], {}, 'commander.missingMandatoryOptionValue'],
  ['what was declined', SEEN, { declined: { by: 'li@example.com', at: 'then', reason: 'No' } }, 'NothingToApprove'],
])('fails for %s', async (_what, words, changes, failure) => {
  await asked(changes);
  expect(await registry.nhi('approve', 'invoice-bot', ...words)).toMatchObject({ failure });
  expect(registry.requests()).toEqual([]);
});

test('fails when nothing waits, and when the engine refuses', async () => {
  await registry.join();
  expect(await registry.nhi('approve', 'invoice-bot', ...SEEN)).toMatchObject({ failure: 'NothingToApprove' });
  await registry.change({ approval: ASKED });
  registry.looks = [{ status: 'SUCCEEDED', output: JSON.stringify({ answered: 'FAILED', code: 'OwnApproval', message: 'not you' }) }];
  expect(await registry.nhi('approve', 'invoice-bot', ...SEEN)).toMatchObject({ failure: 'OwnApproval' });
});

test('asks for an approval in the caller\'s own name; nhi show says what waits', async () => {
  await asked();
  const { progress, output } = await registry.nhi('request-approval', 'invoice-bot', '--stage', 'production', ...WHY, '--yes');

  expect(progress).toContain('ask its sponsor to approve its move from test to production');
  expect(registry.requests()).toMatchObject([{ requestId: expect.stringMatching(/^operator-request-approval-AROA000000000099:ada@example\.com!/), intent: { kind: 'request-approval', stage: 'production', reason: WHY[1] } }]);
  expect(output).toContain(`approval    for production, asked for at ${NOW.toISOString()} by eve@example.com: 0 of 1\n  digest    ${DIGEST}\n`);
  expect(await registry.nhi('request-approval', 'invoice-bot', ...WHY)).toMatchObject({ failure: 'commander.missingMandatoryOptionValue' });
  expect(await registry.nhi('request-approval', 'no-bot', '--stage', 'production', ...WHY)).toMatchObject({ failure: 'AgentUnknown' });
});
