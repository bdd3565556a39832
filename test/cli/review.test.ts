import { OPERATOR, Registry } from './registry';
import { textOfShown } from '../../runtime/certification';
import { putOnce } from '../../runtime/evidence/write-once';
import { OpenReview } from '../../runtime/model/review';

const WHY = ['--reason', 'It is needed for the monthly closing'];
const BUCKET = 'agents-nhi-evidence-111122223333-eu-west-1';
const item = (service: string, changes = {}) => ({
  service, digest: service, hasFindings: false, declared: [{ actions: [`${service}:Get`], resources: ['*'] }], granted: [{ actions: [`${service}:Get`], resources: ['*'] }], use: { verdict: 'used', evidence: 'last used at noon' }, denied: [], findings: [], notDeclared: [], notGranted: [], ...changes,
});
const { text, sha256 } = textOfShown({
  kind: 'nhi-review',
  stage: 'test',
  purpose: 'Matches \u001b[31minvoices',
  takenAt: '2026-06-01T00:00:00Z',
  items: [item('s3', { use: { verdict: 'unused', evidence: 'no use' }, findings: ['unused', 'wider-than-peers'], peers: { having: 1, of: 40 }, hasFindings: true }), item('sqs', { granted: [{ actions: ['sqs:Purge'], resources: ['*'], source: 'attached policy x' }], notDeclared: ['sqs:Purge'], notGranted: ['sqs:Send'] })],
  declared: [{ stage: 'production', digest: 'x', text: 'differs', grants: [] }, { stage: 'test', digest: 'x', text: 'known', grants: [{ actions: ['s3:Get', 'sqs:Get'], resources: ['<Files.Arn>'] }] }],
  attached: ['arn:aws:iam::aws:policy/AdministratorAccess'],
  unread: [{ what: 'policy of arn:aws:s3:::files', reason: 'AccessDenied: no \u001b[31m' }],
  signals: [{ source: 'live compute', verdict: 'unused', evidence: 'nothing holds the role' }],
  cost: { from: '2026-05-02', to: '2026-06-01', readAt: '', amount: 3.5, unit: 'USD' },
  construct: 'Billing/InvoiceBot',
} as never);
const OPEN: OpenReview = {
  id: '2026-06-01T00:00:00Z',
  causes: ['interval'],
  deadline: '2026-06-15T00:00:00Z',
  shown: { key: 'reviews/x.json', sha256, at: '2026-06-01T00:00:00Z', declaration: 'd', items: ['s3', 'sqs'].map((service) => ({ service, digest: service, hasFindings: false })) },
  decisions: [{ verdict: 'keep', items: { s3: 's3' }, by: 'ada@example.com', relation: 'sponsor', at: '2026-06-01T01:00:00Z' }],
};

let registry: Registry;
beforeEach(async () => {
  registry = new Registry();
  await registry.join();
  registry.looks = [{ status: 'SUCCEEDED', output: JSON.stringify({ answered: 'SUCCESS' }) }];
});

async function opened(stored = text): Promise<void> {
  await registry.change({ review: { open: OPEN } });
  await putOnce(registry.bucket.s3, BUCKET, OPEN.shown.key, stored);
}

test('lists what is to be decided, and nothing else', async () => {
  expect((await registry.nhi('review', 'list')).output).toBe('no open reviews\n');
  await opened();
  expect((await registry.nhi('review', 'list')).output).toMatch(/^agent +stage +sponsor +deadline +state\ninvoice-bot +test +ada@example.com +2026-06-15T00:00:00Z +open\n$/);
  expect(JSON.parse((await registry.nhi('review', 'list', '--json')).output)).toMatchObject([{ agentName: 'invoice-bot', review: { missed: false } }]);
});

test('shows three columns, what differs, and what is decided; nothing moves the cursor', async () => {
  await opened();
  const { output } = await registry.nhi('review', 'show', 'invoice-bot');

  for (const line of [
    `shown       ${sha256}@2026-06-01T00:00:00.000Z`, 'you are     sponsor', 's3 (decided)', '  FINDING   declared and not used', '  FINDING   granted and not declared: sqs:Purge', '  FINDING   declared and not granted: sqs:Send',
    'declared in production: NOT SHOWN, because the text in the template is not what was declared to the registry', '  arn:aws:iam::aws:policy/AdministratorAccess',
    'construct   Billing/InvoiceBot', 'use         live compute: unused, nothing holds the role', 'cost        from 2026-05-02 to 2026-06-01: 3.5 USD',
    '  peers     1 of 40 other agents in this stage declare it', '  FINDING   wider than its peers of the stage', '  granted   sqs:Purge on *, by attached policy x',
    '  policy of arn:aws:s3:::files: AccessDenied: no  [31m',
    'decision    keep s3 by ada@example.com (sponsor) at 2026-06-01T01:00:00Z', 'undecided   sqs',
  ]) {
    expect(output).toContain(`${line}\n`);
  }
  expect(output).not.toContain('\u001b');
  expect(JSON.parse((await registry.nhi('review', 'show', 'invoice-bot', '--json')).output)).toMatchObject({ undecided: ['sqs'], mayDecideAs: 'sponsor', shown: { stage: 'test' } });
});

test('refuses to show what the engine did not store', async () => {
  await opened(`${text} `);
  expect(await registry.nhi('review', 'show', 'invoice-bot')).toMatchObject({ failure: 'EvidenceChanged' });
});

test('says who may not decide', async () => {
  await opened();
  registry.userId = 'AROA000000000099:eve@example.com';
  expect((await registry.nhi('review', 'show', 'invoice-bot')).output).toContain('you are     nobody who may decide\n');
});

test('asks the engine with the own id, after it said what the decision means', async () => {
  await opened();
  const { exitCode, progress } = await registry.nhi('review', 'decide', 'invoice-bot', 'keep', '--items', 'sqs, s3', '--shown', sha256, ...WHY);

  expect(exitCode).toBe(0);
  expect(registry.requests()).toEqual([expect.objectContaining({
    requestId: expect.stringMatching(/^operator-review-AROA000000000099:ada@example\.com![0-9a-f]{32}$/),
    origin: { kind: 'operator', arn: OPERATOR },
    intent: { kind: 'review', reviewId: OPEN.id, shown: sha256, shownAt: expect.any(String), verdict: 'keep', items: ['sqs', 's3'], reason: WHY[1] },
  })]);
  expect(progress).toContain('agent invoice-bot in account 111122223333: keep sqs, s3\n');
  expect(progress).toContain('in your name: "I have looked at');
});

test('a reduction shows the change of the code before it is asked for', async () => {
  await opened();
  const { progress } = await registry.nhi('review', 'decide', 'invoice-bot', 'reduce', '--actions', 'sqs', '--shown', sha256, ...WHY);
  expect(progress).toContain('  In the code of Billing/InvoiceBot:\n    accessIn(test), on <Files.Arn>\n  -   sqs:Get\n      s3:Get\n');
  expect(progress).toContain('sqs:Purge is allowed by attached policy x: remove it there');
});

test('a person at a terminal is asked, and may say no', async () => {
  await opened();
  const decide = ['review', 'decide', 'invoice-bot', 'reduce', '--actions', 's3,sqs:SendMessage', ...WHY];

  expect(await registry.run(decide, 'n')).toMatchObject({ failure: 'Declined' });
  expect(registry.requests()).toEqual([]);
  await registry.run(decide, 'y');
  expect(registry.requests()).toMatchObject([{ intent: { verdict: 'reduce', actions: ['s3', 'sqs:SendMessage'] } }]);
});

test.each([
  ['a script that names nothing that it looked at', ['keep', ...WHY], undefined, 'commander.error'],
  ['something else than is shown now', ['keep', '--shown', 'f'.repeat(64), ...WHY], undefined, 'ReviewChanged'],
  ['something that nothing prints', ['keep', '--shown', 'f'.repeat(63), ...WHY], undefined, 'ShownInvalid'],
  ['a delegation, which has a command of its own', ['delegate', '--to', 'eve@example.com', ...WHY], undefined, 'commander.invalidArgument'],
  ['no reason', ['keep', '--shown', sha256], undefined, 'commander.missingMandatoryOptionValue'],
  ['something that can\'t be decided', ['forget', '--shown', sha256, ...WHY], undefined, 'commander.invalidArgument'],
])('fails for %s', async (_what, words, _none, failure) => {
  await opened();
  expect(await registry.nhi('review', 'decide', 'invoice-bot', ...words)).toMatchObject({ failure });
  expect(registry.requests()).toEqual([]);
});

test('without an open review only what was denied can be given back', async () => {
  await registry.change({ review: { certifiedAt: '2026-06-01T00:00:00Z' }, reduction: { denied: [{ action: 's3:*', by: 'ada@example.com', at: '2026-06-01T00:00:00Z' }], effects: {} } });
  expect(await registry.nhi('review', 'decide', 'invoice-bot', 'keep', '--shown', sha256, ...WHY)).toMatchObject({ failure: 'ReviewClosed' });
  expect((await registry.nhi('review', 'show', 'invoice-bot')).output).toContain('denied by reviews\n  s3:* by ada@example.com at 2026-06-01T00:00:00Z\nno open review\n');
  await registry.nhi('review', 'decide', 'invoice-bot', 'restore', '--actions', 's3', ...WHY);
  expect(registry.requests()).toMatchObject([{ intent: { verdict: 'restore', reviewId: '', actions: ['s3'] } }]);
});

test('a delegate is named and the delegation ended, with the own id; delegates are shown', async () => {
  expect(await registry.nhi('review', 'delegate', 'invoice-bot', 'Eve@example.com', '--until', '2026-08-31', '--yes', ...WHY)).toMatchObject({ exitCode: 0 });
  await registry.nhi('review', 'delegate', 'invoice-bot', 'eve@example.com', '--end', '--yes', ...WHY);
  expect(registry.requests()).toMatchObject([
    { requestId: expect.stringMatching(/^operator-review-AROA000000000099:ada@example\.com!/), intent: { verdict: 'delegate', to: 'eve@example.com', until: '2026-09-01T00:00:00Z', reason: WHY[1] } },
    { intent: { verdict: 'end-delegation', to: 'eve@example.com' } },
  ]);
  await registry.change({ delegations: [{ to: 'eve@example.com', by: 'ada@example.com', since: '2026-05-01T00:00:00Z', until: '2099-01-01T00:00:00Z' }] });
  expect((await registry.nhi('review', 'show', 'invoice-bot')).output).toContain('delegate    eve@example.com until 2099-01-01T00:00:00Z, named by ada@example.com\n');
});

test.each([
  ['no end', ['eve@example.com', ...WHY]],
  ['both ends', ['eve@example.com', '--until', '2026-08-31', '--end', ...WHY]],
  ['no address', ['eve', '--end', ...WHY]],
  ['no instant', ['eve@example.com', '--until', 'soon', ...WHY]],
  ['no reason', ['eve@example.com', '--end']],
])('no delegate is named with %s', async (_what, words) => {
  expect(await registry.nhi('review', 'delegate', 'invoice-bot', '--yes', ...words)).toMatchObject({ failure: expect.any(String) });
  expect(registry.requests()).toEqual([]);
});

test('of two people who decide independently each sees the own decision only', async () => {
  await opened();
  await registry.change({ review: { open: { ...OPEN, second: { at: '2026-06-01T02:00:00Z' }, decisions: [...OPEN.decisions, { ...OPEN.decisions[0], by: 'li@example.com', relation: 'backup', items: { sqs: 'sqs' } }] } } });
  const { output } = await registry.nhi('review', 'show', 'invoice-bot');
  expect(output).toContain('decision    keep s3 by ada@example.com');
  expect(output).toContain('two people decide independently');
  expect(output).toMatch(/s3 \(decided\)\n[^]*undecided   sqs\n/);
  expect(output).not.toContain('li@example.com (backup)');
  registry.userId = 'AROA000000000099:pat@example.com';
  expect((await registry.nhi('review', 'show', 'invoice-bot', '--json')).output).not.toContain('"by": "ada@example.com"');
});

test('what was looked at has the time with it, which the decision records', async () => {
  await opened();
  const keep = ['review', 'decide', 'invoice-bot', 'keep', '--items', 'sqs', ...WHY];
  await registry.nhi(...keep, '--shown', `${sha256}@2026-05-31T23:50:00.000Z`);
  expect(registry.requests()).toMatchObject([{ intent: { shownAt: '2026-05-31T23:50:00.000Z' } }]);
  expect(await registry.nhi(...keep, '--shown', `${sha256}@yesterday`)).toMatchObject({ failure: 'ShownInvalid' });
});

test('the engine\'s refusal is the command\'s failure', async () => {
  await opened();
  registry.looks = [{ status: 'SUCCEEDED', output: JSON.stringify({ answered: 'FAILED', code: 'ReviewerInvalid', message: 'not you' }) }];
  expect(await registry.nhi('review', 'decide', 'invoice-bot', 'leave', '--shown', sha256, ...WHY)).toMatchObject({ failure: 'ReviewerInvalid' });
});
