import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AuditReport, REPORT_FORM } from '../../../runtime/audit';
import { TeardownRecord } from '../../../runtime/google/proof';
import { readCsv } from '../../../src/core/csv';
import { hashEvent } from '../../../src/core/hash-chain';
import { LifecycleEvent } from '../../../src/core/lifecycle-event';
import { Folders } from '../audit/audit-world';
import { BUCKET, Ended, Life } from '../google/life';

const FROM = '2026-10-01';
const AGENT = 'acme-agents/invoice-bot';
const named = (folder: string, number: number) => `${folder}/${AGENT}/${String(number).padStart(12, '0')}.json`;

const folders = new Folders();
afterAll(() => folders.remove());

/** An agent that joined, moved, got another sponsor and left, and one that joined in another project and stayed. */
async function fleet(): Promise<Life> {
  const life = new Life();
  await life.join();
  await life.record({ project: 'acme-mail', agentName: 'mail-bot', accountEmail: 'mail-bot@acme-mail.iam.gserviceaccount.com', accountUniqueId: '77' });
  life.pass(1);
  await life.teardown('production');
  life.deleteAccount();
  life.make('production');
  await life.join();
  life.pass(1);
  await life.join({ sponsorId: 'li.chen@example.com', sponsor: { id: 'li.chen@example.com', accountableName: 'Li Chen', backupEmail: 'ada.park@example.com' }, purpose: 'Pays invoices' });
  life.pass(1);
  await life.teardown();
  life.deleteAccount();
  await life.leave();
  life.pass(1);
  return life;
}

const report = async (life: Life, ...words: string[]): Promise<AuditReport & { readonly code: number }> => {
  const { out, code } = await life.nhi('--json', 'report', '--from', FROM, ...words);
  return { ...JSON.parse(out) as AuditReport, code };
};
const section = (found: AuditReport, id: string) => found.sections.find((one) => one.id === id)!;
const rows = (found: AuditReport, id: string) => section(found, id).rows;
function change<T extends object>({ google }: Life, name: string, changed: (object: T) => object | undefined): void {
  google.objects.tamper(BUCKET, name, changed(google.objects.find(BUCKET, name) as T), google.now);
}

test('has the form of a report, names its registry, and the population adds up: exit code 0', async () => {
  const { code, ...found } = await report(await fleet());

  expect(REPORT_FORM.parse(found)).toEqual(found);
  expect([code, found.differences]).toEqual([0, []]);
  expect(found).toMatchObject({ registry: `gs://${BUCKET}`, account: '', region: '', bucket: BUCKET });
  expect(found.population).toMatchObject({ atStart: 0, joined: 2, left: 1, atEnd: 1, isBalanced: true });
  expect(found.population).toMatchObject({ knownToEvidence: 2, livingNowInEvidence: 1, livingNowInLedger: 1 });
  expect(found.population.again).toBe('nhi report --google-registry gs://acme-agents-agents-registry --from 2026-10-01T00:00:00.000Z --to 2026-10-05T00:00:00.000Z');
  expect(found.population.queries).toContainEqual({ call: 'storage.objects.list of events/', calls: 3, found: 5 });
  expect(found.population.queries).toContainEqual({ call: 'storage.objects.get of events/', calls: 5, found: 5 });
});

test('each row has what happened, who caused it, and the object and generation that it rests on', async () => {
  const life = await fleet();
  const found = await report(life);

  expect(rows(found, 'joiners').map(({ agent, by, facts }) => [agent, by, facts])).toEqual([
    [AGENT, 'terraform:own', {
      'purpose': 'Matches invoices', 'sponsor': 'ada.park@example.com', 'end': '2027-04-01T00:00:00Z', 'stack': 'terraform:own', 'approved by': '',
    }],
    ['acme-mail/mail-bot', 'terraform:own', expect.objectContaining({ purpose: '', sponsor: 'ada.park@example.com' })],
  ]);
  expect(rows(found, 'movers')).toMatchObject([{ agent: AGENT, stage: 'production', facts: { 'from stage': 'test', 'to stage': 'production' } }]);
  expect(rows(found, 'changes').map(({ facts }) => facts.change)).toEqual(['to li.chen@example.com']);
  expect(rows(found, 'leavers')).toMatchObject([{
    agent: AGENT, facts: { 'cause': 'removed from its stack', 'certificate is': 'intact', 'certificate': named('certificates', 4) },
  }]);
  const [event] = rows(found, 'leavers')[0].evidence;
  const [left] = life.objects<LifecycleEvent>(named('events', 4)).map(([, one]) => one);
  expect(event).toEqual({ kind: 'event', key: named('events', 4), version: `${Date.parse(left.time)}000`, id: left.id, number: 4, sha256: left.hash });
  for (const { key, version } of found.sections.flatMap((one) => one.rows).flatMap(({ evidence }) => evidence)) {
    expect(life.objects(key)).toHaveLength(1);
    expect(version).toMatch(/^\d+$/);
  }
});

test('suspensions are rows, with reason and who asked', async () => {
  const life = new Life();
  await life.join();
  expect((await life.nhi('suspend', 'invoice-bot', '--reason', 'Its key was seen in a public place', '--yes')).code).toBe(0);
  life.pass(1);

  const found = await report(life);
  expect(rows(found, 'suspensions').map(({ what, by, facts }) => [what, by, facts.reason])).toEqual([
    ['suspended', found.takenBy, 'Its key was seen in a public place'], ['suspension-completed', found.takenBy, ''],
  ]);
});

test('a section that a registry on Google records nothing of says so, and is not one in which nothing happened', async () => {
  const life = await fleet();
  const found = await report(life);
  const nothing = found.sections.filter(({ source }) => source.startsWith('nothing: ')).map(({ id }) => id);

  expect(nothing).toEqual(['approvals', 'reviews', 'overdue', 'exceptions', 'limits', 'unused', 'drift', 'failures', 'campaigns']);
  expect(section(found, 'suspensions')).toMatchObject({ rows: [], source: expect.stringMatching(/^events suspended, .* of all agents$/) });
  const { out: page } = await life.nhi('report', '--from', FROM);
  expect(page).toContain(`<h1>Agents of registry gs://${BUCKET}, 2026-10-01 to 2026-10-05</h1>`);
  expect(page).toContain('All projects of the registry. From');
  expect(page).toContain('<p>Not recorded: a registry on Google has no reviews.</p>');
  expect(page).toContain('Reviews and decisions (not recorded)');
  expect(page).toContain('<p>None in this period. Looked at: events suspended, ');
  expect(page).not.toContain('Reviews on time');
  expect(page).toContain('1 by nhi list, because there is no ledger');
});

test('CSV has the same rows, and says of each file where its rows were looked for', async () => {
  const life = await fleet();
  const folder = folders.next('csv');
  expect((await life.nhi('report', '--from', FROM, '--format', 'csv', '--output', folder)).code).toBe(0);

  const cells = (name: string) => readCsv(readFileSync(join(folder, name), 'utf8')).map((record) => record.cells);
  expect(cells('leavers.csv')[1]).toEqual(expect.arrayContaining([AGENT, 'intact', named('events', 4)]));
  expect(cells('summary.csv')).toContainEqual(['looked at for reviews.csv', 'nothing: a registry on Google has no reviews']);
});

test('of one project only its agents', async () => {
  const found = await report(await fleet(), '--google-project', 'acme-mail');

  expect(found).toMatchObject({ account: 'acme-mail', population: { joined: 1, knownToEvidence: 1, again: expect.stringContaining('--google-project acme-mail') } });
  expect(rows(found, 'joiners').map(({ agent }) => agent)).toEqual(['acme-mail/mail-bot']);
});

test('periods that follow each other count each event once, also one that a machine with a wrong clock recorded', async () => {
  const life = new Life();
  await life.join();
  // The machine of the next deployment is two days ahead of Google.
  const { now } = life.google;
  life.pass(3);
  await life.join({ sponsorId: 'li.chen@example.com' });
  const [name, ahead] = life.objects<LifecycleEvent>('events/')[1];
  life.google.objects.tamper(BUCKET, name, ahead, now);
  life.pass(10);

  const [first, second] = [await report(life, '--to', '2026-10-04'), await report(life, '--from', '2026-10-04')];
  expect([first, second].map((found) => rows(found, 'changes').length)).toEqual([0, 1]);
  expect([first.population, second.population]).toMatchObject([{ atStart: 0, joined: 1, atEnd: 1 }, { atStart: 1, joined: 0, atEnd: 1 }]);
});

const rehashed = (event: LifecycleEvent, changes: object) => ({ ...event, ...changes, hash: hashEvent({ ...event, ...changes }) });

test.each<[string, (life: Life) => void, { readonly what: string; readonly reason: RegExp }]>([
  ['a changed certificate', (life) => change(life, named('certificates', 4), (object) => ({ ...object, by: 'eve' })), { what: named('certificates', 4), reason: /the certificate is changed/ }],
  ['a removed certificate', (life) => change(life, named('certificates', 4), () => undefined), { what: named('certificates', 4), reason: /the certificate is missing/ }],
  ['one more certificate', (life) => life.google.objects.tamper(BUCKET, named('certificates', 9), { kind: 'decommission-certificate' }), { what: named('certificates', 9), reason: /nothing in the chain/ }],
  ['a changed record of a teardown', (life) => change<TeardownRecord>(life, named('teardowns', 2), (record) => ({ ...record, wipers: [] })), { what: named('teardowns', 2), reason: /it is changed/ }],
  ['a changed event', (life) => change<LifecycleEvent>(life, named('events', 2), (event) => ({ ...event, time: '2026-10-02T12:00:00.000Z' })), { what: named('events', 2), reason: /does not match its hash/ }],
  ['an event and its hash', (life) => change<LifecycleEvent>(life, named('events', 2), (event) => rehashed(event, { id: 'x' })), { what: named('events', 3), reason: /does not follow/ }],
  ['an event of another registry', (life) => change<LifecycleEvent>(life, named('events', 4), (event) => rehashed(event, { source: '/nhi/others' })), { what: named('events', 4), reason: /no event of its agent/ }],
  ['an event of another program', (life) => change<LifecycleEvent>(life, named('events', 4), (event) => rehashed(event, { source: '/abc/agents' })), { what: named('events', 4), reason: /no event of its agent/ }],
  ['a removed event', (life) => change(life, named('events', 1), () => undefined), { what: named('events', 2), reason: /no copy of event 1/ }],
  ['no JSON', (life) => life.google.objects.tamper(BUCKET, named('events', 2), 'garbage'), { what: named('events', 2), reason: /no event of its agent/ }],
])('%s is a difference, with exit code 2', async (_what, tamper, { what, reason }) => {
  const life = await fleet();
  tamper(life);
  const found = await report(life);

  expect(found.differences).toContainEqual({ what, reason: expect.stringMatching(reason) });
  expect(new Set(found.differences.map((one) => one.what)).size).toBe(found.differences.length);
  expect(found.code).toBe(2);
});

test('a chain that was removed except for its certificate is a difference: the agent is not silently missing', async () => {
  const life = await fleet();
  [1, 2, 3, 4].forEach((number) => change(life, named('events', number), () => undefined));
  const found = await report(life);

  expect(found.differences.map(({ what }) => what)).toContain(named('certificates', 4));
  expect([found.code, found.population.knownToEvidence]).toEqual([2, 1]);
});

test('an agent that leaves while it is read is no difference', async () => {
  const life = await fleet();
  const name = named('events', 4);
  const left = life.google.objects.find(BUCKET, name);
  change(life, name, () => undefined);
  const { calls } = life.google;
  // The event is written after the folder of events was listed, and before the second look.
  const push = calls.push.bind(calls);
  calls.push = (...more) => {
    if (more.some(({ what }) => what.includes('certificates%2Facme-agents%2Finvoice-bot') && what.includes('/o/'))) {
      life.google.objects.tamper(BUCKET, name, left, life.google.now);
    }
    return push(...more);
  };

  expect((await report(life)).differences).toEqual([]);
});

test('a period that is not over is refused, and who may not read learns what is missing', async () => {
  const life = await fleet();
  expect(await life.nhi('report', '--from', FROM, '--to', '2026-10-06')).toMatchObject({ failure: 'PeriodInvalid' });
  life.google.fail({ matching: /^GET \/storage/, status: 403 });
  expect(await life.nhi('report', '--from', FROM)).toMatchObject({ failure: 'AccessDenied' });
});

test('NotOnGoogle: a copy of all evidence', async () => {
  const folder = folders.next('bundle');
  const ended: Ended & { failure?: string } = await (await fleet()).nhi('verify', '--download', folder);
  expect(ended).toMatchObject({ failure: 'NotOnGoogle', err: expect.stringContaining('report') });
  expect(existsSync(folder)).toBe(false);
});
