import { AgentStage, Expiry } from '../../../src/core';
import { AgentKey } from '../../../src/google';
import { agent, codeOf, only, PRODUCTION, STAGING, TEST, WITH_TEARDOWN } from '../agents';
import { EC, RSA, SMALL } from '../certificates';

const SECRET = 'projects/acme-agents/secrets/invoice-bot-key';
const key = () => AgentKey.uploaded({ certificate: RSA, privateKeySecret: SECRET });
const LATE = Expiry.on('2999-03-31');

test('only the public half is uploaded, and the secret with the private half is the agent\'s own', () => {
  const { resources } = agent({ keys: [key()], expires: LATE });
  const { '//': _metadata, ...uploaded } = only(resources('google_service_account_key'));
  const [secrets] = Object.entries(resources('terraform_data')).filter(([address]) => address.includes('own_secrets')).map(([, found]) => found);

  expect(uploaded).toEqual({
    service_account_id: '${google_service_account.agent_invoice_bot.name}',
    public_key_data: Buffer.from(RSA).toString('base64'),
    ...WITH_TEARDOWN,
  });
  expect(JSON.parse(secrets.input).ownSecrets).toEqual([SECRET]);
});

test('ends as its certificate does', () => {
  expect(key().expires.iso).toBe('2998-11-09T16:26:47Z');
});

describe('KeysNotAllowed', () => {
  test.each([STAGING, PRODUCTION, AgentStage.of('canary')])('stage %s refuses keys', (stage) => {
    expect(codeOf(() => agent({ keys: [key()], stage }))).toBe('KeysNotAllowed');
  });

  test.each([TEST, AgentStage.of('canary', { longLivedKeysAllowed: true })])('stage %s allows them', (stage) => {
    expect(codeOf(() => agent({ keys: [key()], stage }))).toBeUndefined();
  });
});

test('KeyOutlivesAgent: a key ends no later than its agent', () => {
  expect(codeOf(() => agent({ keys: [key()], expires: Expiry.at('2998-11-09T16:26:46Z') }))).toBe('KeyOutlivesAgent');
  expect(codeOf(() => agent({ keys: [key()], expires: Expiry.at('2998-11-09T16:26:47Z') }))).toBeUndefined();
});

test('ResourceNameInvalid: the private half is in Secret Manager', () => {
  expect(codeOf(() => agent({ keys: [AgentKey.uploaded({ certificate: RSA, privateKeySecret: './key.pem' })] }))).toBe('ResourceNameInvalid');
});

describe('CertificateInvalid', () => {
  test.each([
    ['no certificate', 'hello'],
    ['a private key beside it', `${RSA}-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----\n`],
    ['a text before it', `subject=CN = invoice-bot\n${RSA}`],
    ['a second certificate after it', `${RSA}${RSA}`],
    ['1024 bits', SMALL],
    ['another algorithm', EC],
  ])('refuses %s', (_what, certificate) => {
    expect(codeOf(() => AgentKey.uploaded({ certificate, privateKeySecret: SECRET }))).toBe('CertificateInvalid');
  });

  test('shows nothing of a private key in its error', () => {
    expect(() => AgentKey.uploaded({ certificate: '-----BEGIN PRIVATE KEY-----\nSECRETSECRET', privateKeySecret: SECRET })).toThrow(/^(?!.*SECRETSECRET)/);
  });

  test.each([RSA, RSA.trim(), `\n  ${RSA}\n`, RSA.replaceAll('\n', '\r\n')])('takes RSA of 2048 bits, whatever ends its lines', (certificate) => {
    expect(codeOf(() => AgentKey.uploaded({ certificate, privateKeySecret: SECRET }))).toBeUndefined();
  });
});
