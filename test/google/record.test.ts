import { codeOf } from './agents';
import { ApiCall, ApiError, GoogleApi } from '../../runtime/google/api';
import { readInput, RecordInput } from '../../runtime/google/record/input';
import { recordEvent } from '../../runtime/google/record/record-event';
import { verifyChain } from '../../src/core/hash-chain';
import { LifecycleEvent } from '../../src/core/lifecycle-event';

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
        if (this.objects.has(query.name!)) {
          throw new ApiError(412, 'conditionNotMet');
        }
        expect(query.ifGenerationMatch).toBe('0');
        this.objects.set(query.name!, JSON.parse(JSON.stringify(body)) as LifecycleEvent);
        return {};
      }
      return query.alt === 'media' ? this.objects.get(decodeURIComponent(path.split('/o/')[1])) : { items: [...this.objects.keys()].filter((name) => name.startsWith(query.prefix!)).map((name) => ({ name })) };
    },
  } as unknown as GoogleApi;

  public get chain(): LifecycleEvent[] {
    return [...this.objects.keys()].sort().map((name) => this.objects.get(name)!);
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

test('what is recorded already is told again with the id it had, and not recorded twice', async () => {
  const registry = new Registry();
  registry.before = ({ service }) => {
    if (service === 'pubsub') {
      throw new ApiError(503, 'unavailable');
    }
  };
  await expect(recordEvent(registry.api, INPUT, false)).rejects.toThrow('unavailable');
  registry.before = undefined;
  await recordEvent(registry.api, INPUT, false);

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

describe('input', () => {
  const text = (changes: object) => JSON.stringify({ version: 1, ...INPUT, ...changes });

  test('is read as the construct writes it', () => {
    expect(readInput(text({}))).toEqual(INPUT);
    expect(readInput(JSON.stringify({ version: 1, ...LEAVING }))).toEqual(LEAVING);
  });

  test.each<[string, string, string | undefined]>([
    ['RecordInputInvalid', 'nothing', undefined],
    ['RecordInputInvalid', 'no JSON', '{'],
    ['RecordVersionUnknown', 'a later version', text({ version: 2 })],
    ['RecordInputInvalid', 'a bucket that leads elsewhere', text({ bucket: 'a/../b' })],
    ['RecordInputInvalid', 'a topic that leads elsewhere', text({ topic: 'projects/acme/topics/../x' })],
    ['RecordInputInvalid', 'an end that is no instant', text({ expires: 'soon' })],
  ])('%s: %s', (code, _what, received) => {
    expect(codeOf(() => readInput(received))).toBe(code);
  });
});
