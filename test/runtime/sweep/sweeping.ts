import { putOnce } from '../../../runtime/evidence';
import { CallLimiter, Fleet, LeaverLimit, OrphanLedger, RequestLedger, SweepLedger } from '../../../runtime/ledger';
import { AgendaSettings } from '../../../runtime/model/agenda-settings';
import { LifecycleRequest } from '../../../runtime/model/request';
import { runSweepStep, Sweep, Sweeper, SweepItem, SweepPage } from '../../../runtime/sweep';
import { WITHOUT_DRIFT } from '../engine/decision/requests';
import { World } from '../engine/world';
import { FakeBucket } from '../evidence/bucket';
import { MemoryTable } from '../ledger/memory-table';

/** What a sweep sent to the bus about the registry. */
export interface Held { readonly digest: string; readonly agents: number; readonly allowed: number; readonly first: string[] }

export interface SweeperOptions {
  readonly settings?: AgendaSettings;
  readonly limit?: LeaverLimit;
  readonly now?: () => Date;
  readonly iam?: { send(command: never): Promise<unknown> };
}

const NO_ROLES = { send: async () => ({ Roles: [] }) };

/** Each sweep is an execution of its own. */
let count = 0;

/** A sweeper on a table in memory. */
export class FakeSweeper {
  public readonly sweeper: Sweeper;
  public readonly sent: Held[] = [];
  /** The ids of what it sent. */
  public readonly ids: string[] = [];
  public readonly metrics: string[] = [];
  public readonly warnings: string[] = [];
  /** Where what was sent is kept. */
  public readonly bucket = new FakeBucket();
  public readonly sweeps: SweepLedger;
  public refusesEvents = false;
  /** Executions that do not run. */
  public readonly stopped = new Set<string>();

  constructor(memory: MemoryTable, { iam = NO_ROLES, settings = WITHOUT_DRIFT, limit = { count: 10, share: 0.05 }, now = () => new Date('2026-06-01T00:00:00Z') }: SweeperOptions = {}) {
    this.sweeps = new SweepLedger(memory.table);
    this.sweeper = {
      registry: 'agents',
      account: '111122223333',
      busName: 'agents-nhi-lifecycle',
      settings,
      limit,
      concurrency: 5,
      limiter: new CallLimiter(memory.table, { now, pause: async () => undefined, throttled: () => undefined, failed: () => undefined }),
      fleet: new Fleet(memory.table),
      requests: new RequestLedger(memory.table),
      sweeps: this.sweeps,
      orphans: new OrphanLedger(memory.table),
      registryPath: '/agents/',
      namePrefix: '',
      iam: iam as unknown as Sweeper['iam'],
      bus: {
        send: async ({ input: { Entries: [{ Detail: detail }] } }: { input: { Entries: { Detail: string }[] } }) => {
          const { id, data } = JSON.parse(detail) as { id: string; data: Held };
          this.ids.push(id);
          this.sent.push(data);
          return { Entries: [this.refusesEvents ? { ErrorCode: 'InternalFailure' } : {}] };
        },
      } as unknown as Sweeper['bus'],
      keep: (key, text) => putOnce(this.bucket.s3, 'evidence', key, text),
      isRunning: async (execution) => !this.stopped.has(execution),
      now,
      count: (metric) => void this.metrics.push(metric),
      warn: (message) => void this.warnings.push(message),
    };
  }

  /** The items of a whole sweep, in the order in which the state machine takes them. `work` does one. */
  public async run(work: (item: SweepItem) => Promise<unknown> = async () => undefined): Promise<SweepItem[]> {
    const execution = `arn:aws:states:eu-west-1:111122223333:execution:agents-nhi-agenda:sweep-${++count}`;
    const items: SweepItem[] = [];
    let sweep = JSON.parse(JSON.stringify(await runSweepStep(this.sweeper, { step: 'Plan', execution }))) as Sweep;
    for (let more = true; more;) {
      const page = JSON.parse(JSON.stringify(await runSweepStep(this.sweeper, { step: 'Page', execution, sweep: sweep as never }))) as SweepPage;
      for (const item of page.items) {
        items.push(item);
        await work(item);
      }
      ({ more, sweep } = page);
    }
    await runSweepStep(this.sweeper, { step: 'Close', execution, sweep: sweep as never });
    await runSweepStep(this.sweeper, { step: 'Orphans', execution, sweep: sweep as never });
    return items;
  }
}

/** A sweeper over the agents of a world, which asks the world's engine. */
export function sweeperOf(world: World, options: SweeperOptions = {}): { readonly fake: FakeSweeper; readonly sweep: () => Promise<SweepItem[]> } {
  const { memory, engine: { config } } = world.fake;
  const own = { settings: config.agenda, limit: { count: 10 }, now: () => world.fake.now, iam: world.fake.iam as never };
  const fake = new FakeSweeper(memory, { ...own, ...options });
  return { fake, sweep: () => fake.run((item) => attend(world, item)) };
}

/** Runs the engine for one item of a sweep. */
export async function attend(world: World, { input: { requestId } }: SweepItem): Promise<void> {
  const { stored } = world.fake.memory.items.get(`request#${requestId}|request`) as unknown as { stored: { request: LifecycleRequest } };
  await world.fake.run(stored.request);
}

/** EventBridge's events of the executions of these items that ended early. */
export async function tellEnded(world: World, items: readonly SweepItem[]): Promise<void> {
  for (const { input: { requestId, placement } } of items) {
    const execution = `execution-${requestId}`;
    if (world.fake.executions.get(execution) === 'TIMED_OUT') {
      await world.fake.step({ step: 'Fail', requestId, placement, execution, error: { Error: 'TransitionEnded', Cause: 'the execution ended as TIMED_OUT' } });
    }
  }
}

/** Fills the ledger with rows of agents, of which one in a hundred is due in November 2026. */
export function populateDue(memory: MemoryTable, agents: number): void {
  for (let index = 0; index < agents; index++) {
    const agentName = `bot-${index}`;
    const sk = `living#111122223333/${agentName}`;
    const dueAt = index % 100 === 0 ? '2026-11-30T00:00:00Z' : '2027-11-30T00:00:00Z';
    const summary = { account: '111122223333', agentName };
    memory.items.set(`registry|${sk}`, { pk: 'registry', sk, summary, dueShard: `due#${index % 8}`, dueAt, dueReason: 'expiry-warning' });
  }
}
