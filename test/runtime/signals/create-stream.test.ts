import { ISSUER, POLL, PUSH, TOKENS, World } from './signalling';
import { apiEvent, respond } from '../../../runtime/signals';

const { 'siem-token': SIEM = '', 'crm-token': CRM = '' } = TOKENS;
const [RFC8935, RFC8936] = ['urn:ietf:rfc:8935', 'urn:ietf:rfc:8936'];
const RISC = 'https://schemas.openid.net/secevent/risc/event-type/';
const CAEP = 'https://schemas.openid.net/secevent/caep/event-type/';

let world: World;
beforeEach(() => (world = new World()));

async function ask(method: string, path: string, token: string, body?: unknown): Promise<{ status: number; json: Record<string, unknown> }> {
  const event = apiEvent.parse({ rawPath: path, headers: { authorization: `Bearer ${token}` }, requestContext: { http: { method } }, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  const { statusCode: status, body: text } = await respond(world.endpoint, event);
  return { status, json: JSON.parse(text) as Record<string, unknown> };
}

const create = (token: string, body: unknown) => ask('POST', '/streams', token, body);

test.each([
  ['polls', SIEM, POLL, { delivery: { method: RFC8936 } }],
  ['polls, because it says nothing else', SIEM, POLL, {}],
  ['is pushed to', CRM, PUSH, { delivery: { method: RFC8935, endpoint_url: 'HTTPS://crm.example.com:443/events' } }],
])('a receiver that %s creates the stream that is declared for it, and reads it', async (_what, token, { id, audience }, body) => {
  const { status, json } = await create(token, { ...body, description: 'Of the team for payments' });
  expect([status, json]).toMatchObject([201, { stream_id: id, iss: ISSUER, aud: audience, description: 'Of the team for payments', min_verification_interval: 60 }]);
  expect(json.events_delivered).toEqual(json.events_supported);
  expect((await ask('GET', '/streams', token)).json).toEqual([json]);
  expect(await create(token, { ...body, description: 'Of the team for payments' })).toEqual({ status, json });
  expect([world.metrics, (await world.signals.status(id)).status]).toEqual([[], 'enabled']);
});

test.each<[string, string, unknown, number]>([
  ['another address', CRM, { delivery: { method: RFC8935, endpoint_url: 'https://crm.example.com/events?to=me' } }, 403],
  ['an address of the network', CRM, { delivery: { method: RFC8935, endpoint_url: 'https://169.254.169.254/' } }, 403],
  ['no address', CRM, { delivery: { method: RFC8935 } }, 403],
  ['a method that is not declared for it', CRM, { delivery: { method: RFC8936 } }, 403],
  ['a header of its own', CRM, { delivery: { method: RFC8935, endpoint_url: 'https://crm.example.com/events', authorization_header: 'Bearer mine' } }, 403],
  ['a method that there is not', SIEM, { delivery: { method: 'https://schemas.openid.net/secevent/risc/delivery-method/push' } }, 400],
  ['events that there are not', SIEM, { events_requested: [`${CAEP}device-compliance-change`] }, 400],
  ['no JSON object', SIEM, 'x', 400],
])('a stream with %s is refused, and nothing of it is kept', async (_what, token, body, status) => {
  expect((await create(token, body)).status).toBe(status);
  expect(world.memory.items.size).toBe(0);
});

test('a receiver that asks for some events gets only those, others get all, and somebody is notified; asked again it gets all', async () => {
  const { json } = await create(SIEM, { events_requested: [`${CAEP}session-revoked`, `${RISC}account-purged`, 'https://example.com/unknown'] });
  expect(json).toMatchObject({ events_requested: [`${RISC}account-purged`, `${CAEP}session-revoked`], events_delivered: [`${RISC}account-purged`, `${CAEP}session-revoked`] });
  expect(world.metrics).toEqual(['SignalUndelivered']);
  await world.happen('suspended');
  await world.happen('left');
  expect(await world.waiting(POLL)).toEqual(['session-revoked', 'account-purged']);
  expect(world.receiver.uris()).toEqual(['account-disabled', 'session-revoked', 'account-purged']);

  await create(SIEM, {});
  await world.happen('resumed');
  expect(await world.waiting(POLL)).toEqual(['session-revoked', 'account-purged', 'account-enabled']);
});
