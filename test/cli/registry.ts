import { program } from '../../cli/program';
import { dueWith } from '../../runtime/engine/agenda';
import { decide } from '../../runtime/engine/decision/decide';
import { buildDeletionRecord, copyEvents, OwnTexts, StoredCertificate, writeCertificate } from '../../runtime/evidence';
import { PlacementLedger } from '../../runtime/ledger';
import { Declared } from '../../runtime/model/placement-state';
import { StateChange } from '../../runtime/model/plan';
import { LifecycleRequest } from '../../runtime/model/request';
import { Connection } from '../../runtime/operator';
import { LifecycleEvent, LifecycleEventName } from '../../src/core/lifecycle-event';
import { during, NOW, PLACEMENT, planOf, request, WITHOUT_DRIFT } from '../runtime/engine/decision/requests';
import { FakeBucket } from '../runtime/evidence/bucket';
import { certificate, leaving, quarantined } from '../runtime/evidence/left';
import { MemoryTable, named } from '../runtime/ledger/memory-table';

export const OPERATOR = 'arn:aws:sts::111122223333:assumed-role/operator/ada';
const BUCKET = 'agents-nhi-evidence-111122223333-eu-west-1';
/** Each certificate is written by one try. */
const OWN: OwnTexts = { note: async () => undefined, noted: async () => [] };
const CONTEXT = { registry: 'agents', actor: 'stack', time: NOW };

/** Outcome of a command. */
export interface Outcome {
  readonly output: string;
  readonly exitCode: number;
  readonly progress?: string;
  /** Code of the error, if it failed. */
  readonly failure?: string;
  readonly message?: string;
}

interface Command { readonly constructor: { readonly name: string }; readonly input: object }

interface Joiner {
  readonly agentName?: string;
  readonly declared?: Partial<Declared>;
  readonly drifts?: number;
}

interface LeaveOptions {
  readonly purpose?: string;
  readonly told?: boolean;
  readonly deletion?: boolean;
  readonly follows?: string;
}

/** A registry on fakes, with the command. */
export class Registry {
  /** The unique id of the person who runs the command. */
  public userId = 'AROA000000000099:ada@example.com';
  public readonly memory = new MemoryTable();
  public readonly bucket = new FakeBucket(BUCKET);
  /** Executions that were started. Each look at one returns the next of `looks`; the last one repeats. */
  public readonly started: { name: string; input: string }[] = [];
  public looks: (object | Error)[] = [];
  /** The options of each connection. */
  public readonly asked: object[] = [];
  /** Each question, with the output and the number of executions at that time. */
  public readonly questions: { readonly question: string; readonly shown: string; readonly started: number }[] = [];
  public connectAfterMs = 0;
  public tellEveryMs?: number;
  /** Width of the terminal that the output goes to. Absent if it is not a terminal. */
  public terminalColumns?: number;
  /** Waits between two looks of a watch. */
  public pause?: () => Promise<void>;
  /** Other services than those that the registry has here. */
  public services: Partial<Connection> = {};
  /** Roles of the account, by name. */
  public roles: Readonly<Record<string, object>> = {};
  /** Tags of roles, by name. */
  public roleTags: Readonly<Record<string, readonly object[]>> = {};
  /** What the engine does when it is started. */
  public whenDone?: () => Promise<void>;
  /** Status of the agents' stack, and its roles. Absent if the stack is deleted. */
  public stackNow?: { readonly status: string; readonly roles: readonly string[] };
  public readonly ledger = new PlacementLedger(this.memory.table, dueWith(WITHOUT_DRIFT));

  /** The requests to the engine. */
  public requests(): LifecycleRequest[] {
    return [...this.memory.items.values()].flatMap(({ sk, stored }) => sk === 'request' ? [(stored as { request: LifecycleRequest }).request] : []);
  }

  /** An agent joins, and the engine records `drifts` findings. */
  public async join({ agentName = PLACEMENT.agentName, declared = {}, drifts = 0 }: Joiner = {}): Promise<void> {
    const placement = { ...PLACEMENT, agentName };
    const { change, events } = planOf(decide(undefined, { ...request('Create', 'P', { declared }), placement }, during('CREATE_IN_PROGRESS')));
    await this.ledger.commit(placement, undefined, change!, events, CONTEXT);
    for (let count = 0; count < drifts; count += 1) {
      await this.commit('orphan-found', `drift-${count}`, agentName);
    }
    await this.announce(agentName);
  }

  /** The engine records an event. */
  public async commit(name: 'orphan-found' | 'left', key: string, agentName = PLACEMENT.agentName): Promise<void> {
    const placement = { ...PLACEMENT, agentName };
    await this.ledger.commit(placement, await this.ledger.state(placement), {}, [{ name, stage: 'test', key }], CONTEXT);
  }

  /** The engine does something before the next read of the table. */
  public interleave(work: () => Promise<void>): void {
    const query = this.memory.table.query.bind(this.memory.table);
    this.memory.table.query = (async (...input: Parameters<typeof query>) => {
      this.memory.table.query = query;
      await work();
      return query(...input);
    }) as typeof query;
  }

  /** The engine copies and sends an agent's events. */
  public async announce(agentName = PLACEMENT.agentName): Promise<void> {
    const placement = { ...PLACEMENT, agentName };
    const state = (await this.ledger.state(placement))!;
    await copyEvents(this.bucket.s3, 'agents-nhi-evidence-111122223333-eu-west-1', placement, await this.ledger.unsent(state));
    await this.memory.table.write(this.ledger.sent(state).writes);
  }

  /** The engine writes a change of an agent's state. */
  public async change(change: StateChange, agentName = PLACEMENT.agentName): Promise<void> {
    const placement = { ...PLACEMENT, agentName };
    await this.ledger.commit(placement, await this.ledger.state(placement), change, [], CONTEXT);
  }

  /** A person with access to the table changes or deletes an event. */
  public tamper(sequence: number, change: ((event: LifecycleEvent) => object | null) | 'delete'): void {
    const key = `placement#111122223333#${PLACEMENT.agentName}|event#${String(sequence).padStart(12, '0')}`;
    const item = this.memory.items.get(key)!;
    if (change === 'delete') {
      this.memory.items.delete(key);
    } else {
      this.memory.items.set(key, { ...item, event: change(item.event as LifecycleEvent) });
    }
  }

  /** Writes an agent's certificate. `told`: the chain has its event. `deletion`: its second part exists. `follows`: hash of the previous event. */
  public async leave(id: string, leftAt: string, { purpose = 'Matches invoices', told = false, deletion = false, follows }: LeaveOptions = {}): Promise<void> {
    const chainHead = follows ?? (await this.ledger.state(PLACEMENT))?.lastHash;
    const first = certificate({ id, leftAt, purpose, ...(chainHead === undefined ? {} : { chainHead }) });
    const stored = await writeCertificate(this.bucket.s3, BUCKET, first, OWN);
    if (told) {
      await this.tell('left', id, stored, { status: 'left' });
    }
    if (deletion) {
      const lastHash = (await this.ledger.state(PLACEMENT))?.lastHash ?? '';
      const record = buildDeletionRecord('agents', { ...leaving(), lastHash }, { id, sha256: stored.sha256 }, [{ ...quarantined, absentAt: leftAt }], NOW);
      const second = await writeCertificate(this.bucket.s3, BUCKET, record, OWN);
      if (told) {
        await this.tell('deletion-confirmed', id, second, {});
      }
    }
  }

  /** Runs the command as a script does, with no terminal to ask at. Changes have consent in advance. */
  public async nhi(...words: string[]): Promise<Outcome> {
    const changes = words.some((word) => ['finish', 'transfer', 'release-leavers', 'renew', 'suspend', 'resume', 'keep', 'decide'].includes(word));
    return this.run(changes && !words.includes('--') ? [...words, '--yes'] : words);
  }

  /** Runs the command for a person who gives this reply to each question, or as a script without consent. */
  public async run(words: readonly string[], reply?: string): Promise<Outcome> {
    let output = '';
    let progress = '';
    const connection: Connection = {
      registry: 'agents',
      partition: 'aws',
      account: '111122223333',
      region: 'eu-west-1',
      operator: OPERATOR,
      userId: this.userId,
      bucket: BUCKET,
      table: this.memory.table,
      ledger: this.ledger,
      s3: this.bucket.s3,
      iam: { send: async (command: Command) => this.role(command) } as unknown as Connection['iam'],
      kms: {} as Connection['kms'],
      cloudFormation: { send: async (command: Command) => this.stack(command) } as unknown as Connection['cloudFormation'],
      stateMachine: { send: (command: Command) => this.machine(command) } as unknown as Connection['stateMachine'],
      stateMachineArn: 'arn:aws:states:eu-west-1:111122223333:stateMachine:agents-nhi-lifecycle',
      plain: {} as Connection['plain'],
      ...this.services,
    };
    const connect = async (options: object): Promise<Connection> => {
      this.asked.push(options);
      await new Promise((resolve) => setTimeout(resolve, this.connectAfterMs));
      return connection;
    };
    const ask = async (question: string): Promise<string> => {
      this.questions.push({ question, shown: progress, started: this.started.length });
      return reply ?? '';
    };
    const outside = {
      connect,
      connectDeployed: () => { throw new Error('nothing is deployed'); },
      connectGoogle: () => { throw new Error('not on Google'); },
      now: () => NOW,
      progress: { write: (text: string) => (progress += text) },
      lookEveryMs: 1,
      tellEveryMs: this.tellEveryMs,
      ...(this.terminalColumns === undefined ? {} : { terminals: { output: { columns: this.terminalColumns } } }),
      ...(this.pause === undefined ? {} : { pause: this.pause }),
      ...(reply === undefined ? {} : { ask }),
      colours: { NO_COLOR: '1' },
    };
    const command = program({ write: (text: string) => (output += text) }, outside);
    withSubcommands(command).forEach((one) => one.exitOverride().configureOutput({ writeErr: () => undefined }));
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

  private async tell(name: LifecycleEventName, id: string, { key, sha256 }: StoredCertificate, change: StateChange): Promise<void> {
    const event = { name, stage: 'test', details: { certificate: key, certificateSha256: sha256 }, key: `${name}/${id}` };
    await this.ledger.commit(PLACEMENT, await this.ledger.state(PLACEMENT), change, [event], CONTEXT);
  }

  private stack({ constructor: { name } }: Command): object {
    if (this.stackNow === undefined) {
      throw named('ValidationError', 'Stack with id Mine does not exist');
    }
    const { status, roles } = this.stackNow;
    return name === 'DescribeStacksCommand'
      ? { Stacks: [{ StackStatus: status }] }
      : { StackResourceSummaries: roles.map((role) => ({ ResourceType: 'AWS::IAM::Role', PhysicalResourceId: role, ResourceStatus: 'CREATE_COMPLETE' })) };
  }

  private role({ constructor: { name }, input }: Command): object {
    if (name === 'ListRoleTagsCommand') {
      return { Tags: this.roleTags[(input as { RoleName: string }).RoleName] ?? [] };
    }
    const role = this.roles[(input as { RoleName: string }).RoleName];
    if (role === undefined) {
      throw named('NoSuchEntityException');
    }
    return { Role: role };
  }

  private async machine({ constructor: { name }, input }: Command): Promise<object> {
    if (name === 'StartExecutionCommand') {
      this.started.push(input as { name: string; input: string });
      await this.whenDone?.();
      return {};
    }
    const look = this.looks.length > 1 ? this.looks.shift()! : this.looks[0];
    if (look instanceof Error) {
      throw look;
    }
    return look;
  }
}

function withSubcommands(command: ReturnType<typeof program>): ReturnType<typeof program>[] {
  return [command, ...command.commands.flatMap(withSubcommands)];
}
