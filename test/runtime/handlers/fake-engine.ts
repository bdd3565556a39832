import { FakeIam } from './fake-iam';
import { execute, ExecutionResult, Step } from './state-machine';
import { PlacementLedger, PlacementLock, RequestLedger } from '../../../runtime/ledger';
import { LifecycleRequest } from '../../../runtime/lifecycle/request';
import {
  answerFailedStep, answerStep, begin, Engine, EngineConfig, quarantineStep, recordStep, restoreStep, Run, StepError, terminateStep, verifyStep,
  wipeStep,
} from '../../../runtime/steps';
import { Disturb, MemoryTable, named } from '../ledger/memory-table';
import { NOW } from '../lifecycle/requests';

interface Command { readonly constructor: { readonly name: string }; readonly input: Record<string, unknown> }

/** The engine on fakes of all that it calls, its clock and its state machine. */
export class FakeEngine {
  public readonly memory = new MemoryTable();
  public readonly iam = new FakeIam();
  /** Status of each stack that exists, by id. */
  public readonly stacks = new Map<string, string>();
  public readonly executions = new Map<string, 'RUNNING' | ExecutionResult['status']>();
  public readonly certificates = new Map<string, string>();
  public readonly published: { id: string }[] = [];
  public readonly secrets = new Set<string>();
  public readonly metrics: string[] = [];
  public readonly logged: string[] = [];
  public now = new Date(NOW);
  public readonly engine: Engine;
  /** Comes between the state machine and each of its steps. */
  public around: (operation: string) => void;
  /** Names of the roles that a stack has, by id. */
  public rolesOf: (stackId: string) => string[];
  private disturbance: Disturb;

  constructor(config: Partial<EngineConfig> = {}) {
    this.around = () => undefined;
    this.rolesOf = () => [];
    this.disturbance = () => undefined;
    const log = (message: string, fields: Record<string, unknown> = {}): void => void this.logged.push(`${message} ${JSON.stringify(fields)}`);
    this.engine = {
      config: { registry: 'agents', busName: 'agents-lifecycle', bucket: 'evidence', propagationWaitSeconds: 65, leaverLimit: {}, ...config },
      partition: 'aws',
      registry: 'agents',
      registryPath: '/agents/',
      table: this.memory.table,
      ledger: new PlacementLedger(this.memory.table),
      requests: new RequestLedger(this.memory.table),
      lock: new PlacementLock(this.memory.table),
      iam: this.iam as unknown as Engine['iam'],
      secrets: this.client('secretsmanager', (command) => this.secret(command)),
      cloudFormation: this.client('cloudformation', ({ constructor: { name }, input }) => {
        const status = this.stacks.get(input.StackName as string);
        if (status === undefined) {
          throw named('ValidationError', `Stack with id ${String(input.StackName)} does not exist`);
        }
        return name === 'ListStackResourcesCommand'
          ? this.listed(input.StackName as string, input.NextToken as string | undefined)
          : { Stacks: [{ StackStatus: status }] };
      }),
      stateMachine: this.client('states', ({ input }) => {
        const status = this.executions.get(input.executionArn as string);
        if (status === undefined) {
          throw named('ExecutionDoesNotExist');
        }
        return { status };
      }),
      bus: this.client('events', ({ input }) => {
        this.published.push(...(input.Entries as { Detail: string }[]).map(({ Detail: detail }) => JSON.parse(detail) as { id: string }));
        return { Entries: [] };
      }),
      s3: this.client('s3', (command) => this.object(command)),
      now: () => this.now,
      log: { info: log, warn: log },
      count: (metric) => void this.metrics.push(metric),
    };
  }

  /** Lets something go wrong with calls of any service. */
  public disturb(disturbance: Disturb): void {
    this.disturbance = disturbance;
    this.memory.disturb = disturbance;
    this.iam.disturb = disturbance;
  }

  /** Takes a request as the handler does and runs its transition to the end. */
  public async run(request: LifecycleRequest, responseUrl?: string): Promise<ExecutionResult | undefined> {
    const execution = `execution-${request.requestId}`;
    if (this.executions.has(execution)) {
      return undefined;
    }
    const calm = this.memory.disturb;
    this.memory.disturb = () => undefined;
    const answerTo = responseUrl === undefined ? undefined : { responseUrl, requestIdOfCloudFormation: request.requestId };
    await this.engine.requests.save({ request, answerTo }, this.now);
    this.memory.disturb = calm;
    this.executions.set(execution, 'RUNNING');
    const wait = (seconds: number): void => void (this.now = new Date(this.now.getTime() + seconds * 1000));
    const result = await execute(request.requestId, execution, (input) => this.step(input), wait);
    this.executions.set(execution, result.status);
    return result;
  }

  private async step(input: Parameters<Step>[0]): ReturnType<Step> {
    const { operation, requestId, execution, run, wiper, error } = input as unknown as {
      operation: string; requestId: string; execution: string; run: Run; wiper: string; error: StepError;
    };
    this.around(operation);
    switch (operation) {
      case 'begin': return begin(this.engine, requestId, execution);
      case 'quarantine': return quarantineStep(this.engine, run);
      case 'restore': return restoreStep(this.engine, run);
      case 'wipe': return wipeStep(this.engine, requestId, wiper);
      case 'verify': return verifyStep(this.engine, run);
      case 'terminate': return terminateStep(this.engine, run);
      case 'record': return recordStep(this.engine, run);
      case 'answer': return answerStep(this.engine, run, execution);
      default: return answerFailedStep(this.engine, requestId, execution, error);
    }
  }

  private client<C>(service: string, answer: (command: Command) => unknown): C {
    return {
      send: async (command: Command) => {
        const call = `${service}:${command.constructor.name.replace('Command', '')}`;
        this.disturbance(call, 'before');
        const result = answer(command);
        this.disturbance(call, 'after');
        return result;
      },
    } as C;
  }

  /** A page of one, and what is long gone. */
  private listed(stackId: string, token = '0'): unknown {
    const all = [{ name: 'invoice-bot-gone', status: 'DELETE_COMPLETE' }, ...this.rolesOf(stackId).map((name) => ({ name, status: 'UPDATE_COMPLETE' }))];
    const next = Number(token) + 1;
    return {
      StackResourceSummaries: all.slice(Number(token), next).map(({ name, status }) => ({ ResourceType: 'AWS::IAM::Role', PhysicalResourceId: name, ResourceStatus: status })),
      ...(next < all.length ? { NextToken: String(next) } : {}),
    };
  }

  private object({ constructor: { name }, input }: Command): unknown {
    const key = input.Key as string;
    if (name === 'GetObjectCommand') {
      return { Body: { transformToString: async () => this.certificates.get(key) } };
    }
    if (this.certificates.has(key)) {
      throw named('PreconditionFailed');
    }
    this.certificates.set(key, input.Body as string);
    return {};
  }

  private secret({ constructor: { name }, input }: Command): unknown {
    if (name === 'ListSecretsCommand') {
      return { SecretList: [] };
    }
    if (!this.secrets.has(input.SecretId as string)) {
      throw named('ResourceNotFoundException');
    }
    if (name === 'DeleteSecretCommand') {
      this.secrets.delete(input.SecretId as string);
    }
    return {};
  }
}
