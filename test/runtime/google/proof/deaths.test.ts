import * as fc from 'fast-check';
import { AccountCertificate } from '../../../../runtime/google/proof';
import { dying, Life } from '../life';
import { PROJECT, SECRET } from '../world';

const CERTIFICATES = 'certificates/acme-agents/invoice-bot/';

async function joined(): Promise<Life> {
  const life = new Life();
  await life.join();
  life.google.accounts.addKey(life.account.email);
  life.google.hmacKeys.add(PROJECT, life.account.email);
  life.google.policies.grant('projects/acme-test', 'roles/x.reader', life.member);
  life.google.policies.grant(SECRET, 'roles/x.writer', life.member);
  return life;
}

/** What is true of every leave that has ended, however often a program died before. */
async function expectProof(life: Life, ownSecrets = 0): Promise<void> {
  expect(life.events).toEqual(['joined', 'left']);
  const certificates = life.objects<AccountCertificate>(CERTIFICATES);
  expect(certificates).toHaveLength(1);
  const [[, { principals, wipers, leftAlone }]] = certificates;
  expect(principals).toEqual([expect.objectContaining({ id: life.account.uniqueId, teardown: expect.objectContaining({ complete: true }) })]);
  expect(leftAlone).toEqual([]);
  // Also of a run that died after it had wiped something.
  expect(wipers.map(({ wiper, found, wiped }) => [wiper, found.length, wiped.length])).toEqual([
    ['HMAC keys', 1, 1], ['grants', 2, 2], ['own secrets', ownSecrets, ownSecrets], ['user-managed keys', 1, 1],
  ]);
  expect(await life.nhi('verify', 'invoice-bot')).toMatchObject({ code: 0, out: expect.stringContaining('is intact') });
  expect(life.google.tracesOf(life.account.email)).toEqual([]);
  const told = life.google.objects.messages.map(({ data }) => (JSON.parse(Buffer.from(data, 'base64').toString()) as { id: string; type: string }));
  expect([...new Set(told.map(({ id }) => id))]).toHaveLength(2);
}

const EVER = Infinity;

test('a teardown that dies before any of its calls, and one that runs twice, end in the same proof', async () => {
  const { received } = await dying(await joined(), EVER, async () => ({ code: 0, out: '', err: '' }));
  expect(received).toBe(0);
  const life = await joined();
  const all = (await dying(life, EVER, () => life.teardown())).received;
  expect(all).toBeGreaterThan(20);
  for (let calls = 0; calls <= all; calls += 1) {
    const one = await joined();
    const { ended } = await dying(one, calls, () => one.teardown());
    expect(ended.code).toBe(calls < all ? 1 : 0);
    expect((await one.teardown()).code).toBe(0);
    one.deleteAccount();
    expect((await one.leave()).code).toBe(0);
    await expectProof(one, 1);
  }
});

test('a leave that dies before any of its calls continues with the certificate that it wrote', async () => {
  const leaving = async () => {
    const life = await joined();
    await life.teardown();
    life.deleteAccount();
    return life;
  };
  const left = (life: Life) => life.record({}, { NHI_RECORD_EVENT: 'left' });
  const life = await leaving();
  const all = (await dying(life, EVER, () => left(life))).received;
  const between = [];
  for (let calls = 0; calls <= all; calls += 1) {
    const one = await leaving();
    await dying(one, calls, () => left(one));
    const written = one.objects<AccountCertificate>(CERTIFICATES);
    between.push([written.length, one.events.length]);
    one.pass(1);
    expect((await left(one)).code).toBe(0);
    await expectProof(one);
    expect(one.objects<AccountCertificate>(CERTIFICATES).slice(0, written.length)).toEqual(written);
  }
  // It has died between the certificate and its event.
  expect(between).toContainEqual([1, 1]);
});

test('whatever dies in whichever order, the life ends in one intact proof', () => fc.assert(fc.asyncProperty(
  fc.array(fc.nat({ max: 40 }), { maxLength: 3 }), fc.array(fc.nat({ max: 30 }), { maxLength: 3 }), async (teardowns, leaves) => {
    const life = await joined();
    for (const calls of teardowns) {
      await dying(life, calls, () => life.teardown());
    }
    expect((await life.teardown()).code).toBe(0);
    life.deleteAccount();
    for (const calls of leaves) {
      await dying(life, calls, () => life.record({}, { NHI_RECORD_EVENT: 'left' }));
      life.pass(1);
    }
    expect((await life.record({}, { NHI_RECORD_EVENT: 'left' })).code).toBe(0);
    await expectProof(life);
    expect((await life.record({}, { NHI_RECORD_EVENT: 'left' })).code).toBe(0);
    await expectProof(life);
  }), { numRuns: 20 }), 300_000);
