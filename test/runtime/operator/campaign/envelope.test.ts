import { FakeKms, Key } from './fake-kms';
import { digestToSign, enveloped, isSignedBy, opened, PAYLOADS } from '../../../../runtime/certification/campaign';

const { key } = new FakeKms();
const payload = '{"kind":"nhi-campaign-package"}';
const signature = key!.sign(digestToSign(payload));

test('what KMS signs is verified by Node.js, and not with any other key', () => {
  const found = opened(JSON.stringify(enveloped(payload, key!.id, signature)))!;

  expect(found).toMatchObject({ payload, keyId: key!.id });
  expect(isSignedBy(key!.publicKey, found.payload, found.signature)).toBe(true);
  expect(isSignedBy(new Key(key!.id).publicKey, found.payload, found.signature)).toBe(false);
  expect(isSignedBy(key!.publicKey, `${payload} `, found.signature)).toBe(false);
});

test('the signature covers the type of the payload, as DSSE defines it', () => {
  const { createHash } = jest.requireActual<typeof import('node:crypto')>('node:crypto');
  const text = `DSSEv1 ${PAYLOADS.package.length} ${PAYLOADS.package} ${payload.length} ${payload}`;
  expect(Buffer.from(digestToSign(payload)).toString('hex')).toBe(createHash('sha256').update(text).digest('hex'));
});

test.each([
  ['no JSON', 'x'],
  ['another type', JSON.stringify({ ...enveloped(payload, 'key', signature), payloadType: 'text/plain' })],
  ['two signatures', JSON.stringify({ ...enveloped(payload, 'key', signature), signatures: [{ keyid: 'a', sig: '' }, { keyid: 'b', sig: '' }] })],
  ['no signature', JSON.stringify({ ...enveloped(payload, 'key', signature), signatures: [] })],
  ['nothing', 'null'],
])('%s is no envelope', (_what, text) => {
  expect(opened(text)).toBeUndefined();
});
