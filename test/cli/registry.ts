import { Connection } from '../../cli/connect';
import { program } from '../../cli/program';
import { writeCertificate } from '../../runtime/evidence';
import { PlacementLedger } from '../../runtime/ledger';
import { decide } from '../../runtime/lifecycle/decide';
import { Declared } from '../../runtime/lifecycle/placement-state';
import { LifecycleEvent } from '../../src/core/lifecycle-event';
import { FakeBucket } from '../runtime/evidence/bucket';
import { certificate } from '../runtime/evidence/left';
import { MemoryTable } from '../runtime/ledger/memory-table';
import { during, NOW, PLACEMENT, planOf, request } from '../runtime/lifecycle/requests';

const OPERATOR = 'arn:aws:sts::111122223333:assumed-role/operator/ada';

/** What the command left behind. */
export interface Outcome {
  readonly output: string;
  readonly exitCode: number;
  readonly progress?: string;
  /** Code of the error that it failed with, if it did. */
  readonly failure?: string;
  readonly message?: string;
}

interface Command { readonly constructor: { readonly name: string }; readonly input: object }

interface Joiner {
  readonly agentName?: string;
  readonly declared?: Partial<Declared>;
  readonly drifts?: number;
}

/** A registry on fakes, and the command in front of it. */
export class Registry {
  public readonly memory = new MemoryTable();
  public readonly bucket = new FakeBucket('agents-evidence-111122223333-eu-west-1');
  /** What the state machine is told to start, and what it answers to each look; the last goes on. */
  public readonly started: { name: string; input: string }[] = [];
  public looks: (object | Error)[] = [];
  /** What each connection was asked for. */
  public readonly asked: object[] = [];
  public readonly ledger = new PlacementLedger(this.memory.table);

  /** An agent joins, and `drifts` findings follow. */
  public async join({ agentName = PLACEMENT.agentName, declared = {}, drifts = 0 }: Joiner = {}): Promise<void> {
    const placement = { ...PLACEMENT, agentName };
    const { change, events } = planOf(decide(undefined, request('Create', 'P', { placement, declared }), during('CREATE_IN_PROGRESS')));
    const context = { registry: 'agents', actor: 'stack', time: NOW };
    await this.ledger.commit(placement, change!, events, context);
    for (let count = 0; count < drifts; count += 1) {
      await this.ledger.commit(placement, {}, [{ name: 'drift-found', stage: 'test', key: `drift-${count}` }], context);
    }
  }

  /** Somebody with access to the table changes an event, or deletes it. */
  public tamper(sequence: number, change: ((event: LifecycleEvent) => object | null) | 'delete'): void {
    const key = `placement#111122223333#${PLACEMENT.agentName}|event#${String(sequence).padStart(12, '0')}`;
    const item = this.memory.items.get(key)!;
    if (change === 'delete') {
      this.memory.items.delete(key);
    } else {
      this.memory.items.set(key, { ...item, event: change(item.event as LifecycleEvent) });
    }
  }

  public async leave(id: string, leftAt: string, purpose = 'Matches invoices'): Promise<void> {
    await writeCertificate(this.bucket.s3, 'agents-evidence-111122223333-eu-west-1', certificate({ id, leftAt, purpose }));
  }

  public async nhi(...words: string[]): Promise<Outcome> {
    let output = '';
    let progress = '';
    const connection: Connection = {
      registry: 'agents',
      account: '111122223333',
      operator: OPERATOR,
      bucket: 'agents-evidence-111122223333-eu-west-1',
      table: this.memory.table,
      ledger: this.ledger,
      s3: this.bucket.s3,
      stateMachine: { send: (command: Command) => this.machine(command) } as unknown as Connection['stateMachine'],
      stateMachineArn: 'arn:aws:states:eu-west-1:111122223333:stateMachine:agents-lifecycle',
    };
    const connect = async (options: object): Promise<Connection> => {
      this.asked.push(options);
      return connection;
    };
    const outside = { connect, now: () => NOW, progress: { write: (text: string) => (progress += text) }, lookEveryMs: 1 };
    const command = program({ write: (text: string) => (output += text) }, outside);
    [command, ...command.commands].forEach((one) => one.exitOverride().configureOutput({ writeErr: () => undefined }));
    const before = process.exitCode;
    process.exitCode = 0;
    try {
      await command.parseAsync(['node', 'nhi', ...words]);
      return { output, exitCode: process.exitCode, ...(progress === '' ? {} : { progress }) };
    } catch (error) {
      const { code, message } = error as Error & { code: string };
      return { output, exitCode: 1, failure: code, message };
    } finally {
      process.exitCode = before;
    }
  }

  private async machine({ constructor: { name }, input }: Command): Promise<object> {
    if (name === 'StartExecutionCommand') {
      this.started.push(input as { name: string; input: string });
      return {};
    }
    const look = this.looks.length > 1 ? this.looks.shift()! : this.looks[0];
    if (look instanceof Error) {
      throw look;
    }
    return look;
  }
}
