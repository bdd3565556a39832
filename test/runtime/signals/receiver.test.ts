import { generateKeyPairSync, sign } from 'node:crypto';
import { Receiver } from './receiver';
import { ISSUER, JWK, PUSH, signed } from './signalling';

const URI = 'https://schemas.openid.net/secevent/caep/event-type/session-revoked';
const GOOD = {
  iss: ISSUER,
  aud: PUSH.audience,
  jti: '1',
  iat: 1_800_000_000,
  sub_id: { format: 'iss_sub', iss: ISSUER, sub: 'x' },
  events: { [URI]: { event_timestamp: 1_800_000_000, reason_admin: { en: 'x' } } },
};
const EXPECTED = { issuer: ISSUER, audience: PUSH.audience, streamId: PUSH.id };
const receiver = (keys: object[] = [{ ...JWK }]) => new Receiver(EXPECTED, async () => ({ keys }));
const without = (member: string) => Object.fromEntries(Object.entries(GOOD).filter(([name]) => name !== member));

test.each<[string, string, string]>([
  ['another issuer', signed({ ...GOOD, iss: 'https://evil.example' }), 'invalid_issuer'],
  ['another audience', signed({ ...GOOD, aud: 'https://other.example.com' }), 'invalid_audience'],
  ['another type of token', signed(GOOD, { typ: 'JWT' }), 'invalid_key'],
  ['no type', signed(GOOD, { typ: undefined }), 'invalid_key'],
  ['an algorithm of its own choice', `${signed(GOOD, { alg: 'none' }).split('.').slice(0, 2).join('.')}.`, 'invalid_key'],
  ['a changed body', signed(GOOD).replace(/\.(\w)/, (_all, first: string) => `.${first === 'e' ? 'f' : 'e'}`), 'invalid_key'],
  ['an unknown key', signed(GOOD, { kid: 'key-2' }), 'invalid_key'],
  ['an end', signed({ ...GOOD, exp: 2_000_000_000 }), 'invalid_request'],
  ['a sub', signed({ ...GOOD, sub: 'x' }), 'invalid_request'],
  ['no id', signed(without('jti')), 'invalid_request'],
  ['no event', signed({ ...GOOD, events: {} }), 'invalid_request'],
  ['two events', signed({ ...GOOD, events: { ...GOOD.events, [`${URI}x`]: {} } }), 'invalid_request'],
  ['no subject', signed(without('sub_id')), 'invalid_request'],
  ['a subject of another format', signed({ ...GOOD, sub_id: { format: 'opaque', id: 'x' } }), 'invalid_request'],
  ['no reason', signed({ ...GOOD, events: { [URI]: { event_timestamp: 1_800_000_000 } } }), 'invalid_request'],
  ['a time in milliseconds', signed({ ...GOOD, events: { [URI]: { event_timestamp: 1_800_000_000_000, reason_admin: { en: 'x' } } } }), 'invalid_request'],
])('a receiver refuses a token with %s', async (_what, token, err) => {
  await expect(receiver().take(token)).rejects.toMatchObject({ err });
});

test('twin: it accepts the token without that, and ignores it when it comes again', async () => {
  const own = receiver();
  await own.take(signed(GOOD));
  await own.take(signed(GOOD));
  expect([own.uris(), own.repeated]).toEqual([['session-revoked'], ['1']]);
});

test('a receiver refuses a key of 1,024 bits', async () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 1_024 });
  const text = [{ alg: 'RS256', typ: 'secevent+jwt', kid: 'short' }, GOOD].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  const token = `${text}.${sign('sha256', Buffer.from(text), privateKey).toString('base64url')}`;
  await expect(receiver([{ ...publicKey.export({ format: 'jwk' }), kid: 'short' }]).take(token)).rejects.toMatchObject({ err: 'invalid_key' });
});
