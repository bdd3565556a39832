import { generateKeyPairSync } from 'node:crypto';
import { Receiver } from './receiver';
import { BOT, ISSUER, JWK, POLL, PUSH, TOKENS, World } from './signalling';
import { apiEvent, ApiResponse, respond } from '../../../runtime/signals';
import { SignalStream } from '../../../src/contract/signals';

interface Sent {
  readonly method?: string;
  readonly path: string;
  readonly query?: Record<string, string>;
  readonly token?: string;
  readonly body?: unknown;
}

const { 'siem-token': SIEM = '', 'crm-token': CRM = '' } = TOKENS;

async function ask(world: World, { method = 'GET', path, query, token, body }: Sent): Promise<ApiResponse & { readonly json: Record<string, unknown> }> {
  const response = await respond(world.endpoint, apiEvent.parse({
    rawPath: path,
    queryStringParameters: query,
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    requestContext: { http: { method } },
  }));
  return { ...response, json: response.body === '' ? {} : JSON.parse(response.body) as Record<string, unknown> };
}

const poll = (world: World, body: unknown, token = SIEM, stream: SignalStream = POLL) => ask(world, { method: 'POST', path: `/poll/${stream.id}`, token, body });
const setsOf = ({ json }: { json: Record<string, unknown> }) => json.sets as Record<string, string>;

test('the metadata and the public key are for everybody, and lead to each other', async () => {
  const world = new World();
  const { json, headers } = await ask(world, { path: '/.well-known/ssf-configuration' });
  expect(headers).toMatchObject({ 'content-type': 'application/json', 'cache-control': 'public, max-age=300' });
  expect(json).toEqual({
    spec_version: '1_0',
    issuer: ISSUER,
    jwks_uri: `${ISSUER}/jwks.json`,
    delivery_methods_supported: ['urn:ietf:rfc:8935', 'urn:ietf:rfc:8936'],
    configuration_endpoint: `${ISSUER}/streams`,
    status_endpoint: `${ISSUER}/status`,
    verification_endpoint: `${ISSUER}/verification`,
    authorization_schemes: [{ spec_urn: 'urn:ietf:rfc:6749' }, { spec_urn: 'urn:ietf:rfc:6750' }],
    default_subjects: 'ALL',
  });
  expect((await ask(world, { path: '/jwks.json' })).json).toEqual({ keys: [JWK] });
});

test('a receiver polls, acknowledges and gets the rest, and its own check accepts each', async () => {
  const world = new World();
  const receiver = world.receiverOf(POLL);
  await world.happen('suspended');
  await world.happen('left');
  const first = await poll(world, { maxEvents: 2, returnImmediately: true });
  expect(first.json.moreAvailable).toBe(true);
  for (const set of Object.values(setsOf(first))) {
    await receiver.take(set);
  }
  // What is not acknowledged comes again.
  expect(Object.keys(setsOf(await poll(world, { maxEvents: 2 })))).toEqual(Object.keys(setsOf(first)));
  const last = await poll(world, { ack: Object.keys(setsOf(first)) });
  expect(last.json.moreAvailable).toBeUndefined();
  for (const set of Object.values(setsOf(last))) {
    await receiver.take(set);
  }
  expect(receiver.uris()).toEqual(['account-disabled', 'session-revoked', 'account-purged']);
  expect((await poll(world, { maxEvents: 0, ack: Object.keys(setsOf(last)) })).json).toEqual({ sets: {} });
  expect(await world.waiting(POLL)).toEqual([]);
  expect(world.metrics).toEqual([]);
});

test('what was signed before the key was replaced is still verified: the key before is published beside it', async () => {
  const world = new World();
  const { n, e } = generateKeyPairSync('rsa', { modulusLength: 2_048 }).publicKey.export({ format: 'jwk' });
  await world.happen('left');
  Object.assign(world.endpoint, { publicKeys: async () => [{ ...JWK, kid: 'key-2', n, e }, JWK] });
  const receiver = new Receiver({ issuer: ISSUER, audience: POLL.audience, streamId: POLL.id }, async () => (await ask(world, { path: '/jwks.json' })).json as never);
  for (const set of Object.values(setsOf(await poll(world, {})))) {
    await receiver.take(set);
  }
  expect(receiver.uris()).toEqual(['account-purged']);
});

test('a token that a receiver reports as invalid is not sent again, and somebody is notified', async () => {
  const world = new World();
  await world.happen('left');
  const [jti] = Object.keys(setsOf(await poll(world, {})));
  expect(setsOf(await poll(world, { setErrs: { [jti]: { err: 'invalid_audience', description: 'Ada says no' } } }))).toEqual({});
  expect(world.metrics).toEqual(['SignalUndelivered']);
  expect(world.logs.at(-1)).toContain('"error":"invalid_audience"');
  expect(world.logs.join()).not.toContain('Ada');
});

test('ids that are none of ours delete nothing, neither does the acknowledgement of another stream', async () => {
  const world = new World();
  await world.signals.setStatus(POLL.id, { status: 'enabled' });
  await world.happen('left');
  const rows = world.memory.items.size;
  const { signals: [{ jti }] } = await world.signals.waiting(POLL.id, 1);
  await poll(world, { ack: ['status', '../status', jti.replace(/.$/, 'x'), `${jti}#`] });
  expect(world.memory.items.size).toBe(rows);
  expect((await poll(world, { ack: [jti] }, CRM)).statusCode).toBe(404);
  expect(await world.waiting(POLL)).toEqual(['account-purged']);
});

test.each<[string, Sent, number]>([
  ['no token', { method: 'POST', path: '/poll/siem', body: {} }, 401],
  ['a wrong token', { method: 'POST', path: '/poll/siem', token: `${SIEM}x`, body: {} }, 401],
  ['the text of a header, which is no token', { method: 'POST', path: '/poll/siem', token: 'of-the-receiver-of-signals', body: {} }, 401],
  ['another receiver\'s token', { method: 'POST', path: '/poll/siem', token: CRM, body: {} }, 404],
  ['a stream that does not exist', { method: 'POST', path: '/poll/none', token: SIEM, body: {} }, 404],
  ['a stream that is pushed to', { method: 'POST', path: '/poll/crm', token: CRM, body: {} }, 404],
  ['no JSON', { method: 'POST', path: '/poll/siem', token: SIEM, body: 'x' }, 400],
  ['a body of a megabyte', { method: 'POST', path: '/poll/siem', token: SIEM, body: JSON.stringify({ ack: ['x'.repeat(1_000_000)] }) }, 400],
  ['a negative number of events', { method: 'POST', path: '/poll/siem', token: SIEM, body: { maxEvents: -1 } }, 400],
  ['more acknowledgements than a poll gives', { method: 'POST', path: '/poll/siem', token: SIEM, body: { ack: Array.from({ length: 1_001 }, () => 'x') } }, 400],
  ['twin: the right token', { method: 'POST', path: '/poll/siem', token: SIEM, body: {} }, 200],
  ['the status of another receiver\'s stream', { path: '/status', query: { stream_id: 'siem' }, token: CRM }, 404],
  ['the status of no stream', { path: '/status', token: CRM }, 400],
  ['twin: its own', { path: '/status', query: { stream_id: 'crm' }, token: CRM }, 200],
  ['another receiver\'s stream, to be disabled', { method: 'POST', path: '/status', token: CRM, body: { stream_id: 'siem', status: 'disabled' } }, 404],
  ['a status that there is not', { method: 'POST', path: '/status', token: SIEM, body: { stream_id: 'siem', status: 'gone' } }, 400],
  ['a new stream to another place', { method: 'POST', path: '/streams', token: SIEM, body: { delivery: { method: 'urn:ietf:rfc:8935', endpoint_url: 'https://169.254.169.254/' } } }, 403],
  ['the name of a property of every object', { path: '/__proto__', token: SIEM }, 404],
  ['a path that there is not', { path: '/', token: SIEM }, 404],
])('%s is answered as the standards say', async (_what, sent, status) => {
  const world = new World();
  await world.happen('left', BOT);
  const { statusCode, headers, body } = await ask(world, sent);
  expect(statusCode).toBe(status);
  expect(headers['cache-control']).toBe('no-store');
  const error = sent.token === undefined ? '' : 'error="invalid_token", ';
  expect(headers['www-authenticate']).toBe(status === 401 ? `Bearer ${error}resource_metadata="${ISSUER}/.well-known/oauth-protected-resource"` : undefined);
  expect(status !== 200 && body.includes('eyJ')).toBe(false);
  expect(await world.signals.status('siem')).toEqual({ status: 'enabled' });
});

test('a token of less than 20 characters opens nothing, also not an empty one', async () => {
  const world = new World();
  for (const short of ['', 'short-token']) {
    Object.assign(world.endpoint, { secret: async () => short });
    expect((await ask(world, { path: '/streams', token: short })).statusCode).toBe(401);
  }
});

test('a receiver reads its streams only', async () => {
  const world = new World();
  expect((await ask(world, { path: '/streams', token: SIEM })).json).toEqual([expect.objectContaining({
    stream_id: 'siem', iss: ISSUER, aud: 'siem', delivery: { method: 'urn:ietf:rfc:8936', endpoint_url: `${ISSUER}/poll/siem` },
  })]);
  expect((await ask(world, { path: '/streams', query: { stream_id: 'crm' }, token: CRM })).json).toMatchObject({
    stream_id: 'crm', delivery: { method: 'urn:ietf:rfc:8935', endpoint_url: 'https://crm.example.com/events' },
  });
});

test('a receiver pauses its stream and enables it again', async () => {
  const world = new World();
  await world.happen('left');
  const set = (status: string) => ask(world, { method: 'POST', path: '/status', token: SIEM, body: { stream_id: 'siem', status, reason: 'Maintenance' } });
  expect((await set('paused')).json).toEqual({ stream_id: 'siem', status: 'paused', reason: 'Maintenance' });
  expect((await ask(world, { path: '/status', query: { stream_id: 'siem' }, token: SIEM })).json).toEqual({ stream_id: 'siem', status: 'paused', reason: 'Maintenance' });
  expect(setsOf(await poll(world, {}))).toEqual({});
  await set('enabled');
  expect(Object.keys(setsOf(await poll(world, {})))).toHaveLength(1);
});

test.each([PUSH, POLL])('a verification is about the stream, has its state, and comes once: $id', async (stream) => {
  const world = new World();
  const token = TOKENS[stream.tokenArn!];
  const verify = () => ask(world, { method: 'POST', path: '/verification', token, body: { stream_id: stream.id, state: 'abc' } });
  expect(await verify()).toMatchObject({ statusCode: 204, body: '' });
  expect((await verify()).statusCode).toBe(429);
  await world.deliver();
  await world.deliver();
  const receiver = stream === PUSH ? world.receiver : world.receiverOf(POLL);
  if (stream === POLL) {
    for (const set of Object.values(setsOf(await poll(world, {})))) {
      await receiver.take(set);
    }
  }
  expect(receiver.accepted).toMatchObject([{ subject: { format: 'opaque', id: stream.id }, event: { state: 'abc' } }]);
  world.pass(60);
  expect((await verify()).statusCode).toBe(204);
});

test('a token that can\'t be read keeps only its own receiver waiting', async () => {
  const world = new World();
  const { secret } = world.endpoint;
  Object.assign(world.endpoint, { secret: async (arn: string) => (arn === 'crm-token' ? Promise.reject(new Error('denied')) : secret(arn)) });
  expect((await ask(world, { path: '/streams', token: SIEM })).statusCode).toBe(200);
  // Nobody knows whether its token is right.
  await expect(ask(world, { path: '/streams', token: CRM })).rejects.toThrow('denied');
});
