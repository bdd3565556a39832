import { BOT, claimsOf, ISSUER, POLL, PUSH, subjectOf, World } from './signalling';
import { LifecycleEventName } from '../../../src/core/lifecycle-event';

const OTHER = { ...BOT, agentName: 'other-bot' };

test.each<[LifecycleEventName, string[]]>([
  ['suspended', ['account-disabled', 'session-revoked']],
  ['resumed', ['account-enabled']],
  ['principal-retired', ['session-revoked', 'credential-change']],
  ['left', ['account-purged']],
  ['joined', []],
  ['moved', []],
  ['access-changed', []],
])('%s tells receivers %j, one event a token, and the receiver accepts each', async (name, uris) => {
  const world = new World();
  const event = await world.happen(name);

  expect(world.receiver.uris()).toEqual(uris);
  expect(await world.waiting(PUSH)).toEqual([]);
  expect(await world.waiting(POLL)).toEqual(uris);
  world.receiver.accepted.forEach(({ subject, txn, event: told }) => {
    expect(subject).toEqual({ format: 'iss_sub', iss: ISSUER, sub: '111122223333/invoice-bot' });
    expect(txn).toBe(event.id);
    expect(told).toMatchObject({ event_timestamp: world.now.getTime() / 1000, principal: 'arn:aws:iam::111122223333:role/agents/invoice-bot-test' });
  });
});

test('the request is that of RFC 8935, and neither it nor a log has the reason that a person wrote, or the log the header', async () => {
  const world = new World();
  world.answer = () => ({ status: 500, json: { err: 'Ada', description: 'Bearer of-the-receiver' } });
  await world.happen('suspended');

  expect(world.requests).toHaveLength(1);
  expect(world.requests[0]).toMatchObject({
    url: 'https://crm.example.com/events',
    headers: { 'content-type': 'application/secevent+jwt', 'accept': 'application/json', 'authorization': 'Bearer of-the-receiver' },
  });
  expect(JSON.stringify(claimsOf(world.requests[0].body))).not.toContain('Ada');
  expect(world.logs).toEqual([expect.stringContaining('"status":500,"error":"none of the standard"')]);
  expect(world.logs.join()).not.toMatch(/Bearer|Ada/);
});

test('a secret that can\'t be a header sends nothing', async () => {
  const world = new World([{ ...PUSH, push: { endpoint: 'https://crm.example.com/', authorizationArn: 'broken' } }]);
  Object.assign(world.transmitter, { secret: async () => 'Bearer x\r\nhost: evil.example' });
  await world.happen('suspended');
  expect(world.requests).toEqual([]);
  expect(world.logs.join()).not.toContain('evil');
  expect(await world.waiting(PUSH)).toHaveLength(2);
});

test.each<[string, () => { status: number } | Error]>([
  ['no connection', () => Object.assign(new Error('the connection failed (ECONNREFUSED)'), { name: 'NotDone' })],
  ['503', () => ({ status: 503 })],
  ['401', () => ({ status: 401 })],
  ['200, as a page for people would', () => ({ status: 200 })],
])('a receiver that is down (%s) gets everything later, in order and once', async (_what, answer) => {
  const world = new World();
  world.answer = answer;
  await world.happen('suspended');
  world.pass(10);
  await world.happen('resumed');
  expect(world.receiver.accepted).toEqual([]);
  // Nothing after the first token that did not get through.
  expect(new Set(world.requests.map(({ body }) => body)).size).toBe(1);

  world.answer = undefined;
  world.pass(300);
  await world.deliver();
  await world.deliver();
  expect(world.receiver.uris()).toEqual(['account-disabled', 'session-revoked', 'account-enabled']);
  expect(world.receiver.repeated).toEqual([]);
});

test('a token that was sent and not recorded as taken is the same when it is sent again, so the receiver ignores it', async () => {
  const world = new World();
  world.memory.disturb = (call, moment) => {
    if (call === 'dynamodb:Delete' && moment === 'before' && world.requests.length === 1) {
      throw new Error('the process died');
    }
  };
  const event = world.record('left');
  await world.collect(event);
  await expect(world.deliver()).rejects.toThrow('the process died');
  world.memory.disturb = () => undefined;
  await world.deliver();
  expect(world.receiver.uris()).toEqual(['account-purged']);
  // The dead run has the stream until its lease ends.
  expect(world.requests).toHaveLength(1);
  world.pass(121);
  await world.deliver();
  expect(world.receiver.uris()).toEqual(['account-purged']);
  expect(world.receiver.repeated).toHaveLength(1);
  expect(await world.waiting(PUSH)).toEqual([]);
});

test('two runs at the same time send each token once', async () => {
  const world = new World();
  await world.collect(world.record('suspended'));
  await Promise.all([world.deliver(), world.deliver()]);
  expect(world.receiver.uris()).toEqual(['account-disabled', 'session-revoked']);
  expect(world.receiver.repeated).toEqual([]);
});

test('a token that the receiver refuses holds back that agent\'s others, and nobody else\'s', async () => {
  const world = new World();
  const refuse = subjectOf(BOT);
  world.answer = ({ body }) => (JSON.stringify(claimsOf(body)).includes(refuse) ? { status: 400, json: { err: 'invalid_request' } } : undefined);
  await world.collect(world.record('suspended'));
  await world.collect(world.record('suspended', OTHER));
  await world.deliver();
  expect(world.receiver.accepted.map(({ subject }) => subject.sub)).toEqual([subjectOf(OTHER), subjectOf(OTHER)]);
  expect(await world.waiting(PUSH)).toEqual(['account-disabled', 'session-revoked']);
  expect(world.logs).toEqual([expect.stringContaining('"error":"invalid_request"')]);

  world.answer = undefined;
  await world.deliver();
  expect(world.receiver.accepted.slice(2).map(({ subject }) => subject.sub)).toEqual([refuse, refuse]);
});

test('a receiver that takes nothing for a quarter of an hour is counted, and not before; one that polls has a day', async () => {
  const world = new World();
  world.answer = () => ({ status: 503 });
  await world.happen('suspended');
  world.pass(15 * 60);
  await world.deliver();
  expect(world.metrics).toEqual([]);
  world.pass(1);
  await world.deliver();
  expect(world.metrics).toEqual(['SignalUndelivered']);
  world.answer = undefined;
  await world.deliver();
  expect(world.metrics).toEqual(['SignalUndelivered']);
  world.pass(86_400);
  await world.deliver();
  expect(world.metrics).toEqual(['SignalUndelivered', 'SignalUndelivered']);
  expect(world.logs.at(-1)).toContain('"stream":"siem"');
});

test('while a stream is paused nothing is sent, and everything is kept; while it is disabled nothing is kept', async () => {
  const world = new World();
  await world.signals.setStatus(PUSH.id, { status: 'paused' });
  await world.happen('suspended');
  expect(world.requests).toEqual([]);
  await world.signals.setStatus(PUSH.id, { status: 'disabled' });
  await world.happen('resumed');
  await world.signals.setStatus(PUSH.id, { status: 'enabled' });
  await world.deliver();
  expect(world.receiver.uris()).toEqual(['account-disabled', 'session-revoked']);
  // Another receiver's stream is not concerned.
  expect(await world.waiting(POLL)).toEqual(['account-disabled', 'session-revoked', 'account-enabled']);
});

test('a stream that its receiver disabled is an alarm until it is enabled again: anyone with the token can disable it', async () => {
  const world = new World();
  await world.deliver();
  expect(world.metrics).toEqual([]);
  await world.signals.setStatus(PUSH.id, { status: 'disabled' });
  await world.deliver();
  expect(world.metrics).toEqual(['SignalUndelivered']);
  expect(world.logs.at(-1)).toContain(PUSH.id);
  await world.signals.setStatus(PUSH.id, { status: 'enabled' });
  await world.deliver();
  expect(world.metrics).toEqual(['SignalUndelivered']);
});

test('one receiver that fails does not keep another from its signals', async () => {
  const second = { ...PUSH, id: 'second', push: { endpoint: 'https://second.example.com/' } };
  const world = new World([PUSH, second]);
  world.answer = ({ url }) => (url.includes('crm') ? { status: 503 } : { status: 202 });
  await world.happen('left');
  expect(await world.waiting(PUSH)).toEqual(['account-purged']);
  expect(await world.waiting(second)).toEqual([]);
});
