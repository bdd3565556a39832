import { ApiCall, ApiError, GoogleApi } from '../../../../runtime/google/api';
import { readInput, RecordInput } from '../../../../runtime/google/record/input';
import { accountEmailOf } from '../../../../runtime/google/record/next-event';
import { lastEventOf, recordAgent, recordEvent } from '../../../../runtime/google/record/record-event';
import { verifyChain } from '../../../../src/core/hash-chain';
import { LifecycleEvent } from '../../../../src/core/lifecycle-event';
import { codeOf } from '../../../google/agents';

const INPUT: RecordInput = {
  registry: 'agents',
  bucket: 'acme-agents-agents-registry',
  topic: 'projects/acme-agents/topics/agents-lifecycle',
  actor: 'terraform:invoice-bot',
  project: 'acme-agents',
  agentName: 'invoice-bot',
  stage: 'test',
  sponsorId: 'ada.park@example.com',
  expires: '2027-04-01T00:00:00Z',
  accountUniqueId: '1001',
  accountEmail: 'invoice-bot-test-24jksteni8@acme-agents.iam.gserviceaccount.com',
};
const { accountUniqueId: _gone, ...LEAVING } = INPUT;
const FOLDER = 'events/acme-agents/invoice-bot/';

/** A bucket whose objects can't be overwritten, and a topic. */
class Registry {
  public readonly objects = new Map<string, LifecycleEvent>();
  public readonly told: LifecycleEvent[] = [];
  public before?: (call: ApiCall) => void;
  public readonly api = {
    now: () => Date.UTC(2026, 10, 25),
    call: async ({ service, method, path, query = {}, body }: ApiCall) => {
      this.before?.({ service, method, path });
      if (service === 'pubsub') {
        this.told.push(JSON.parse(Buffer.from((body as { messages: { data: string }[] }).messages[0].data, 'base64').toString()) as LifecycleEvent);
        return {};
      }
      if (method === 'POST') {
        const name = String(query.name);
        if (this.objects.has(name)) {
          throw new ApiError(412, 'conditionNotMet');
        }
        expect(query.ifGenerationMatch).toBe('0');
        this.objects.set(name, JSON.parse(JSON.stringify(body)) as LifecycleEvent);
        return {};
      }
      if (service === 'iam') {
        throw new ApiError(404, 'no account');
      }
      return query.alt === 'media' ? JSON.stringify(this.objects.get(decodeURIComponent(path.split('/o/')[1]))) : { items: [...this.objects.keys()].filter((name) => name.startsWith(String(query.prefix))).map((name) => ({ name })) };
    },
  } as unknown as GoogleApi;

  public get chain(): LifecycleEvent[] {
    return [...this.objects.keys()].filter((name) => name.startsWith(FOLDER)).sort().map((name) => this.objects.get(name)!);
  }

  public get names(): string[] {
    return this.chain.map(({ type }) => type.replace(/^nhi\.lifecycle\.|\.v1$/g, ''));
  }
}

test('a life of an agent is one intact chain, each event told once', async () => {
  const registry = new Registry();
  await recordEvent(registry.api, INPUT, false);
  await recordEvent(registry.api, { ...INPUT, sponsorId: 'li.chen@example.com' }, false);
  await recordEvent(registry.api, { ...INPUT, sponsorId: 'li.chen@example.com', expires: '2027-07-01T00:00:00Z' }, false);
  const moved = { ...INPUT, sponsorId: 'li.chen@example.com', expires: '2027-07-01T00:00:00Z', stage: 'production', accountUniqueId: '1002' };
  await recordEvent(registry.api, moved, false);
  await recordEvent(registry.api, { ...moved, accountUniqueId: '1003' }, false);
  await recordEvent(registry.api, { ...LEAVING, stage: 'production' }, true);
  await recordEvent(registry.api, INPUT, false);

  expect(registry.names).toEqual(['joined', 'sponsor-changed', 'expiry-changed', 'moved', 'principal-retired', 'left', 'joined']);
  expect(verifyChain(registry.chain)).toMatchObject({ intact: true, length: 7 });
  expect(registry.told).toEqual(registry.chain);
  expect([...registry.objects.keys()][0]).toBe(`${FOLDER}000000000001.json`);
});

test('says which account, and at a move where from', async () => {
  const registry = new Registry();
  await recordEvent(registry.api, INPUT, false);
  await recordEvent(registry.api, { ...INPUT, stage: 'production', accountUniqueId: '1002' }, false);
  await recordEvent(registry.api, LEAVING, true);

  expect(registry.chain[1].data).toMatchObject({ entity: { name: 'invoice-bot', uid: '1002' }, unmapped: { stage: 'production', details: { from: 'test' } } });
  expect(registry.chain[2].data).toMatchObject({ entity: { uid: '1002' } });
});

test('a leave after a move that was refused says what the agent was, not what was configured', async () => {
  const registry = new Registry();
  expect(await recordEvent(registry.api, INPUT, false)).toMatchObject({ isNew: true });
  const refused = { stage: 'production', sponsorId: 'li.chen@example.com', expires: '2027-07-01T00:00:00Z', accountEmail: 'invoice-bot-prod-0000000000@acme-agents.iam.gserviceaccount.com' };
  await recordEvent(registry.api, { ...LEAVING, ...refused }, true);

  const [joined, left] = registry.chain.map(({ data }) => data);
  expect(left).toMatchObject({ entity: joined.entity, unmapped: joined.unmapped });
  expect(left.entity).toMatchObject({ data: { arn: `//iam.googleapis.com/projects/acme-agents/serviceAccounts/${INPUT.accountEmail}` } });
  expect(accountEmailOf(await lastEventOf(registry.api, INPUT))).toBe(INPUT.accountEmail);
});

test('what is recorded already is reported again with the id it had, and not recorded twice', async () => {
  const registry = new Registry();
  registry.before = ({ service }) => {
    if (service === 'pubsub') {
      throw new ApiError(503, 'unavailable');
    }
  };
  await expect(recordEvent(registry.api, INPUT, false)).rejects.toThrow('unavailable');
  registry.before = undefined;
  expect(await recordEvent(registry.api, INPUT, false)).toEqual({ event: registry.chain[0], isNew: false });

  expect(registry.names).toEqual(['joined']);
  expect(registry.told.map(({ id }) => id)).toEqual([registry.chain[0].id]);
});

test('two that write at once follow each other', async () => {
  const registry = new Registry();
  await recordEvent(registry.api, INPUT, false);
  await Promise.all([
    recordEvent(registry.api, { ...INPUT, sponsorId: 'li.chen@example.com' }, false),
    recordEvent(registry.api, { ...INPUT, expires: '2027-07-01T00:00:00Z' }, false),
  ]);

  expect(verifyChain(registry.chain)).toMatchObject({ intact: true, length: 3 });
});

test('nobody leaves that never joined', async () => {
  const registry = new Registry();

  expect(await recordEvent(registry.api, LEAVING, true)).toBeUndefined();
  expect(registry.told).toEqual([]);
});

test('ChainBroken: nothing is added to an event that was forged', async () => {
  const registry = new Registry();
  await recordEvent(registry.api, INPUT, false);
  const [[name, event]] = registry.objects;
  registry.objects.set(name, { ...event, subject: 'acme-agents/other-bot' });

  await expect(recordEvent(registry.api, { ...INPUT, stage: 'production' }, false)).rejects.toMatchObject({ code: 'ChainBroken' });
});

test('what the agent is declared as is written once for each change, under names that are never used again', async () => {
  const registry = new Registry();
  for (const stage of ['test', 'test', 'production', 'test']) {
    await recordAgent(registry.api, { ...INPUT, record: { stage, purpose: 'Matches' } });
  }
  await recordAgent(registry.api, LEAVING);

  expect([...registry.objects].map(([name, record]) => [name, (record as unknown as { stage: string }).stage])).toEqual([
    ['agents/acme-agents/invoice-bot/000000000001.json', 'test'],
    ['agents/acme-agents/invoice-bot/000000000002.json', 'production'],
    ['agents/acme-agents/invoice-bot/000000000003.json', 'test'],
  ]);
});

describe('input', () => {
  const text = (changes: object) => JSON.stringify({ version: 1, ...INPUT, ...changes });

  test('is read as the construct writes it', () => {
    expect(readInput(text({}))).toEqual(INPUT);
    expect(readInput(JSON.stringify({ version: 1, ...LEAVING }))).toEqual(LEAVING);
    expect(readInput(text({ record: { purpose: 'x' } }))).toEqual({ ...INPUT, record: { purpose: 'x' } });
  });

  test.each<[string, string, string | undefined]>([
    ['RecordInputInvalid', 'nothing', undefined],
    ['RecordInputInvalid', 'no JSON', '{'],
    ['RecordVersionUnknown', 'a later version', text({ version: 2 })],
    ['RecordInputInvalid', 'a bucket that leads elsewhere', text({ bucket: 'a/../b' })],
    ['RecordInputInvalid', 'a topic that leads elsewhere', text({ topic: 'projects/acme/topics/../x' })],
    ['RecordInputInvalid', 'a record that is no object', text({ record: 'x' })],
    ['RecordInputInvalid', 'an end that is no instant', text({ expires: 'soon' })],
  ])('%s: %s', (code, _what, received) => {
    expect(codeOf(() => readInput(received))).toBe(code);
  });
});
