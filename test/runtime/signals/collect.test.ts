import { BOT, claimsOf, POLL, PUSH, World } from './signalling';
import { queuedEvent } from '../../../runtime/signals';

const jtis = async (world: World, stream = PUSH) => (await world.signals.waiting(stream.id, 50)).signals.map(({ jti }) => jti);

test('an event that is delivered twice, also at the same time, is signed once', async () => {
  const world = new World();
  const event = world.record('suspended');
  const both = await Promise.allSettled([world.collect(event), world.collect(event)]);
  await world.collect(event);
  expect(await world.waiting(PUSH)).toEqual(['account-disabled', 'session-revoked']);
  // The queue delivers again what lost the race.
  both.filter(({ status }) => status === 'rejected').forEach((lost) => expect(lost).toMatchObject({ reason: { code: 'LedgerConflict' } }));
});

test('events that arrive in the wrong order are signed in the order of the chain', async () => {
  const world = new World();
  const suspended = world.record('suspended');
  world.pass(5);
  const resumed = world.record('resumed');
  await world.collect(resumed);
  await world.collect(suspended);
  expect(await world.waiting(PUSH)).toEqual(['account-disabled', 'session-revoked', 'account-enabled']);
});

test('they keep that order if a clock was wrong', async () => {
  const world = new World();
  await world.collect(world.record('suspended'));
  world.pass(-3);
  await world.collect(world.record('resumed'));
  expect(await world.waiting(PUSH)).toEqual(['account-disabled', 'session-revoked', 'account-enabled']);
});

test('an event that was lost on the way is signed with the next one', async () => {
  const world = new World();
  await world.collect(world.record('joined'));
  world.record('suspended');
  await world.collect(world.record('left'));
  expect(await world.waiting(PUSH)).toEqual(['account-disabled', 'session-revoked', 'account-purged']);
});

test('an attempt that dies before it stores anything is repeated with the same ids, and another stream has others', async () => {
  const world = new World();
  const event = world.record('suspended');
  world.memory.disturb = (call, moment) => {
    if (call === 'dynamodb:TransactWrite' && moment === 'before') {
      throw new Error('the process died');
    }
  };
  await expect(world.collect(event)).rejects.toThrow('the process died');
  expect(await jtis(world)).toEqual([]);
  world.memory.disturb = () => undefined;
  await world.collect(event);
  const first = await jtis(world);

  const again = new World();
  again.pass(3);
  again.memory.items.set('x', [...world.memory.items.values()].find(({ sk }) => sk === `event#${event.sequence}`)!);
  await again.collect(event);
  expect(await jtis(again)).toEqual(first);
  expect(new Set([...first, ...await jtis(world, POLL)]).size).toBe(4);
});

test('what an agent did long before its first event here is not told, and what it did that day is', async () => {
  const world = new World();
  world.record('suspended');
  world.pass(86_401);
  world.record('resumed');
  await world.collect(world.record('suspended'));
  expect(await world.waiting(PUSH)).toEqual(['account-enabled', 'account-disabled', 'session-revoked']);
});

test('an event that is not in the ledger tells nobody anything, whatever the bus says', async () => {
  const world = new World();
  await world.collect({ subject: '111122223333/invoice-bot', sequence: '000000000007' });
  expect(await world.waiting(PUSH)).toEqual([]);
  expect(world.logs).toEqual([expect.stringContaining('the ledger has no such event')]);
  // A forged number does not skip what comes.
  await world.collect(world.record('left'));
  await world.collect({ subject: '111122223333/invoice-bot', sequence: '999999999999' });
  expect(await world.waiting(PUSH)).toEqual(['account-purged']);
  world.record('suspended');
  await world.collect({ subject: '111122223333/invoice-bot', sequence: '999999999999' });
  expect(await world.waiting(PUSH)).toEqual(['account-purged', 'account-disabled', 'session-revoked']);
});

test.each([
  ['no sequence', { subject: '111122223333/invoice-bot' }],
  ['a subject that names no agent', { subject: '111122223333/invoice-bot#x', sequence: '000000000001' }],
  ['nothing', {}],
])('a message with %s is refused, and goes to the dead letters in the end', (_what, detail) => {
  expect(queuedEvent.safeParse({ detail }).success).toBe(false);
  expect(queuedEvent.safeParse({ detail: { subject: '111122223333/invoice-bot', sequence: '000000000001' } }).success).toBe(true);
});

test('a token says who is meant and when, and nothing else of the agent', async () => {
  const world = new World();
  await world.collect(world.record('left', BOT));
  const { signals: [{ set, jti }] } = await world.signals.waiting(PUSH.id, 1);
  const claims = claimsOf(set);
  expect(Object.keys(claims).sort()).toEqual(['aud', 'events', 'iat', 'iss', 'jti', 'sub_id', 'txn']);
  expect(claims).toMatchObject({ jti, aud: PUSH.audience, iat: world.now.getTime() / 1000 });
  expect(JSON.parse(Buffer.from(set.split('.')[0], 'base64url').toString())).toEqual({ alg: 'RS256', typ: 'secevent+jwt', kid: 'key-1' });
});
