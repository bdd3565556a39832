import { dueWith } from '../../../runtime/engine/agenda';
import { PlacementLedger } from '../../../runtime/ledger';
import { digestOf } from '../../../runtime/model/access-digests';
import { Declared } from '../../../runtime/model/placement-state';
import { Connection } from '../../../runtime/operator';
import { eventCopyKey } from '../../../src/contract/evidence-keys';
import { canonicalJson, JsonValue } from '../../../src/core/canonical-json';
import { GENESIS_HASH } from '../../../src/core/hash-chain';
import { createEvent, LifecycleEvent, LifecycleEventName } from '../../../src/core/lifecycle-event';
import { declaredFor, PLACEMENT, WITHOUT_DRIFT } from '../engine/decision/requests';
import { FakeBucket } from '../evidence/bucket';
import { MemoryTable } from '../ledger/memory-table';
import { FakeKms } from '../operator/campaign/fake-kms';

type Told = readonly [name: LifecycleEventName, time: string, details?: { readonly [key: string]: JsonValue }];

interface Writing {
  readonly stage?: string;
  /** Hours from each event to its copy. */
  readonly late?: number;
  /** Whether the ledger has the agent as living. */
  readonly inLedger?: boolean;
  readonly declared?: Partial<Declared>;
}

export const STACK = 'arn:aws:cloudformation:eu-west-1:111122223333:stack/Bot/1';

/** Agents whose events are written as the engine would copy them. */
export class WrittenAgents {
  public readonly bucket = new FakeBucket();
  public readonly memory = new MemoryTable();
  public readonly kms = new FakeKms();
  public readonly connection: Connection;
  private readonly ledger = new PlacementLedger(this.memory.table, dueWith(WITHOUT_DRIFT));

  constructor() {
    this.connection = {
      registry: 'agents',
      account: PLACEMENT.account,
      region: 'eu-west-1',
      bucket: 'evidence',
      operator: 'arn:aws:sts::111122223333:assumed-role/auditor/ines@example.com',
      s3: this.bucket.s3,
      kms: this.kms.client,
      table: this.memory.table,
      ledger: this.ledger,
    } as unknown as Connection;
  }

  public async write(agentName: string, told: readonly Told[], { stage = 'test', late = 0, inLedger, declared = {} }: Writing = {}): Promise<LifecycleEvent[]> {
    const placement = { ...PLACEMENT, agentName };
    const events: LifecycleEvent[] = [];
    for (const [index, [name, time, details]] of told.entries()) {
      const event = createEvent({
        name,
        registry: 'agents',
        placement,
        stage,
        sequence: index + 1,
        time: new Date(time),
        actor: STACK,
        sponsorId: 'ada@example.com',
        idempotencyKey: `${name}/${index}`,
        ...(details === undefined ? {} : { details }),
      }, events.at(-1)?.hash ?? GENESIS_HASH);
      events.push(event);
      this.bucket.now = new Date(Date.parse(time) + late * 3_600_000);
      this.bucket.write(eventCopyKey(placement, event.sequence), canonicalJson(event));
    }
    const ended = ['left', 'released'].includes(told.at(-1)![0]);
    if (inLedger ?? !ended) {
      const state = {
        status: 'active' as const,
        present: 'AROA-P',
        principals: {},
        owner: { stackName: 'Bot', stackId: STACK },
        joinedAt: told[0][1],
        declared: { ...declaredFor('P', { stage }), ...declared },
      };
      await this.ledger.commit(placement, undefined, state, [], { registry: 'agents', actor: STACK, time: new Date(told.at(-1)![1]) });
    }
    return events;
  }

  /** Takes the copy of an agent's last event away, as if the engine had not made it yet, or somebody had removed it. */
  public uncopied(agentName: string, { sequence, ...event }: LifecycleEvent, { unsent }: { readonly unsent: boolean }): void {
    const placement = { ...PLACEMENT, agentName };
    const [pk, number] = [`placement#${PLACEMENT.account}#${agentName}`, Number(sequence)];
    this.bucket.forget(eventCopyKey(placement, sequence));
    this.memory.items.set(`${pk}|event#${sequence}`, { pk, sk: `event#${sequence}`, event: { ...event, sequence } });
    Object.assign((this.memory.items.get(`${pk}|state`) as unknown as { state: object }).state, { sequence: number, unsent: unsent ? [number] : [] });
  }

  /** Calls of S3 by their name, while `work` runs. */
  public async counted<T>(work: () => Promise<T>): Promise<{ readonly result: T; readonly gets: number }> {
    let gets = 0;
    this.bucket.disturb = (call, when) => void (gets += call === 's3:GetObject' && when === 'before' ? 1 : 0);
    const result = await work();
    this.bucket.disturb = () => undefined;
    return { result, gets };
  }
}

export { digestOf };
