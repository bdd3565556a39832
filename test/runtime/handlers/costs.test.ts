import { once } from 'node:events';
import { createServer, Server } from 'node:http';
import { AddressInfo } from 'node:net';
import { costs } from '../../../runtime/handlers';

interface Asked { readonly target?: string; readonly authorization?: string; readonly body: Record<string, unknown> }

let server: Server;
let asked: Asked[];
let before: NodeJS.ProcessEnv;
/** What Cost Explorer has charged, by the value of the tag. */
const BILL: Readonly<Record<string, [amount: string, unit: string]>> = { crm: ['120.504', 'EUR'], idle: ['0', 'USD'] };

beforeEach(async () => {
  before = { ...process.env };
  asked = [];
  jest.spyOn(process.stdout, 'write').mockImplementation(() => true);
  jest.spyOn(process.stderr, 'write').mockImplementation(() => true);
  server = createServer((incoming, outgoing) => {
    let text = '';
    incoming.on('data', (chunk: Buffer) => (text += chunk.toString()));
    incoming.on('end', () => {
      const body = JSON.parse(text) as { Filter: { Tags: { Values: string[] } } };
      asked.push({ target: incoming.headers['x-amz-target'] as string, authorization: incoming.headers.authorization, body });
      const [value] = body.Filter.Tags.Values;
      if (value === 'denied') {
        outgoing.writeHead(400).end(JSON.stringify({ __type: 'AccessDeniedException', message: 'not allowed' }));
        return;
      }
      const [Amount, Unit] = BILL[value] ?? ['0', 'USD'];
      outgoing.end(JSON.stringify({ ResultsByTime: [{ Total: { UnblendedCost: { Amount, Unit } } }] }));
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  Object.assign(process.env, {
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'secret',
    AWS_ENDPOINT_URL_COST_EXPLORER: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    POWERTOOLS_TRACE_ENABLED: 'false',
    REGISTRY_NAME: 'agents',
    PARTITION: 'aws',
  });
  delete process.env.AWS_ENDPOINT_URL;
});

afterEach(() => {
  server.close();
  jest.restoreAllMocks();
  process.env = before;
});

const tag = (value: string) => ({ key: 'integration', value });

test('each tag is one request of the last 30 days, and its answer is in the currency of the bill', async () => {
  expect(await costs({ tags: [tag('crm')] })).toMatchObject([{ amount: 120.5, unit: 'EUR' }]);
  expect(asked).toMatchObject([{
    target: 'AWSInsightsIndexService.GetCostAndUsage',
    authorization: expect.stringContaining('/us-east-1/ce/aws4_request'),
    body: { Granularity: 'MONTHLY', Metrics: ['UnblendedCost'], Filter: { Tags: { Key: 'integration', Values: ['crm'] } } },
  }]);
  const { Start: from, End: to } = asked[0].body.TimePeriod as { Start: string; End: string };
  expect(Date.parse(to) - Date.parse(from)).toBe(30 * 86_400_000);
});

test('what is not recorded, and what is denied, is not known and never zero; answers keep their order', async () => {
  const [idle, denied, crm] = await costs({ tags: ['idle', 'denied', 'crm'].map(tag) });
  expect(idle).toMatchObject({ missing: expect.stringContaining('no cost is recorded under integration') });
  expect(denied).toMatchObject({ missing: expect.stringContaining('AccessDeniedException'), unanswered: true });
  expect([idle.amount, idle.unanswered, denied.amount, crm.amount]).toEqual([undefined, undefined, undefined, 120.5]);
});

test.each([['no tags', { tags: [] }], ['too many', { tags: Array.from({ length: 21 }, () => tag('crm')) }], ['an empty key', { tags: [{ key: '', value: 'x' }] }]])('refuses %s', async (_what, event) => {
  await expect(costs(event)).rejects.toThrow();
  expect(asked).toEqual([]);
});
