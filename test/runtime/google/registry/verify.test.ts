import { AccountCertificate, TeardownRecord } from '../../../../runtime/google/proof';
import { hashEvent } from '../../../../src/core/hash-chain';
import { LifecycleEvent } from '../../../../src/core/lifecycle-event';
import { BUCKET, Life } from '../life';

const OF_AGENT = 'acme-agents/invoice-bot/';
const named = (folder: string, number: number) => `${folder}/${OF_AGENT}${String(number).padStart(12, '0')}.json`;
const EVENT = (number: number) => named('events', number);
const RECORD = (number: number) => named('teardowns', number);
const CERTIFICATE = named('certificates', 3);

/** An agent that joined, changed its sponsor and left. */
async function left(): Promise<Life> {
  const life = new Life();
  await life.join();
  await life.join({ sponsorId: 'li.chen@example.com', sponsor: { id: 'li.chen@example.com', accountableName: 'Li Chen', backupEmail: 'ada.park@example.com' } });
  life.google.accounts.addKey(life.account.email);
  await life.teardown();
  life.deleteAccount();
  await life.leave();
  return life;
}

function change<T extends object>({ google }: Life, name: string, changed: (object: T) => object | undefined): void {
  google.objects.tamper(BUCKET, name, changed(google.objects.find(BUCKET, name) as T));
}

test('what nobody touched is intact, and each certificate and record of a teardown is named', async () => {
  const { code, out } = await (await left()).nhi('verify', 'invoice-bot');
  expect(code).toBe(0);
  expect(out).toMatch(/^the chain of invoice-bot is intact: 3 events/m);
  expect(out).toMatch(/^the evidence has events 1 to 3, from 2026-10-01/m);
  expect(out.match(/^.* is intact$/gm)).toEqual([CERTIFICATE, ...[1, 2, 3, 4].map(RECORD)].map((key) => `${key} is intact`));
});

const rehashed = (event: LifecycleEvent, changes: object) => ({ ...event, ...changes, hash: hashEvent({ ...event, ...changes }) });

test.each<[string, (life: Life) => void, RegExp]>([
  ['an event\'s content', (life) => change<LifecycleEvent>(life, EVENT(2), (event) => ({ ...event, time: '2026-01-01T00:00:00.000Z' })), /BROKEN at event 2: its content does not match its hash/],
  ['an event and its hash', (life) => change<LifecycleEvent>(life, EVENT(2), (event) => rehashed(event, { time: '2026-01-01T00:00:00.000Z' })), /BROKEN at event 3: it does not follow the event before it/],
  ['an event of another agent', (life) => change<LifecycleEvent>(life, EVENT(1), (event) => rehashed(event, { subject: 'acme-agents/other-bot' })), /BROKEN at event 1: its subject is "acme-agents\/other-bot"/],
  ['a removed event', (life) => change(life, EVENT(1), () => undefined), /BROKEN at event 1: the object in its place is events\/acme-agents\/invoice-bot\/000000000002/],
  ['a removed last event', (life) => change(life, EVENT(3), () => undefined), /000000000003\.json IS UNKNOWN/],
  ['an object beside the events', (life) => life.google.objects.tamper(BUCKET, `events/${OF_AGENT}x.json`, {}), /BROKEN at event 4: the object in its place is events\/acme-agents\/invoice-bot\/x\.json/],
  ['a changed certificate', (life) => change<AccountCertificate>(life, CERTIFICATE, (certificate) => ({ ...certificate, by: 'eve' })), /^certificates\/.*03\.json WAS CHANGED/m],
  ['a removed certificate', (life) => change(life, CERTIFICATE, () => undefined), /^certificates\/.*03\.json IS MISSING/m],
  ['a certificate of a chain that is gone', (life) => change<AccountCertificate>(life, CERTIFICATE, (certificate) => ({ ...certificate, chainHead: 'f'.repeat(64) })), /BROKEN at event 4: the certificate .* follows an event with the hash f{64}/],
  ['one more certificate', (life) => life.google.objects.tamper(BUCKET, named('certificates', 4), { kind: 'decommission-certificate' }), /^certificates\/.*04\.json IS UNKNOWN/m],
  ['a changed record', (life) => change<TeardownRecord>(life, RECORD(2), (record) => ({ ...record, wipers: [] })), /^teardowns\/.*02\.json WAS CHANGED/m],
  ['a removed record', (life) => change(life, RECORD(2), () => undefined), /^teardowns\/.*02\.json IS MISSING/m],
  ['one more record of the life that has ended', (life) => life.google.objects.tamper(BUCKET, RECORD(5), life.google.objects.find(BUCKET, RECORD(4))), /^teardowns\/.*05\.json IS UNKNOWN/m],
  ['a record that follows no event', (life) => life.google.objects.tamper(BUCKET, RECORD(5), { ...life.google.objects.find(BUCKET, RECORD(4)) as object, follows: { sequence: 3, hash: 'f'.repeat(64) } }), /^teardowns\/.*05\.json IS UNKNOWN/m],
  ['an invalid record', (life) => life.google.objects.tamper(BUCKET, RECORD(5), { follows: { sequence: 0 } }), /^teardowns\/.*05\.json IS UNKNOWN/m],
  ['no JSON', (life) => life.google.objects.tamper(BUCKET, EVENT(2), 'garbage'), /BROKEN at event 2/],
  ['a text that has no hash', (life) => life.google.objects.tamper(BUCKET, CERTIFICATE, { by: '\ud800' }), /^certificates\/.*03\.json WAS CHANGED/m],
  ['a declaration that says otherwise', (life) => life.google.objects.tamper(BUCKET, named('agents', 3), { stage: 'test', expires: '2027-04-01T00:00:00Z', sponsor: { id: 'eve@example.com' } }), /BROKEN at event 3: the last declaration says that the agent's sponsor is "eve@example\.com", and this event says "li\.chen@example\.com"/],
])('%s is found', async (_what, tamper, says) => {
  const life = await left();
  tamper(life);
  const { code, out } = await life.nhi('verify', 'invoice-bot');
  expect(out).toMatch(says);
  expect(code).toBe(2);
  expect((await life.nhi('verify', '--all')).code).toBe(2);
});

test('an event that Google wrote long after its time is named', async () => {
  const life = await left();
  life.google.objects.tamper(BUCKET, EVENT(2), life.google.objects.find(BUCKET, EVENT(2)), new Date('2026-11-01T00:00:00Z'));
  expect((await life.nhi('verify', 'invoice-bot')).out).toContain('event 2 of 2026-10-01T00:00:00.000Z was copied late, at 2026-11-01T00:00:00.000Z');
});

test('a teardown that is running, and one of a join that failed, are nothing strange', async () => {
  const life = new Life();
  await life.teardown();
  expect(await life.nhi('verify', '--all')).toMatchObject({ code: 0, out: expect.stringMatching(/^invoice-bot +0 /m) });
  life.google.accounts.add('acme-agents', 'unrelated');
  await life.join();
  await life.teardown();
  expect((await life.nhi('verify', 'invoice-bot')).code).toBe(0);
  life.deleteAccount();
  await life.leave();
  await life.teardown();
  expect((await life.nhi('verify', 'invoice-bot')).code).toBe(0);
  expect((await life.nhi('verify', '--all')).out).toBe('agent        events  last hash\n'
    + `invoice-bot  2       ${life.objects<LifecycleEvent>('events/')[1][1].hash}\n1 of 1 chains are intact`);
});
