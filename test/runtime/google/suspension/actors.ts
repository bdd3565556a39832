import { GoogleApi, googleApi } from '../../../../runtime/google/api';
import { enableAgent } from '../../../../runtime/google/enable/enable-agent';
import { gather, requireResumable, resume, suspend, SuspensionContext } from '../../../../runtime/google/suspension';
import { TeardownInput } from '../../../../runtime/google/teardown-input';
import { LifecycleEvent } from '../../../../src/core/lifecycle-event';
import { FakeGoogle, fetchOf } from '../../../e2e/google/fake-google';

const PROJECT = 'acme-agents';
const BUCKET = 'acme-agents-agents-registry';

/** What can change a suspension at the same time as others. */
export type ActorName = 'suspend' | 'resume' | 'enable';

/** How an actor ended: `done`, or the code of its error. */
export type Outcome = string;

/** A call that Google has not received yet. */
interface Waiting {
  readonly isWrite: boolean;
  readonly go: () => void;
}

/** An agent on a fake Google, whose programs run side by side. A schedule decides whose next call Google receives. */
export class Actors {
  private readonly waiting = new Map<number, Waiting[]>();
  private readonly ended = new Map<number, Outcome>();
  private started = 0;

  public constructor(public readonly google: FakeGoogle, private readonly input: TeardownInput) {}

  /** Starts an actor. It waits before its first call. */
  public start(name: ActorName): number {
    const number = this.started;
    this.started += 1;
    this.waiting.set(number, []);
    const api = this.apiOf(number);
    const run = { suspend: () => this.suspend(api, `suspender-${number}`), resume: () => this.resume(api, `resumer-${number}`), enable: () => enableAgent(api, this.input, '') }[name];
    void run().then(() => 'done', (error: { readonly code?: string }) => error.code ?? String(error)).then((outcome) => this.ended.set(number, outcome));
    return number;
  }

  /** Lets an actor make up to so many calls. Returns how many it made. */
  public async let(number: number, calls = Infinity): Promise<number> {
    let made = 0;
    for (; made < calls && await this.nextOf(number) !== undefined; made += 1) {
      this.waiting.get(number)!.shift()!.go();
      await new Promise((resolve) => setImmediate(resolve));
    }
    return made;
  }

  /** Lets an actor make its calls up to the one that changes something for the nth time, without this one. Returns false if it ends before. */
  public async letUntilWrite(number: number, nth: number): Promise<boolean> {
    for (let writes = 0; ;) {
      const next = await this.nextOf(number);
      writes += Number(next?.isWrite === true);
      if (next === undefined || writes === nth) {
        return next !== undefined;
      }
      await this.let(number, 1);
    }
  }

  /** Runs all actors, in the order of a list of their numbers, to their ends. */
  public async finish(order: readonly number[] = []): Promise<Outcome[]> {
    for (const number of order) {
      await this.let(number % this.started, 1);
    }
    for (let number = 0; number < this.started; number += 1) {
      await this.let(number);
    }
    return Array.from({ length: this.started }, (_none, number) => this.ended.get(number)!);
  }

  public get events(): { readonly name: string; readonly by: string }[] {
    return this.google.objects.names(BUCKET).filter((name) => name.startsWith('events/')).map((name) => {
      const { type, data } = this.google.objects.find(BUCKET, name) as LifecycleEvent;
      return { name: type.split('.')[2], by: (data.actor as { app_uid: string }).app_uid };
    });
  }

  private async suspend(api: GoogleApi, by: string): Promise<void> {
    const context = this.contextOf(api, by);
    await suspend(context, await gather(context));
  }

  private async resume(api: GoogleApi, by: string): Promise<void> {
    const context = this.contextOf(api, by);
    const situation = await gather(context);
    await requireResumable(api, context, situation, { acceptOldTokens: true });
    await resume(context, situation);
  }

  private contextOf(api: GoogleApi, by: string): SuspensionContext {
    return { api, bucket: BUCKET, placement: { account: PROJECT, agentName: 'invoice-bot' }, by, reason: 'A reason', tell: () => undefined };
  }

  private apiOf(number: number): GoogleApi {
    const fetch = fetchOf(this.google);
    return googleApi({
      fetch: async (url, init) => {
        await new Promise<void>((go) => this.waiting.get(number)!.push({ go, isWrite: init.method !== 'GET' }));
        return fetch(url, init);
      },
      tokens: async () => FakeGoogle.OPERATOR_TOKEN,
      endpoint: () => 'https://google.test',
      sleep: async () => undefined,
      random: () => 0.5,
      now: () => this.google.now.getTime(),
      deadline: Infinity,
    });
  }

  /** The actor's next call. Undefined if it has ended. */
  private async nextOf(number: number): Promise<Waiting | undefined> {
    while (this.waiting.get(number)!.length === 0 && !this.ended.has(number)) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    return this.waiting.get(number)![0];
  }
}
