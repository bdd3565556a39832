import { Server } from 'node:http';
import { DynamoDBDocumentClient, GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { catalogue } from '../../../runtime/handlers';
import { ACCOUNT, BOT, left, living, NAME, SETTINGS } from '../catalogue/cataloguing';
import { FakeAgentRegistry } from '../catalogue/fake-agent-registry';

const ledger = mockClient(DynamoDBDocumentClient);
const EVENT = { detail: { subject: `${ACCOUNT}/${BOT.agentName}` } };

let server: Server;
let registry: FakeAgentRegistry;
let sent: { readonly MessageBody: string; readonly DelaySeconds: number }[];
let output: string[];
let before: NodeJS.ProcessEnv;

beforeEach(async () => {
  before = { ...process.env };
  [registry, sent, output] = [new FakeAgentRegistry(), [], []];
  for (const stream of [process.stdout, process.stderr]) {
    jest.spyOn(stream, 'write').mockImplementation((text) => output.push(String(text)) > 0);
  }
  ledger.reset();
  const started = await registry.serve(({ Entries: entries }) => sent.push(...entries));
  server = started.server;
  delete process.env.AWS_ENDPOINT_URL;
  Object.assign(process.env, {
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'secret',
    // Only these two services: whatever else was called would leave the machine, and fail.
    AWS_ENDPOINT_URL_AGENT_REGISTRY_CONTROL: started.url,
    AWS_ENDPOINT_URL_SQS: started.url,
    POWERTOOLS_TRACE_ENABLED: 'false',
    LEDGER_TABLE: 'agents-nhi-ledger',
    REGISTRY_NAME: 'agents',
    PARTITION: 'aws',
    CATALOGUE: JSON.stringify(SETTINGS),
  });
});

afterEach(() => {
  server.close();
  jest.restoreAllMocks();
  process.env = before;
});

const deliver = (message: unknown, attempt = 1) => catalogue({ Records: [{ messageId: '1', body: JSON.stringify(message), attributes: { ApproximateReceiveCount: String(attempt) } }] });

test('an event brings the record in step, with the real calls over the network, and reads the one agent only', async () => {
  ledger.on(GetCommand).resolves({ Item: { state: living() } });
  await deliver(EVENT);
  expect(registry.records).toMatchObject([{ name: NAME, status: 'APPROVED' }]);
  expect(ledger.commandCalls(QueryCommand)).toEqual([]);
  expect(new Set(ledger.commandCalls(GetCommand).map(({ args: [{ input }] }) => input.Key!.pk))).toEqual(new Set([`placement#${ACCOUNT}#${BOT.agentName}`]));

  ledger.on(GetCommand).resolves({ Item: { state: left() } });
  await deliver(EVENT);
  expect(registry.records).toMatchObject([{ name: NAME, status: 'DEPRECATED' }]);
  expect(output.join('')).not.toContain(living().declared.sponsor.accountableName);
});

test('a comparison of all asks the queue for each agent, in groups that it takes', async () => {
  const items = Array.from({ length: 12 }, (_, index) => ({ pk: 'registry', sk: `living#${ACCOUNT}/bot-${index}`, summary: { account: ACCOUNT, agentName: `bot-${index}` } }));
  ledger.on(QueryCommand).resolves({ Items: items });
  await deliver({ task: 'reconcile-catalogue' });
  expect(sent).toHaveLength(13);
  expect(JSON.parse(sent[12].MessageBody)).toEqual({ task: 'reconcile-catalogue', records: true });
  expect(sent.map(({ DelaySeconds: delay }) => delay)).toEqual([0, 75, 150, 225, 300, 375, 450, 525, 600, 675, 750, 825, 900]);
});

test('what fails stays in the queue, and from the third attempt on it is counted', async () => {
  ledger.on(GetCommand).resolves({ Item: { state: living() } });
  registry.add({ name: NAME, recordType: 'AGENT' });
  for (const attempt of [1, 2]) {
    await expect(deliver(EVENT, attempt)).rejects.toMatchObject({ code: 'CatalogueNameTaken' });
  }
  expect(output.join('')).not.toContain('CatalogueFailed');
  await expect(deliver(EVENT, 3)).rejects.toMatchObject({ code: 'CatalogueNameTaken' });
  expect(output.join('')).toContain('CatalogueFailed');
});

test.each([['no event', {}], ['two at once', { Records: [1, 2].map(() => ({ body: '{}', attributes: { ApproximateReceiveCount: '1' } })) }]])('refuses %s', async (_what, event) => {
  await expect(catalogue(event)).rejects.toThrow();
  expect(registry.calls).toEqual([]);
});
