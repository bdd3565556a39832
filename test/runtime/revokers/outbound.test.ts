import { AccountServer, answer } from './local-server';
import { LOCAL_TLS } from './local-tls';
import { NOW } from './third-party';
import { outbound, OutboundOptions } from '../../../runtime/revokers';
import { isPublicAddress } from '../../../runtime/revokers/addresses';

let server: AccountServer;
beforeAll(async () => {
  server = await new AccountServer().start();
});
afterAll(async () => server[Symbol.asyncDispose]());
afterEach(() => (server.before = undefined));

const send = (url: string, options: Partial<OutboundOptions> = {}) => outbound({ privateHosts: ['127.0.0.1'], now: () => NOW, allowsPlain: true, timeoutMs: 5_000, ...options })({ method: 'GET', url: new URL(url) });
const port = (): string => new URL(server.origin).port;

test.each([
  '0.0.0.0', '10.1.2.3', '100.64.0.1', '127.0.0.1', '127.9.9.9', '169.254.169.254', '169.254.170.2', '172.16.0.1', '172.31.255.255', '192.168.1.1', '198.18.0.1', '192.0.2.1', '203.0.113.9', '224.0.0.1',
  '255.255.255.255', '::', '::1', '::ffff:10.0.0.1', '::ffff:127.0.0.1', '::ffff:8.8.8.8', '64:ff9b::a00:1', 'fc00::1', 'fd00:ec2::254', 'fe80::1', 'fe80::1%eth0', 'ff02::1', '2001:db8::1', '2002:a00:1::1',
  '2001::1', '', 'localhost', '8.8.8.8.8',
])('%s is not public', (address) => expect(isPublicAddress(address)).toBe(false));

test.each(['8.8.8.8', '172.15.0.1', '172.32.0.1', '192.169.0.1', '100.128.0.1', '2606:4700::1111', '2a00:1450:4001::200e'])('%s is public', (address) => expect(isPublicAddress(address)).toBe(true));

test('a host with a private address is refused unless the registry names it', async () => {
  await expect(send(server.origin)).resolves.toMatchObject({ status: 400 });
  for (const url of ['https://127.0.0.1:1/', 'https://[::1]:1/', 'https://2130706433/', 'https://0x7f.1/']) {
    await expect(send(url, { privateHosts: [] })).rejects.toThrow('its host has a private or local address');
  }
});

test('a name is judged by all of the addresses to which the connection would be made', async () => {
  const count = server.received.length;
  const to = (...addresses: string[]) => ({ privateHosts: [], lookup: async () => addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })) });
  const url = `https://idp.example.com:${port()}/`;
  await expect(send(url, to('127.0.0.1'))).rejects.toThrow('its host has a private or local address');
  await expect(send(url, to('93.184.215.14', '10.0.0.1'))).rejects.toThrow('its host has a private or local address');
  await expect(send(url, to())).rejects.toThrow('its host has a private or local address');
  expect(server.received).toHaveLength(count);
  // The twin: the same name, which the registry names.
  await expect(send(`http://idp.corp.example:${port()}/`, { ...to('127.0.0.1'), privateHosts: ['idp.corp.example'] })).resolves.toMatchObject({ status: 400 });
});

test('only https, except for named hosts on a local emulator', async () => {
  await expect(send(server.origin, { allowsPlain: false })).rejects.toThrow('its URL is not https');
  await expect(send('http://idp.example.com/')).rejects.toThrow('its URL is not https');
  await expect(send('file:///etc/passwd')).rejects.toThrow('its URL is not https');
});

test('no redirect is followed', async () => {
  server.before = (_received, response) => answer(response, 302, '', { location: `${server.origin}/elsewhere` });
  await expect(send(server.origin)).rejects.toThrow('it redirects (302), and redirects are not followed');
  expect(server.received.some(({ path }) => path === '/elsewhere')).toBe(false);
});

test('a response that is too long, cut off, or never comes is a failure', async () => {
  server.before = (_received, response) => answer(response, 200, 'x'.repeat(2_000));
  await expect(send(server.origin, { mostBytes: 1_000 })).rejects.toThrow('its response has more than 1000 bytes');
  server.before = (_received, response) => {
    response.writeHead(200, { 'content-length': '100' });
    response.write('{');
    setTimeout(() => response.destroy(), 20);
    return true;
  };
  await expect(send(server.origin)).rejects.toThrow(/cut off|connection failed/);
  server.before = () => true;
  await expect(send(server.origin, { timeoutMs: 200 })).rejects.toThrow('it did not respond within 200 ms');
});

test('JSON that is not declared as JSON is refused', async () => {
  server.before = (_received, response) => answer(response, 200, '{"a":1}', { 'content-type': 'text/plain' });
  expect(await send(server.origin)).toEqual({ status: 200, json: undefined });
  server.before = (_received, response) => answer(response, 200, '{"a":1}', { 'content-type': 'application/scim+json; charset=utf-8' });
  expect(await send(server.origin)).toEqual({ status: 200, json: { a: 1 } });
});

test('a certificate that nobody vouches for is refused, and one that is trusted is not', async () => {
  const tls = LOCAL_TLS;
  const secure = await new AccountServer().start(tls);
  try {
    await expect(send(secure.origin)).rejects.toThrow(/^the connection failed \([A-Z_]+\)$/);
    await expect(send(secure.origin, { ca: tls.cert })).resolves.toMatchObject({ status: 400 });
  } finally {
    await secure[Symbol.asyncDispose]();
  }
});
