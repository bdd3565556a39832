import { AuditWorld } from './audit-world';
import { digestOf, STACK, WrittenAgents } from './written-agents';
import { AuditReport, Period, REPORT_FORM, takeReport } from '../../../runtime/audit';
import { reportHtml } from '../../../runtime/audit/report/formats/html';
import { SECTION_KINDS } from '../../../runtime/audit/report/sections';
import { liftLeaverLimit, SweepLedger } from '../../../runtime/ledger';
import { tellApproved, tellHeld } from '../../../runtime/sweep/held';
import { tellRegistry } from '../../../runtime/sweep/tell';
import { ORPHAN_ROLE_TYPE } from '../../../src/contract/registry-events';
import { canonicalJson } from '../../../src/core/canonical-json';
import { EVENT_TABLE } from '../../../src/core/event-table';
import { hashEvent } from '../../../src/core/hash-chain';
import { LifecycleEvent } from '../../../src/core/lifecycle-event';
import { FakeSweeper } from '../sweep/sweeping';

jest.mock('../../../runtime/aws/cloudformation/response', () => jest.requireActual<typeof import('../engine/mailbox')>('../engine/mailbox').responsesToMailbox());

const NOW = new Date('2026-12-01T00:00:00Z');
const reporting = { clock: () => NOW, tell: () => undefined };
const period = (from: string, to: string): Period => ({ from: new Date(from), to: new Date(to) });
const Q3 = period('2026-07-01T00:00:00Z', '2026-10-01T00:00:00Z');
const rows = (report: AuditReport, id: string) => report.sections.find((section) => section.id === id)!.rows;
const brief = (report: AuditReport, id: string) => rows(report, id).map(({ agent, what }) => `${agent} ${what}`);

describe('of the engine\'s own events', () => {
  let world: AuditWorld;
  let report: AuditReport;
  beforeAll(async () => {
    world = new AuditWorld();
    await world.story();
    world.pass(20);
    report = await takeReport(world.connection, period('2026-06-01T00:00:00Z', '2026-06-20T00:00:00Z'), { clock: () => world.fake.now, tell: () => undefined });
  });

  test('everything fits, and the population adds up', () => {
    expect(report.differences).toEqual([]);
    expect(report.population).toMatchObject({ atStart: 0, joined: 1, left: 1, atEnd: 0, isBalanced: true });
    expect(report.population).toMatchObject({ knownToEvidence: 1, livingNowInEvidence: 0, livingNowInLedger: 0 });
    expect(REPORT_FORM.parse(report)).toEqual(report);
  });

  test('each event is a row of one section, and each row is of an event or an object that is there', async () => {
    const names = await world.names();
    const eventRows = report.sections.filter(({ id }) => !['population', 'overdue', 'exceptions', 'limits', 'campaigns'].includes(id)).flatMap((section) => section.rows);
    expect(eventRows.map(({ what }) => what).sort()).toEqual([...names].sort());
    for (const { evidence } of report.sections.flatMap((section) => section.rows)) {
      for (const { kind, key, id, sha256, version } of evidence) {
        const text = world.bucket.objects.get(key)!;
        expect(version).not.toBe('');
        expect(kind === 'event' ? JSON.parse(text) : {}).toMatchObject(kind === 'event' ? { id, hash: sha256 } : {});
      }
    }
  });

  test('the leaver has its certificate, which is compared with the event; the campaign its package, by its signature', () => {
    expect(rows(report, 'leavers').map(({ what, facts }) => [what, facts['certificate is'], facts.cause])).toEqual([
      ['left', 'intact', 'removed from its stack'], ['deletion-confirmed', 'intact', 'its roles are deleted'],
    ]);
    expect(rows(report, 'campaigns').map(({ what, facts }) => [what, facts.signature])).toEqual([['campaign-opened', ''], ['campaign-closed', 'fits'], ['campaign-acknowledged', 'fits']]);
    expect(rows(report, 'campaigns')[1].facts.outcomes).toBe('1 reduced, 0 excluded, 0 roles and users of no agent, 0 decided differently by two people');
    expect(rows(report, 'movers')).toMatchObject([{ facts: { 'from stage': 'test', 'to stage': 'production' } }]);
    expect(rows(report, 'reviews').find(({ what }) => what === 'review-decided')!.facts).toMatchObject({ decision: 'keep', services: 'dynamodb', who: 'ada@example.com as sponsor by aws-session', reason: 'It is needed for the monthly closing' });
    expect(rows(report, 'suspensions').map(({ facts }) => facts.reason)).toEqual(['It sends mails that it should not send', 'It was a false alarm, as its logs show']);
  });

  test('what was changed since is named: a certificate, and the package of a campaign', async () => {
    const take = () => takeReport(world.connection, period('2026-06-01T00:00:00Z', '2026-06-20T00:00:00Z'), { clock: () => world.fake.now, tell: () => undefined });
    for (const [part, reason] of [['.part-2.json', 'changed'], ['package.json', 'no signed package'], ['acknowledgements/', 'no signed acknowledgement']] as const) {
      const key = [...world.bucket.objects.keys()].find((one) => one.includes(part))!;
      const before = world.bucket.objects.get(key)!;
      world.rewrite(key, () => '{}');
      expect((await take()).differences).toContainEqual({ what: key, reason: expect.stringContaining(reason) });
      world.rewrite(key, () => before);
    }
    expect((await take()).differences).toEqual([]);
  });

  test('an acknowledgement whose campaign is missing, and a campaign that says no time, are named', async () => {
    const take = () => takeReport(world.connection, period('2026-06-01T00:00:00Z', '2026-06-20T00:00:00Z'), { clock: () => world.fake.now, tell: () => undefined });
    const [objects, keyOf] = [world.bucket.objects, (part: string) => [...world.bucket.objects.keys()].find((one) => one.includes(part))!];
    const manifest = keyOf('2026-q3/manifest.json');
    const [opened, all] = [objects.get(manifest)!, [...objects].filter(([key]) => key.startsWith('campaigns/'))];
    world.rewrite(manifest, (text) => text.replace(/"openedAt":"[^"]*"/, '"openedAt":"soon"'));
    expect((await take()).differences).toContainEqual({ what: manifest, reason: expect.stringContaining('no time') });
    world.rewrite(manifest, () => opened);

    all.forEach(([key]) => world.bucket.forget(key));
    expect((await take()).differences).toEqual([{ what: keyOf('acknowledgements/'), reason: expect.stringContaining('the campaign that it is about is missing') }]);
    all.forEach(([key, text]) => world.bucket.write(key, text));
    expect((await take()).differences).toEqual([]);
  });
});

describe('of a period', () => {
  let agents: WrittenAgents;
  beforeEach(() => (agents = new WrittenAgents()));
  const take = (which = Q3, at = reporting): Promise<AuditReport> => takeReport(agents.connection, which, at);

  test('what is no longer paid is in the rows and added up by currency; what was confirmed outside of the period, or costs nothing that is known, is in no sum', async () => {
    const confirmed = (time: string, cost?: { amount: number; currency: string }) => (
      ['revocation-confirmed', time, { revoker: 'crm', kind: 'http', how: 'verified', ...(cost === undefined ? {} : { noLongerPaid: cost }) }] as const);
    await agents.write('one-bot', [['joined', '2026-01-01T00:00:00Z'], confirmed('2026-06-30T00:00:00Z', { amount: 1000, currency: 'EUR' }), confirmed('2026-07-02T00:00:00Z', { amount: 12.5, currency: 'EUR' }), confirmed('2026-07-03T00:00:00Z')]);
    await agents.write('two-bot', [['joined', '2026-01-01T00:00:00Z'], confirmed('2026-07-02T00:00:00Z', { amount: 40.25, currency: 'EUR' }), confirmed('2026-07-03T00:00:00Z', { amount: 100, currency: 'USD' })]);
    const report = await take();
    expect(rows(report, 'third-parties').map(({ facts }) => facts['no longer paid a month'])).toEqual(['12.50 EUR', '40.25 EUR', '', '100.00 USD']);
    expect(report.noLongerPaid).toEqual({ EUR: 52.75, USD: 100 });
    expect(reportHtml(report)).toContain('52.75 EUR, 100.00 USD a month');
    expect(reportHtml(await take(period('2025-01-01T00:00:00Z', '2025-02-01T00:00:00Z')))).not.toContain('a month</p>');
  });

  test('a cost of another form, in a copy that somebody made, is in no sum', async () => {
    const paid = (cost: unknown) => ['revocation-confirmed', '2026-07-02T00:00:00Z', { revoker: 'crm', noLongerPaid: cost as never }] as const;
    await agents.write('one-bot', [['joined', '2026-01-01T00:00:00Z'], ...[5, '5.00 EUR', { amount: -1, currency: 'EUR' }, { amount: 1e15, currency: 'EUR' }, { amount: 1, currency: '<b>' }, { amount: '1', currency: 'EUR' }, {}, null].map(paid)]);
    expect((await take()).noLongerPaid).toEqual({});
  });

  test('its start belongs to it, and its end does not', async () => {
    await agents.write('early-bot', [['joined', '2026-06-30T23:59:59.999Z']]);
    await agents.write('first-bot', [['joined', '2026-07-01T00:00:00.000Z']]);
    await agents.write('last-bot', [['joined', '2026-09-30T23:59:59.999Z']]);
    await agents.write('next-bot', [['joined', '2026-10-01T00:00:00.000Z']]);

    const report = await take();
    expect(brief(report, 'joiners')).toEqual(['first-bot joined', 'last-bot joined']);
    expect(report.population).toMatchObject({ atStart: 1, joined: 2, left: 0, atEnd: 3, isBalanced: true });
    expect(report.population).toMatchObject({ livingNowInEvidence: 4, livingNowInLedger: 4 });
    expect(rows(report, 'population').map(({ agent, facts }) => [agent, facts['living at the start'], facts['living at the end']])).toEqual([['early-bot', 'yes', 'yes'], ['first-bot', 'no', 'yes'], ['last-bot', 'no', 'yes']]);
    // Two periods after each other count each event once.
    const next = await take(period('2026-10-01T00:00:00Z', '2026-11-01T00:00:00Z'));
    expect(next.population).toMatchObject({ atStart: report.population.atEnd, joined: 1 });
  });

  test.each([['2026-10-01T00:00:00Z', '2026-10-01T00:00:00Z'], ['2026-10-02T00:00:00Z', '2026-10-01T00:00:00Z'], ['2026-10-01T00:00:00Z', '2026-12-01T00:00:01Z']])('%s to %s is refused', async (from, to) => {
    await expect(take(period(from, to))).rejects.toMatchObject({ code: 'PeriodInvalid' });
  });

  test('twin: a period that ends now is allowed, and a registry without agents has empty sections that say where they looked', async () => {
    const report = await take(period('2026-07-01T00:00:00Z', NOW.toISOString()));
    expect(report.sections.every((section) => section.rows.length === 0 && section.source !== '')).toBe(true);
    expect(report.population).toMatchObject({ atStart: 0, atEnd: 0, isBalanced: true, queries: expect.arrayContaining([{ call: 's3:ListObjectVersions of events/111122223333/', calls: 1, found: 0 }]) });
  });

  test('who lived before it is known from the last event that says so', async () => {
    const joined = ['joined', '2026-01-01T00:00:00Z'] as const;
    const left = ['left', '2026-02-01T00:00:00Z'] as const;
    await agents.write('a-bot', [joined, ['orphan-found', '2026-03-01T00:00:00Z']]);
    await agents.write('b-bot', [joined, left, ['deletion-confirmed', '2026-02-01T00:01:00Z'], ['orphan-found', '2026-03-01T00:00:00Z'], ['resumed', '2026-03-02T00:00:00Z']], { inLedger: false });
    await agents.write('c-bot', [joined, left, ['joined', '2026-03-01T00:00:00Z'], ['transition-failed', '2026-03-02T00:00:00Z']]);
    await agents.write('d-bot', [['approval-requested', '2026-03-01T00:00:00Z']], { inLedger: false });
    await agents.write('e-bot', [['adopted', '2026-03-01T00:00:00Z'], ['released', '2026-08-01T00:00:00Z']]);
    await agents.write('f-bot', [joined, ['left', '2026-08-01T00:00:00Z'], ['joined', '2026-08-02T00:00:00Z']]);

    const report = await take();
    expect(report.differences).toEqual([]);
    expect(report.population).toMatchObject({ atStart: 4, joined: 1, left: 2, atEnd: 3, knownToEvidence: 6, livingNowInEvidence: 3 });
    expect(rows(report, 'leavers').map(({ agent, what, facts }) => [agent, what, facts.cause])).toEqual([['e-bot', 'released', 'given back to its owner'], ['f-bot', 'left', 'removed from its stack']]);
  });

  test('reads the events of the period, one event of each other agent, and nothing for what came before', async () => {
    const before = Array.from({ length: 30 }, (_, index) => ['access-changed', `2026-02-01T00:00:${10 + index}Z`] as const);
    const after = Array.from({ length: 30 }, (_, index) => ['access-changed', `2026-11-01T00:00:${10 + index}Z`] as const);
    for (let index = 0; index < 20; index += 1) {
      await agents.write(`old-bot-${index + 10}`, [['joined', '2026-01-01T00:00:00Z'], ...before]);
    }
    await agents.write('busy-bot', [['joined', '2026-01-01T00:00:00Z'], ...before, ['suspended', '2026-08-01T00:00:00Z'], ['resumed', '2026-08-02T00:00:00Z'], ...after]);
    const { result, gets } = await agents.counted(() => take());

    expect(result.population).toMatchObject({ atStart: 21, atEnd: 21, knownToEvidence: 21 });
    // Of the busy one: two of the period, the one before, the first one after, because its copy may be late, and the last one. The search for campaigns reads none.
    expect(gets).toBe(20 + 5);
    expect(result.population.queries).toContainEqual({ call: 's3:GetObjectVersion of copied events', calls: 25, found: 25 });
  });

  test('a copy that was written long after its event is in the period of its event', async () => {
    await agents.write('late-bot', [['joined', '2026-09-01T00:00:00Z'], ['suspended', '2026-09-02T00:00:00Z'], ['resumed', '2026-10-02T00:00:00Z']], { late: 24 * 60 });

    const report = await take();
    expect(brief(report, 'joiners')).toEqual(['late-bot joined']);
    expect(brief(report, 'suspensions')).toEqual(['late-bot suspended']);
  });

  test('an agent that only the ledger has, or only the evidence, is named', async () => {
    await agents.write('known-bot', [['joined', '2026-08-01T00:00:00Z']]);
    await agents.write('hidden-bot', [['joined', '2026-08-01T00:00:00Z']], { inLedger: false });
    await agents.write('invented-bot', [['joined', '2026-08-01T00:00:00Z']]);
    agents.bucket.forget('events/111122223333/invented-bot/000000000001.json');
    await agents.write('revived-bot', [['joined', '2026-01-01T00:00:00Z'], ['left', '2026-08-01T00:00:00Z']], { inLedger: true });

    expect((await take()).differences).toEqual([
      { what: 'hidden-bot', reason: expect.stringContaining('the ledger has it not') },
      { what: 'invented-bot', reason: expect.stringContaining('does not know it') },
      { what: 'revived-bot', reason: expect.stringContaining('says that it has left') },
    ]);
  });

  test('an event that joins while the report is made, and is not copied yet, is no difference', async () => {
    const [joined] = await agents.write('joining-bot', [['joined', '2026-11-30T23:59:59Z']]);
    agents.uncopied('joining-bot', joined, { unsent: true });

    expect((await take()).differences).toEqual([]);
  });

  test('fails to be excused by a state that says for months that an event is not copied yet', async () => {
    const [joined] = await agents.write('ghost-bot', [['joined', '2026-08-01T00:00:00Z']]);
    agents.uncopied('ghost-bot', joined, { unsent: true });

    expect((await take()).differences).toEqual([{ what: 'ghost-bot', reason: expect.stringContaining('does not know it') }]);
  });

  test('events at the end of a chain that the ledger counts and the evidence does not have are named; twin: one that happened just now', async () => {
    const TOLD = [['joined', '2026-08-01T00:00:00Z'], ['suspended', '2026-08-02T00:00:00Z']] as const;
    const [, suspended] = await agents.write('short-bot', TOLD);
    agents.uncopied('short-bot', suspended, { unsent: true });
    const [, now] = await agents.write('busy-bot', [TOLD[0], ['suspended', '2026-11-30T23:59:00Z']]);
    agents.uncopied('busy-bot', now, { unsent: true });

    expect((await take()).differences).toEqual([{ what: 'short-bot', reason: 'the ledger counts 2 events of it, and the evidence has no copy of event 2' }]);
  });

  test.each<[string, (agents: WrittenAgents) => void, RegExp]>([
    ['a copy that was changed', ({ bucket }) => rewrite(bucket, 2, (text) => text.replace('Agent suspended', 'Agent resumed')), /event 2 of broken-bot: its content does not match its hash/],
    ['a copy that is no event', ({ bucket }) => rewrite(bucket, 2, () => 'null'), /no event of its agent/],
    ['a copy that is missing', ({ bucket }) => bucket.forget(KEY(2)), /no copy of event 2/],
    ['a copy with another name', ({ bucket }) => bucket.write('events/111122223333/broken-bot/x.json', '{}'), /no copy of event 4|no event of its agent/],
    ['a copy of another registry\'s agent of the same name', ({ bucket }) => rewrite(bucket, 2, (text) => rehashed(text, { source: '/nhi/others' })), /no event of its agent/],
  ])('%s is named', async (_what, change, reason) => {
    await agents.write('broken-bot', [['joined', '2026-08-01T00:00:00Z'], ['suspended', '2026-08-02T00:00:00Z'], ['resumed', '2026-08-03T00:00:00Z']]);
    expect((await take()).differences).toEqual([]);
    change(agents);

    expect((await take()).differences.map(({ reason: said }) => said).join('\n')).toMatch(reason);
  });

  test.each<[string, object]>([
    ['number of events', { sequence: '1' }], ['list of events that are not copied', { unsent: null, sequence: 2 }], ['declaration', { declared: { exceptions: 7 } }], ['exceptions', { declared: { exceptions: [null] } }],
  ])('a state whose %s somebody gave another form is named, and the rest is reported', async (_what, changes) => {
    await agents.write('odd-bot', [['joined', '2026-08-01T00:00:00Z']]);
    await agents.write('other-bot', [['joined', '2026-08-01T00:00:00Z']]);
    Object.assign((agents.memory.items.get('placement#111122223333#odd-bot|state') as unknown as { state: object }).state, changes);
    const report = await take();

    expect(report.differences).toEqual([{ what: 'odd-bot', reason: expect.stringMatching(/not of the form that the engine writes|no copy of event 2|exceptions in its state are not/) }]);
    expect(brief(report, 'joiners')).toEqual(['odd-bot joined', 'other-bot joined']);
  });

  test('a row of the fleet that is no row keeps nothing from being reported', async () => {
    await agents.write('odd-bot', [['joined', '2026-08-01T00:00:00Z']]);
    const row = agents.memory.items.get('registry|living#111122223333/odd-bot')!;
    agents.memory.items.set('registry|living#111122223333/odd-bot', { ...row, summary: null } as never);

    const report = await take();
    expect([report.differences, brief(report, 'joiners')]).toEqual([[], ['odd-bot joined']]);
  });

  test('the event that says who lived before the period is checked as those of the period are', async () => {
    await agents.write('old-bot', [['joined', '2026-01-01T00:00:00Z'], ['suspended', '2026-02-01T00:00:00Z']]);
    expect((await take()).differences).toEqual([]);
    const key = 'events/111122223333/old-bot/000000000002.json';
    const text = agents.bucket.objects.get(key)!;
    agents.bucket.forget(key);
    agents.bucket.now = new Date('2026-02-01T00:00:00Z');
    agents.bucket.write(key, text.replaceAll('suspended', 'resumed'));

    expect((await take()).differences).toEqual([{ what: key, reason: 'event 2 of old-bot: its content does not match its hash' }]);
  });

  test('the approval of a move is with the move, and another one is not', async () => {
    const used = { digest: 'd'.repeat(64), by: ['li@example.com'] };
    await agents.write('moved-bot', [
      ['joined', '2026-01-01T00:00:00Z'], ['approved', '2026-08-01T00:00:00Z', { digest: used.digest, by: 'li@example.com', relation: 'backup', proof: 'aws-session' }],
      ['approval-used', '2026-08-02T00:00:00Z', used], ['moved', '2026-08-02T00:01:00Z', { fromStage: 'test', cutBeforeGrant: true }], ['moved', '2026-08-03T00:00:00Z', { fromStage: 'production', cutBeforeGrant: true }],
    ]);

    const [first, second] = rows(await take(), 'movers');
    expect(first.facts).toMatchObject({ 'approved by': 'li@example.com', 'approval digest': used.digest, 'old access denied before': 'true' });
    expect(first.evidence.map(({ number }) => number)).toEqual([4, 3, 2]);
    expect(second.facts).toMatchObject({ 'approved by': '', 'approval digest': '' });
  });

  test('a leave by a person differs from one by a stack, and from the registry\'s own', async () => {
    const causes: string[] = [];
    const { facts } = SECTION_KINDS.find(({ id }) => id === 'leavers')!;
    for (const by of [STACK, 'arn:aws:sts::111122223333:assumed-role/operator/ada', 'arn:aws:states:eu-west-1:111122223333:execution:agents-nhi-agenda:1']) {
      causes.push(facts({ name: 'left', by, details: {} } as never).cause);
    }
    expect(causes).toEqual(['removed from its stack', 'by a person, without a deployment', 'by the registry']);
  });

  describe('reviews that were not decided in time', () => {
    const review = (id: string) => ({ review: id, deadline: `${id.slice(0, 8)}15T00:00:00Z`, evidence: '', shown: '' });
    const due = (at: string) => ['review-due', at, review(at)] as const;
    const shown = (agentName: string, at: string): void => {
      agents.bucket.now = new Date(at);
      agents.bucket.write(`reviews/111122223333/${agentName}/1.json`, '{}');
    };
    const joined = ['joined', '2026-01-01T00:00:00Z'] as const;

    test('in time, late, never, and one of which the sweep recorded nothing', async () => {
      await agents.write('good-bot', [joined, due('2026-08-01T00:00:00Z'), ['certified', '2026-08-10T00:00:00Z', review('2026-08-01T00:00:00Z')]]);
      await agents.write('late-bot', [joined, due('2026-08-01T00:00:00Z'), ['review-overdue', '2026-08-15T00:00:00Z', review('2026-08-01T00:00:00Z')], ['certified', '2026-08-20T00:00:00Z', {}]]);
      await agents.write('left-bot', [joined, due('2026-08-01T00:00:00Z'), ['review-overdue', '2026-08-15T00:00:00Z', review('2026-08-01T00:00:00Z')], ['expired', '2026-09-15T00:00:00Z', {}], ['left', '2026-09-15T00:00:00Z', {}]]);
      await agents.write('open-bot', [joined, due('2026-08-01T00:00:00Z'), ['review-overdue', '2026-08-15T00:00:00Z', review('2026-08-01T00:00:00Z')]]);
      await agents.write('silent-bot', [joined, due('2026-08-01T00:00:00Z')]);
      await agents.write('waiting-bot', [joined, ['review-due', '2026-09-20T00:00:00Z', { review: 'x', deadline: '2026-10-04T00:00:00Z' }]]);

      expect(rows(await take(), 'overdue').map(({ agent, what, facts }) => [agent, what, facts['ended by']])).toEqual([
        ['late-bot', 'review-overdue', 'certified'], ['left-bot', 'review-overdue', 'left'], ['open-bot', 'review-overdue', ''], ['silent-bot', 'deadline passed, and no event says so', ''],
      ]);
    });

    test('one that was open before the period is found, at the cost of the events since', async () => {
      const changes = Array.from({ length: 10 }, (_, index) => ['access-changed', `2026-06-20T00:00:${10 + index}Z`] as const);
      await agents.write('open-bot', [joined, due('2026-06-01T00:00:00Z'), ['review-overdue', '2026-06-15T00:00:00Z', review('2026-06-01T00:00:00Z')], ...changes]);
      await agents.write('done-bot', [joined, due('2026-06-01T00:00:00Z'), ['certified', '2026-06-10T00:00:00Z', {}], ...changes]);
      await agents.write('new-bot', [joined, ...changes]);
      shown('open-bot', '2026-06-01T00:00:00Z');
      shown('done-bot', '2026-06-01T00:00:00Z');
      const { result, gets } = await agents.counted(() => take());

      expect(rows(result, 'overdue').map(({ agent, facts }) => [agent, facts.deadline, facts.ended])).toEqual([['open-bot', '2026-06-15T00:00:00Z', 'not at the end of the period']]);
      // Back to the last event about a review; of the agent that nobody was shown, one event.
      expect(gets).toBe(11 + 11 + 1);
    });
  });

  describe('exceptions', () => {
    const exceptions = [{ actions: ['iam:PassRole'], reason: 'It starts the nightly job', until: '2027-01-01T00:00:00Z' }];
    const joined = ['joined', '2026-01-01T00:00:00Z', { access: { exceptions: digestOf(exceptions) } }] as const;

    test('in force now, by the ledger\'s text and the event\'s digest', async () => {
      await agents.write('free-bot', [joined], { declared: { exceptions } });
      expect(rows(await take(), 'exceptions')).toMatchObject([{ agent: 'free-bot', what: 'in force now', facts: { exception: 'iam:PassRole', reason: 'It starts the nightly job', until: '2027-01-01T00:00:00Z' }, evidence: [{ number: 1 }] }]);
    });

    test('in a text that is not the event\'s: a difference, and no row', async () => {
      await agents.write('free-bot', [joined], { declared: { exceptions: [{ ...exceptions[0], reason: 'Approved by the board' }] } });
      const report = await take();
      expect(rows(report, 'exceptions')).toEqual([]);
      expect(report.differences).toEqual([{ what: 'free-bot', reason: expect.stringContaining('exceptions') }]);
    });

    test('that came, went or were renewed in the period', async () => {
      const line = 'exception until 2027-01-01T00:00:00Z: iam:PassRole: It starts: the nightly job';
      await agents.write('free-bot', [['joined', '2026-01-01T00:00:00Z'], ['access-changed', '2026-08-01T00:00:00Z', { widened: [line, 'in test: s3:GetObject on *'], narrowed: [] }],
        ['access-changed', '2026-08-02T00:00:00Z', { widened: [], narrowed: [line] }], ['renewed', '2026-08-03T00:00:00Z', { ended: '2026-08-01T00:00:00Z', until: '2026-12-01T00:00:00Z', reason: 'The closing is late' }]]);

      expect(rows(await take(), 'exceptions').map(({ facts }) => facts)).toEqual([
        { exception: 'added: iam:PassRole', reason: 'It starts: the nightly job', until: '2027-01-01T00:00:00Z' },
        { exception: 'removed: iam:PassRole', reason: 'It starts: the nightly job', until: '2027-01-01T00:00:00Z' },
        { exception: 'a later end after 2026-08-01T00:00:00Z', reason: 'The closing is late', until: '2026-12-01T00:00:00Z' },
      ]);
    });
  });

  test('limits that held agents back, and those that the ledger has now; other failures stand apart', async () => {
    await agents.write('held-bot', [['joined', '2026-01-01T00:00:00Z'], ['transition-failed', '2026-08-01T00:00:00Z', { intent: 'withdraw', code: 'MassLeaverLimit', message: '12 agents leave within an hour, 10 may' }],
      ['transition-failed', '2026-08-02T00:00:00Z', { intent: 'change', code: 'StackNotAtRest', message: 'busy' }]]);
    await agents.write('free-bot', [['joined', '2026-01-01T00:00:00Z'], ['left', '2026-08-03T00:00:00Z', { limitLiftedBy: 'arn:aws:iam::111122223333:user/ops', limitLiftedUntil: '2026-08-03T01:00:00Z' }]]);
    await agents.write('gone-bot', [['joined', '2026-01-01T00:00:00Z'], ['left', '2026-08-03T00:00:00Z']]);
    const sweeps = new SweepLedger(agents.memory.table);
    await sweeps.setHeld({ digest: 'e'.repeat(64), agents: 40, allowed: 5, since: '2026-09-01T00:00:00Z' });
    await sweeps.approve({ digest: 'e'.repeat(64), by: 'arn:aws:iam::111122223333:user/ops', at: '2026-09-02T00:00:00Z', reason: 'The old fleet is replaced' }, NOW);
    await liftLeaverLimit(agents.memory.table, new Date(NOW.getTime() + 60_000), 'arn:aws:iam::111122223333:user/ops');

    const report = await take();
    expect(rows(report, 'limits').map(({ what, facts: { message } }) => [what, message])).toEqual([
      ['transition-failed', '12 agents leave within an hour, 10 may'],
      ['left', 'left while arn:aws:iam::111122223333:user/ops had lifted the limit until 2026-08-03T01:00:00Z'],
      ['sweep-held', '40 agents are held back, 5 would be allowed'], ['sweep-approved', 'The old fleet is replaced'], ['leaver-limit-lifted', expect.stringContaining('lifted until')],
    ]);
    expect(brief(report, 'failures')).toEqual(['held-bot transition-failed']);
    expect(rows(report, 'limits').slice(0, 3).map(({ evidence: [{ kind }] }) => kind)).toEqual(['event', 'event', 'ledger']);
    expect(rows(report, 'limits').at(-1)?.by).toBe('arn:aws:iam::111122223333:user/ops');
    expect(brief(report, 'leavers')).toEqual(['free-bot left', 'gone-bot left']);
  });

  test('what sweeps held back, its approval and roles of no agent rest on the evidence; what somebody else wrote there is a difference', async () => {
    const { sweeper, bucket } = new FakeSweeper(agents.memory, { now: () => new Date('2026-09-01T00:00:00Z') });
    await tellHeld(sweeper, ['111122223333/one-bot end'], 0);
    const [{ digest }] = [(await sweeper.sweeps.held())!];
    const approval = { digest, by: 'arn:aws:iam::111122223333:user/ops', at: '2026-09-02T00:00:00Z', reason: 'The old fleet is replaced' };
    await tellApproved(sweeper, approval, 1);
    await sweeper.sweeps.approve(approval, NOW);
    await tellRegistry(sweeper, { type: ORPHAN_ROLE_TYPE, id: 'AROAORPHAN', time: '2026-09-03T00:00:00Z', data: { roleId: 'AROAORPHAN', roleArn: 'arn:aws:iam::111122223333:role/agents/by-hand', createdAt: '2026-08-01T00:00:00Z' } });
    await tellRegistry(sweeper, { type: ORPHAN_ROLE_TYPE, id: 'AROALATER', time: '2027-09-03T00:00:00Z', data: { roleId: 'AROALATER', roleArn: 'arn:aws:iam::111122223333:role/agents/later', createdAt: '2026-08-01T00:00:00Z' } });
    bucket.objects.forEach((text, key) => agents.bucket.write(key, text));

    const report = await take();
    expect(report.differences).toEqual([]);
    expect(rows(report, 'limits').map(({ what, by, evidence: [{ kind }] }) => [what, by, kind])).toEqual([['sweep-held', '', 'object'], ['sweep-approved', approval.by, 'object']]);
    expect(rows(report, 'drift').map(({ what, facts: { found } }) => [what, found])).toEqual([['orphan-found', expect.stringContaining('role/agents/by-hand')]]);

    const [key, text] = [...bucket.objects][0];
    agents.bucket.forget(key);
    agents.bucket.write(key, text.replace('2026-09-01', '2026-08-31'));
    agents.bucket.write('registry-events/111122223333/other.json', text);
    agents.bucket.write('registry-events/111122223333/text.json', 'no event');
    const changed = await take();
    expect(changed.differences.map(({ what }) => what)).toEqual([key, 'registry-events/111122223333/other.json', 'registry-events/111122223333/text.json']);
    // The ledger still knows of it.
    expect(rows(changed, 'limits').map(({ what, evidence: [{ kind }] }) => [what, kind])).toEqual([['sweep-held', 'ledger'], ['sweep-approved', 'object']]);
  });
});

test('each kind of event has a section', () => {
  const covered = new Set(SECTION_KINDS.flatMap(({ events }) => events));
  // A missed review has rows of its own.
  expect(Object.keys(EVENT_TABLE).filter((name) => !covered.has(name as never))).toEqual(['review-overdue']);
});

const KEY = (number: number): string => `events/111122223333/broken-bot/${String(number).padStart(12, '0')}.json`;
/** The event with changed members, and the hash that fits them. */
function rehashed(text: string, changes: object): string {
  const { hash: _hash, ...event } = { ...JSON.parse(text) as LifecycleEvent, ...changes };
  return canonicalJson({ ...event, hash: hashEvent(event) });
}

function rewrite(bucket: WrittenAgents['bucket'], number: number, change: (text: string) => string): void {
  const text = bucket.objects.get(KEY(number))!;
  bucket.forget(KEY(number));
  bucket.now = new Date('2026-08-02T00:00:00Z');
  bucket.write(KEY(number), change(text));
}
