import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { BatchWriteCommand, DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { platform } from './harness/apps';
import { LocalAws } from './harness/local-aws';
import { CallLimiter, Fleet, OrphanLedger, RequestLedger, SweepLedger, Table } from '../../runtime/ledger';
import { DEFAULT_AGENDA } from '../../runtime/model/agenda-settings';
import { runSweepStep, Sweep, Sweeper, SweepPage } from '../../runtime/sweep';

const AGENTS = 5_000;
const DUE = AGENTS / 100;
const NOW = new Date('2026-12-01T00:00:00Z');
const EXECUTION = 'arn:aws:states:us-east-1:000000000000:execution:agents-nhi-agenda:scale';

let aws: LocalAws;

beforeAll(async () => {
  aws = await LocalAws.start();
  await aws.deploy(platform());
  await fill(aws.registry.table);
});

afterAll(() => aws.stop());

/** Rows of agents as the engine writes them, of which one in a hundred is due. */
async function fill({ client, name }: Table): Promise<void> {
  const rows = Array.from({ length: AGENTS }, (_, index) => ({
    pk: 'registry',
    sk: `living#${aws.env.account}/bot-${index}`,
    summary: { account: aws.env.account, agentName: `bot-${index}` },
    dueShard: `due#${index % 8}`,
    dueAt: index % 100 === 0 ? '2026-11-30T00:00:00Z' : '2027-11-30T00:00:00Z',
    dueReason: 'expiry-warning',
  }));
  for (let start = 0; start < AGENTS; start += 25) {
    await client.send(new BatchWriteCommand({ RequestItems: { [name]: rows.slice(start, start + 25).map((Item) => ({ PutRequest: { Item } })) } }));
  }
}

/** The sweeper on the emulator's table, with a count of what its queries return. */
function sweeper(): { readonly sweeper: Sweeper; readonly read: { items: number; queries: number } } {
  const read = { items: 0, queries: 0 };
  const { registry: { table: { client, name }, iam } } = aws;
  const send = async (command: never): Promise<unknown> => {
    const response = await client.send(command) as { Items?: unknown[] };
    read.items += response.Items?.length ?? 0;
    read.queries += response.Items === undefined ? 0 : 1;
    return response;
  };
  const table = new Table({ send } as unknown as DynamoDBDocumentClient, name);
  const now = (): Date => NOW;
  return {
    read,
    sweeper: {
      registry: 'agents',
      account: aws.env.account,
      busName: 'agents-nhi-lifecycle',
      registryPath: '/agents/',
      namePrefix: '',
      settings: DEFAULT_AGENDA,
      limit: { count: 10, share: 0.05 },
      concurrency: 5,
      limiter: new CallLimiter(table, { now, pause: async () => undefined, throttled: () => undefined, failed: () => undefined }),
      fleet: new Fleet(table),
      requests: new RequestLedger(table),
      sweeps: new SweepLedger(table),
      orphans: new OrphanLedger(table),
      bus: new EventBridgeClient({ endpoint: aws.endpoint, region: aws.env.region, credentials: { accessKeyId: aws.env.account, secretAccessKey: 'test' } }),
      iam,
      keep: async () => undefined,
      isRunning: async () => true,
      now,
      count: () => undefined,
      warn: () => undefined,
    },
  };
}

async function sweep(execution: string): Promise<{ readonly asked: number; readonly items: number; readonly queries: number }> {
  const { sweeper: own, read } = sweeper();
  let state = await runSweepStep(own, { step: 'Plan', execution }) as Sweep;
  let asked = 0;
  for (let more = true; more;) {
    const page = await runSweepStep(own, { step: 'Page', execution, sweep: state as never }) as SweepPage;
    asked += page.items.length;
    ({ more, sweep: state } = page);
  }
  await runSweepStep(own, { step: 'Close', execution, sweep: state as never });
  return { asked, ...read };
}

test('of 5,000 agents with 1 % due, the first sweep looks at all, and every later one reads what is due twice and nothing else', async () => {
  expect(await sweep(EXECUTION)).toMatchObject({ asked: AGENTS });
  const { asked, items, queries } = await sweep(`${EXECUTION}-later`);
  expect(asked).toBe(DUE);
  expect(items).toBeLessThanOrEqual(2 * DUE + 10);
  expect(queries).toBeLessThanOrEqual(40);
});
