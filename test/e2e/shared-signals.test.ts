import { once } from 'node:events';
import { createServer, IncomingMessage, request, Server } from 'node:http';
import { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { GetFunctionConfigurationCommand, InvokeCommand } from '@aws-sdk/client-lambda';
import { aws_secretsmanager as secrets, SecretValue } from 'aws-cdk-lib';
import { agentApp, platform } from './harness/apps';
import { LocalAws } from './harness/local-aws';
import { Received, Receiver, Refused } from '../runtime/signals/receiver';
import { SharedSignals, SignalReceiver } from 'cdk-nhi-lifecycle';

const HEADER = 'Bearer of-the-receiver';
const TOKEN = 'token-of-the-poller-0123456789';
const CRM = 'https://crm.example.com';

let aws: LocalAws;
let issuer: string;
let server: Server;
let pushed: Receiver;
let isDown = false;

/** Sends a request to the emulator's API Gateway, which finds the API by the name of the host. */
async function ask(
  method: string, path: string, { token, body, form }: { token?: string; body?: object; form?: string } = {},
): Promise<{ status: number; json: Record<string, unknown> }> {
  const headers = { 'host': new URL(issuer).host, ...(token === undefined ? {} : { authorization: `Bearer ${token}` }), 'content-type': form === undefined ? 'application/json' : 'application/x-www-form-urlencoded' };
  const sent = request(aws.plainEndpoint + path, { method, headers });
  sent.end(form ?? (body === undefined ? undefined : JSON.stringify(body)));
  const [response] = await once(sent, 'response') as [IncomingMessage];
  const text = await bodyOf(response);
  return { status: response.statusCode!, json: text === '' ? {} : JSON.parse(text) as Record<string, unknown> };
}

async function bodyOf(message: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of message) {
    parts.push(part as Buffer);
  }
  return Buffer.concat(parts).toString();
}

/** A receiver as RFC 8935 demands it. */
async function startReceiver(): Promise<Server> {
  const listening = createServer((incoming, response) => {
    void (async () => {
      const token = await bodyOf(incoming);
      if (isDown) {
        response.writeHead(503).end();
      } else if (incoming.headers.authorization !== HEADER || incoming.headers['content-type'] !== 'application/secevent+jwt') {
        response.writeHead(401).end();
      } else {
        await pushed.take(token).then(() => response.writeHead(202).end(), (error: unknown) => {
          response.writeHead(400, { 'content-type': 'application/json' }).end(JSON.stringify({ err: error instanceof Refused ? error.err : 'invalid_request', description: String(error) }));
        });
      }
    })();
  });
  await once(listening.listen(0, '127.0.0.1'), 'listening');
  return listening;
}

const receiverOf = (streamId: string, audience: string) => new Receiver({ issuer, audience, streamId }, async () => (await ask('GET', '/jwks.json')).json as { keys: [] });

/** What the rule does each minute. */
async function deliver(): Promise<void> {
  const { FunctionError: error, Payload: payload } = await aws.lambda.send(new InvokeCommand({ FunctionName: 'agents-nhi-signals', Payload: new TextEncoder().encode('{"task":"deliver-signals"}') }));
  expect([error, new TextDecoder().decode(payload)]).toEqual([undefined, expect.anything()]);
}

/** Sends until as many signals have come as expected. */
async function until(count: number): Promise<string[]> {
  for (let tries = 0; pushed.accepted.length < count && tries < 120; tries++) {
    await pause(500);
    await deliver();
  }
  return about(pushed.accepted, 'invoice-bot');
}

const about = (all: readonly Received[], agentName: string) => all.filter(({ subject }) => subject.sub === `${aws.env.account}/${agentName}`).map(({ uri }) => uri.split('/').at(-1)!);

/** Polls until nothing is left, and acknowledges everything. */
async function pollAll(receiver: Receiver): Promise<void> {
  let ack: string[] = [];
  do {
    const { status, json } = await ask('POST', '/poll/siem', { token: TOKEN, body: { maxEvents: 2, returnImmediately: true, ack } });
    expect(status).toBe(200);
    const sets = json.sets as Record<string, string>;
    for (const set of Object.values(sets)) {
      await receiver.take(set);
    }
    ack = Object.keys(sets);
  } while (ack.length > 0);
}

beforeAll(async () => {
  aws = await LocalAws.start();
  server = await startReceiver();
  await aws.deploy(platform({
    also: (stack, registry) => {
      const secret = (id: string, text: string) => new secrets.Secret(stack, id, { secretStringValue: SecretValue.unsafePlainText(text) });
      const crm = SignalReceiver.push({ streamId: 'crm', audience: CRM, endpoint: `${CRM}/events`, authorization: secret('Header', HEADER) });
      // On this machine and without TLS, which a construct does not allow.
      Object.assign(crm._facts.push!, { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}/events` });
      new SharedSignals(stack, 'Signals', { registry, receivers: [crm, SignalReceiver.poll({ streamId: 'siem', audience: 'siem', token: secret('Token', TOKEN) })] });
    },
  }));
  const { Environment: environment } = await aws.lambda.send(new GetFunctionConfigurationCommand({ FunctionName: 'agents-nhi-signals' }));
  ({ issuer } = JSON.parse(environment!.Variables!.SIGNALS) as { issuer: string });
  pushed = receiverOf('crm', CRM);
  await aws.deploy(agentApp());
});

afterAll(async () => {
  server.close();
  await aws.stop();
});

test('a suspension reaches both receivers as two signed tokens, which each checks by the published key', async () => {
  expect((await ask('GET', '/.well-known/ssf-configuration')).json).toMatchObject({ spec_version: '1_0', issuer, jwks_uri: `${issuer}/jwks.json` });
  await aws.nhi(['suspend', 'invoice-bot', '--reason', 'Its key was seen in a public place', '--yes']);
  expect(await until(2)).toEqual(['account-disabled', 'session-revoked']);
  expect(JSON.stringify(pushed.accepted)).not.toContain('public place');

  const polled = receiverOf('siem', 'siem');
  expect((await ask('POST', '/poll/siem', { token: `${TOKEN}x`, body: {} })).status).toBe(401);
  await pollAll(polled);
  expect(about(polled.accepted, 'invoice-bot')).toEqual(['account-disabled', 'session-revoked']);
});

test('a receiver gets an access token for its client id and secret, and creates its stream, reads it and polls with it', async () => {
  const { json: { token_endpoint: endpoint } } = await ask('GET', '/.well-known/oauth-authorization-server');
  expect(endpoint).toBe(`${issuer}/token`);
  const granted = async (secret: string): Promise<{ status: number; json: Record<string, unknown> }> => ask('POST', '/token', { form: new URLSearchParams({ grant_type: 'client_credentials', client_id: 'siem', client_secret: secret }).toString() });
  expect((await granted(`${TOKEN}x`)).status).toBe(401);
  const { status, json: { access_token: token } } = await granted(TOKEN) as { status: number; json: { access_token: string } };
  expect(status).toBe(200);
  const created = await ask('POST', '/streams', { token, body: { delivery: { method: 'urn:ietf:rfc:8936' } } });
  expect(created).toMatchObject({ status: 201, json: { stream_id: 'siem', iss: issuer, aud: 'siem' } });
  expect((await ask('GET', '/streams', { token })).json).toEqual([created.json]);
  expect((await ask('POST', '/streams', { token, body: { delivery: { method: 'urn:ietf:rfc:8935', endpoint_url: 'https://attacker.example.com/' } } })).status).toBe(403);
  expect((await ask('POST', '/poll/siem', { token, body: { maxEvents: 0 } })).status).toBe(200);
});

test('a receiver verifies its stream', async () => {
  const polled = receiverOf('siem', 'siem');
  expect((await ask('POST', '/verification', { token: TOKEN, body: { stream_id: 'siem', state: 'abc' } })).status).toBe(204);
  await deliver();
  await pollAll(polled);
  expect(polled.accepted).toMatchObject([{ subject: { format: 'opaque', id: 'siem' }, event: { state: 'abc' } }]);
});

test('a receiver that was down gets everything of an agent that left meanwhile, in order and once', async () => {
  isDown = true;
  await aws.destroy(agentApp());
  for (let tries = 0; (await aws.registry.table.query('signal#stream#crm', 'set#')).length < 3 && tries < 120; tries++) {
    await pause(500);
  }
  await deliver();
  expect(pushed.accepted).toHaveLength(2);
  isDown = false;
  expect(await until(5)).toEqual(['account-disabled', 'session-revoked', 'session-revoked', 'credential-change', 'account-purged']);
  await deliver();
  expect(new Set(pushed.accepted.map(({ jti }) => jti)).size).toBe(5);
  expect(await aws.registry.table.query('signal#stream#crm', 'set#')).toEqual([]);
});
