import { AccountServer } from '../../revokers/local-server';
import { Life } from '../life';

const SECRET = 'projects/acme-test/secrets/crm';
let crm: AccountServer;
let life: Life;

beforeEach(async () => {
  crm = await new AccountServer().start();
  crm.accounts.add('invoice-bot').add('somebody');
  life = new Life();
  life.environment = { NHI_REVOKER_PRIVATE_HOSTS: '127.0.0.1', NHI_GOOGLE_ENDPOINT: 'http://127.0.0.1:1' };
  life.google.secrets.values.set(SECRET, [JSON.stringify({ hosts: crm.host, token: crm.token })]);
});

afterEach(() => crm[Symbol.asyncDispose]());

const http = (changes: object = {}) => ({
  Id: 'crm',
  Kind: 'http',
  Settings: {
    url: `${crm.origin}/accounts/{agentName}`,
    method: 'DELETE',
    expected: ['200', '204', '404'],
    verifyUrl: `${crm.origin}/accounts/{agentName}`,
    verifyMethod: 'GET',
    present: ['200'],
    absent: ['404'],
    secretArn: SECRET,
    headers: { authorization: 'Bearer {token}' },
  },
  MonthlyCost: '12.5',
  Currency: 'EUR',
  ...changes,
});

async function leaves(): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  await life.teardown();
  life.deleteAccount();
  return life.leave();
}

test('a leave looks, revokes and looks again, and the certificate says so', async () => {
  expect(await life.join({ revokers: [http()] })).toMatchObject({ code: 0 });
  expect(await leaves()).toMatchObject({ code: 0, err: '' });
  expect([...crm.accounts]).toEqual(['somebody']);
  expect(crm.received.map(({ method }) => method)).toEqual(['GET', 'DELETE', 'GET']);
  expect(life.events).toEqual(['joined', 'revocation-confirmed', 'left']);
  const { out } = await life.nhi('certificate', 'invoice-bot');
  expect(out).toMatch(/crm \(http, 12\.50 EUR a month\)\n +found active, and asked to revoke it\n +a look at .* saw that it is revoked/);
  expect(await life.nhi('verify', 'invoice-bot')).toMatchObject({ code: 0 });
});
