import { AsyncLocalStorage } from 'node:async_hooks';
import { FakeEngine } from '../runtime/engine/fake-engine';
import { FakeRole } from '../runtime/engine/fake-iam';
import { Killed } from '../runtime/engine/state-machine';
import { named } from '../runtime/ledger/memory-table';

/** What can happen to a call of AWS. */
export const KINDS = {
  'fails-once': 'the call does nothing and fails',
  'answer-lost': 'the call does its work, and its answer is lost',
  'throttled': 'this call and the next three of its service are throttled',
  'fails-always': 'this call and all others of its name fail until the faults end',
  'acts-late': 'the call times out, and does its work two calls later',
  'stale': 'a read answers as before the last change',
  'dies-before': 'the process dies before the call',
  'dies-after': 'the process dies after the call',
  'ends-before': 'the whole execution ends before the call, as if a person stopped it',
  'ends-after': 'the whole execution ends after the call',
} as const;
export type FaultKind = keyof typeof KINDS;

/** A fault at one call, counted from 0 since the faults began. */
export interface Fault {
  readonly at: number;
  readonly kind: FaultKind;
}

interface Sender { send(command: { readonly constructor: { readonly name: string }; readonly input: unknown }): Promise<unknown> }
type Work = () => Promise<unknown>;

/** One invocation of a step. It is dead from the call on at which it died. */
interface Process { death?: 'process' | 'execution' }

const READ = /:(Get|List|Describe)/;
const CALLS_UNTIL_LATE = 2;
const THROTTLED_CALLS = 4;

/** One for all: each storage that was ever entered makes every later promise dearer. */
const processes = new AsyncLocalStorage<Process>();

/** Every call of AWS that the engine makes goes through here, and can go wrong. */
export class Faults {
  /** Names of the calls since the faults began. */
  public readonly calls: string[] = [];
  /** Indices of the faults that happened. Stale reads of things that have not changed are left out. */
  public readonly happened = new Set<number>();
  /** Called after each call, whatever became of it. */
  public watch: () => void;
  private planned = new Map<number, FaultKind>();
  private late: { at: number; work: Work }[] = [];
  private readonly failing = new Set<string>();
  private readonly throttled = new Map<string, number>();
  private earlier = new Map<string, FakeRole>();
  private on = false;

  constructor(private readonly fake: FakeEngine) {
    this.watch = () => undefined;
    const { engine, iam, memory } = fake;
    this.wrap('iam', iam as unknown as Sender);
    this.wrap('dynamodb', memory as unknown as Sender);
    for (const client of ['secrets', 'cloudFormation', 'stateMachine', 'bus', 's3', 'lambda', 'scheduler', 'agentRuntimes'] as const) {
      this.wrap(client, engine[client] as unknown as Sender);
    }
    const calls = engine.calls as { rest: (service: string, ...rest: unknown[]) => Promise<unknown> };
    const rest = calls.rest.bind(calls);
    calls.rest = (service, path, body, options) => {
      const { method = 'GET' } = (options ?? {}) as { method?: string };
      return this.call(service, method === 'GET' ? 'List' : `${method}${String(path)}`, () => rest(service, path, body, options));
    };
    const step = fake.step.bind(fake);
    fake.step = (input) => this.run(() => step(input)) as ReturnType<FakeEngine['step']>;
  }

  public begin(faults: readonly Fault[]): void {
    this.planned = new Map(faults.map(({ at, kind }) => [at, kind]));
    this.earlier = structuredClone(this.fake.iam.roles);
    this.on = true;
  }

  /** Nothing goes wrong from now on. What was late arrives. */
  public async end(): Promise<void> {
    this.on = false;
    this.failing.clear();
    this.throttled.clear();
    await this.arrive(Infinity);
  }

  private wrap(service: string, sender: Sender): void {
    const send = sender.send.bind(sender);
    sender.send = (command) => {
      const name = command.constructor.name.replace('Command', '');
      return this.call(service, name, () => send(command));
    };
  }

  /** A step in a process of its own. If it dies, the state machine learns that only. */
  private async run(step: Work): Promise<unknown> {
    const process: Process = {};
    try {
      return await processes.run(process, step);
    } finally {
      if (process.death !== undefined) {
        // eslint-disable-next-line no-unsafe-finally -- a dead process neither returns nor throws anything of its own
        throw process.death === 'execution' ? new Killed() : named('Lambda.Unknown', 'the process died');
      }
    }
  }

  private async call(service: string, name: string, work: Work): Promise<unknown> {
    const process = processes.getStore();
    if (process?.death !== undefined) {
      throw named('Dead', 'a dead process makes no call');
    }
    // What happens outside of a step is the test's own.
    if (!this.on || process === undefined) {
      return work();
    }
    const index = this.calls.push(`${service}:${name}`) - 1;
    await this.arrive(index);
    try {
      return await this.outcome(index, process, work);
    } finally {
      this.watch();
    }
  }

  private async outcome(index: number, process: Process, work: Work): Promise<unknown> {
    const call = this.calls[index];
    const [service] = call.split(':');
    const left = this.throttled.get(service) ?? 0;
    if (left > 0) {
      this.throttled.set(service, left - 1);
      throw named('ThrottlingException', 'Rate exceeded');
    }
    if (this.failing.has(call)) {
      throw named('ServiceUnavailable');
    }
    const kind = this.planned.get(index);
    if (kind !== undefined && kind !== 'stale') {
      this.happened.add(index);
    }
    switch (kind) {
      case undefined: return this.act(call, work);
      case 'fails-once': throw named('InternalFailure');
      case 'answer-lost':
        await this.act(call, work);
        throw named('TimeoutError', 'the answer did not arrive');
      case 'throttled':
        this.throttled.set(service, THROTTLED_CALLS - 1);
        throw named('ThrottlingException', 'Rate exceeded');
      case 'fails-always':
        this.failing.add(call);
        throw named('ServiceUnavailable');
      case 'acts-late':
        this.late.push({ at: index + CALLS_UNTIL_LATE, work: () => this.act(call, work) });
        throw named('TimeoutError', 'the answer did not arrive');
      case 'stale': return this.stale(index, call, work);
      case 'dies-before':
      case 'ends-before':
        process.death = kind === 'dies-before' ? 'process' : 'execution';
        throw named('Dead');
      case 'dies-after':
      case 'ends-after':
        await this.act(call, work);
        process.death = kind === 'dies-after' ? 'process' : 'execution';
        throw named('Dead');
    }
  }

  private act(call: string, work: Work): Promise<unknown> {
    if (call.startsWith('iam:') && !READ.test(call) && !call.includes('Simulate') && !call.includes('Generate')) {
      this.earlier = structuredClone(this.fake.iam.roles);
    }
    return work();
  }

  /** Only IAM is read without consistency here: the table is read consistently, as its fake checks. */
  private async stale(index: number, call: string, work: Work): Promise<unknown> {
    const { roles } = this.fake.iam;
    const now = new Map(roles);
    if (!call.startsWith('iam:') || !READ.test(call)) {
      return work();
    }
    this.happened.add(index);
    try {
      replace(roles, this.earlier);
      return await work();
    } finally {
      replace(roles, now);
    }
  }

  private async arrive(index: number): Promise<void> {
    const due = this.late.filter(({ at }) => at <= index);
    this.late = this.late.filter(({ at }) => at > index);
    for (const { work } of due) {
      // Nobody waits for its answer any longer.
      await work().catch(() => undefined);
    }
  }
}

function replace<K, V>(map: Map<K, V>, by: ReadonlyMap<K, V>): void {
  const entries = [...by];
  map.clear();
  entries.forEach(([key, value]) => map.set(key, value));
}
