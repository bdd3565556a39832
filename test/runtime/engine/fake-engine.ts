import { NOW, WITHOUT_DRIFT } from './decision/requests';
import { COST_FUNCTION, FakeCosts } from './fake-costs';
import { FakeDirectory } from './fake-directory';
import { FakeIam } from './fake-iam';
import { FakeKeys } from './fake-keys';
import { FakePolicies } from './fake-policies';
import { FakeThirdParties, REVOKER_FUNCTION } from './fake-third-parties';
import { execute, ExecutionResult, Step } from './state-machine';
import { RESPONSE_URL } from './wire';
import { ResourceView } from '../../../runtime/aws/cloudformation';
import { dueWith } from '../../../runtime/engine/agenda';
import { Engine, EngineConfig } from '../../../runtime/engine/engine';
import { stepInput } from '../../../runtime/engine/execution';
import { runStep } from '../../../runtime/engine/steps';
import { AskLedger, PlacementLedger, PlacementLock, RequestLedger } from '../../../runtime/ledger';
import { LifecycleRequest } from '../../../runtime/model/request';
import { logicalIds } from '../../../src/contract/logical-ids';
import { RevokerInvocation, RevokerOrder } from '../../../src/contract/revokers';
import { FakeCompute } from '../aws/cuts/fake-compute';
import { FakeServices } from '../aws/wipers/fake-services';
import { Disturb, MemoryTable, named } from '../ledger/memory-table';

interface Command { readonly constructor: { readonly name: string }; readonly input: Record<string, unknown> }

/** The engine on fakes of everything that it calls, its clock and its state machine. */
export class FakeEngine {
  public readonly memory = new MemoryTable();
  public readonly iam = new FakeIam();
  public readonly compute = new FakeCompute();
  public readonly directory = new FakeDirectory();
  public readonly taggedCosts = new FakeCosts();
  public readonly thirdParties = new FakeThirdParties();
  public readonly policies = new FakePolicies();
  /** Services without a client of the SDK. */
  public readonly services = new FakeServices();
  /** Status of each existing stack, by id. */
  public readonly stacks = new Map<string, string>();
  /** What a stack shows of a resource, by stack id and logical id. */
  public readonly resources = new Map<string, ResourceView>();
  /** Metadata of resources in the template, by logical id. */
  public readonly metadata = new Map<string, string>();
  private readonly started = new Map<string, Date>();
  public readonly executions = new Map<string, 'RUNNING' | ExecutionResult['status']>();
  public readonly certificates = new Map<string, string>();
  /** Events that were copied to the evidence. */
  public readonly copies = new Map<string, string>();
  /** Snapshots of suspended agents in the evidence. */
  public readonly snapshots = new Map<string, string>();
  /** What reviewers are shown, in the evidence. */
  public readonly shown = new Map<string, string>();
  public readonly published: { id: string }[] = [];
  public readonly secrets = new Set<string>();
  /** Users with access keys, and their secrets. */
  public readonly keys = new FakeKeys(() => this.now);
  public readonly metrics: string[] = [];
  public readonly logged: string[] = [];
  public now = new Date(NOW);
  /** The URL for CloudFormation's responses. */
  public responseUrl = RESPONSE_URL;
  public readonly engine: Engine;
  /** Called between the state machine and each of its steps. */
  public around: (operation: string) => unknown;
  /** Names of a stack's roles, by the stack's id. */
  public rolesOf: (stackId: string) => string[];
  /** Cost Explorer. */
  public readonly costs = {
    requests: [] as object[],
    amount: '0',
    failure: undefined as Error | undefined,
    answer: (_action: string, input: object): object => {
      this.costs.requests.push(input);
      if (this.costs.failure !== undefined) {
        throw this.costs.failure;
      }
      return { ResultsByTime: [{ Total: { UnblendedCost: { Amount: this.costs.amount, Unit: 'USD' } } }] };
    },
  };
  /** Executions that have responded and wait for CloudFormation to delete roles. */
  /** When CloudFormation last wrote a resource, by the role's name or the policy's logical id. */
  public readonly written = new Map<string, Date>();
  /** The step that each execution entered last. */
  private readonly entered = new Map<string, Parameters<Step>[0]>();
  private readonly parked: (() => Promise<unknown>)[] = [];
  private disturbance: Disturb;

  constructor(config: Partial<EngineConfig> = {}) {
    this.around = () => undefined;
    this.rolesOf = () => [];
    this.disturbance = () => undefined;
    this.iam.others = (name, input) => this.keys.iam(name, input as never);
    this.iam.users = () => this.keys.listed();
    this.compute.invoke = (name, payload) => (name === REVOKER_FUNCTION ? this.thirdParties.invoke(this.taken(payload))
      : name === COST_FUNCTION ? this.taggedCosts.invoke(payload) : this.directory.invoke(name, payload));
    const log = (message: string, fields: Record<string, unknown> = {}): void => void this.logged.push(`${message} ${JSON.stringify(fields)}`);
    this.engine = {
      config: { registry: 'agents', busName: 'agents-nhi-lifecycle', bucket: 'evidence', propagationWaitSeconds: 65, leaverLimit: {}, agenda: WITHOUT_DRIFT, ...config },
      revokerFunction: REVOKER_FUNCTION,
      keepAsked: (order) => new AskLedger(this.memory.table).keep(order, this.now),
      askIsOver: (placement, id) => new AskLedger(this.memory.table).over(placement, id),
      partition: 'aws',
      registry: 'agents',
      registryPath: '/agents/',
      tagPrefix: 'agent:',
      table: this.memory.table,
      ledger: new PlacementLedger(this.memory.table, dueWith(config.agenda ?? WITHOUT_DRIFT)),
      requests: new RequestLedger(this.memory.table),
      lock: new PlacementLock(this.memory.table),
      iam: this.iam as unknown as Engine['iam'],
      secrets: this.client('secretsmanager', (command) => this.secret(command)),
      cloudFormation: this.client('cloudformation', ({ constructor: { name }, input }) => {
        const status = this.stacks.get(input.StackName as string);
        if (status === undefined) {
          throw named('ValidationError', `Stack with id ${String(input.StackName)} does not exist`);
        }
        if (name === 'DescribeStackResourceCommand') {
          return this.resource(input.StackName as string, input.LogicalResourceId as string);
        }
        return name === 'ListStackResourcesCommand'
          ? this.listed(input.StackName as string, input.NextToken as string | undefined)
          : { Stacks: [{ StackStatus: status }] };
      }),
      stateMachine: this.client('states', (command) => {
        const { constructor: { name }, input } = command;
        if (name === 'GetExecutionHistoryCommand') {
          return { events: this.historyOf(input.executionArn as string) };
        }
        if (name !== 'DescribeExecutionCommand') {
          return this.compute.answer('states', command as never);
        }
        const status = this.executions.get(input.executionArn as string);
        if (status === undefined) {
          throw named('ExecutionDoesNotExist');
        }
        return { status, startDate: this.started.get(input.executionArn as string) };
      }),
      executionOf: ({ requestId }) => `execution-${requestId}`,
      ...computeClients(this.compute),
      calls: {
        ...this.compute.clients().calls,
        ...plainOf(this.services),
        costExplorer: async (action, input) => this.costs.answer(action, input) as never,
      },
      bus: this.client('events', (command) => {
        const { constructor: { name }, input } = command;
        if (name !== 'PutEventsCommand') {
          return this.compute.answer('events', command as never);
        }
        this.published.push(...(input.Entries as { Detail: string }[]).map(({ Detail: detail }) => JSON.parse(detail) as { id: string }));
        return { Entries: [] };
      }),
      s3: this.client('s3', (command) => this.object(command)),
      wipes: new Set(),
      policyClients: this.policies.clients((service, answer) => this.client(service, answer as never)),
      now: () => this.now,
      pause: async () => undefined,
      log: { info: log, warn: log },
      count: (metric) => void this.metrics.push(metric),
    };
  }

  /** Makes calls of any service fail. */
  public disturb(disturbance: Disturb): void {
    this.disturbance = disturbance;
    this.memory.disturb = disturbance;
    this.iam.disturb = disturbance;
    this.compute.disturb = disturbance;
    this.compute.virtual.disturb = disturbance;
    this.services.disturb = disturbance;
  }

  /** Receives a request as the handler does and runs its transition to the end. */
  public async run(request: LifecycleRequest, responseUrl?: string): Promise<ExecutionResult | undefined> {
    const execution = `execution-${request.requestId}`;
    if (this.executions.has(execution)) {
      return undefined;
    }
    const calm = this.memory.disturb;
    this.memory.disturb = () => undefined;
    await this.engine.requests.save({ request, responseUrl }, this.now);
    this.memory.disturb = calm;
    this.executions.set(execution, 'RUNNING');
    this.started.set(execution, this.now);
    let park: () => void = () => undefined;
    const wait = async (seconds: number, next: unknown): Promise<void> => {
      this.now = new Date(this.now.getTime() + seconds * 1000);
      if (next === 'Watch') {
        await new Promise<void>((open) => {
          this.parked.push(() => {
            const again = new Promise<void>((resolve) => (park = resolve));
            open();
            return Promise.race([again, ended]);
          });
          park();
        });
      }
    };
    const first = new Promise<void>((resolve) => (park = resolve));
    const { requestId, placement } = request;
    const ended = execute({ requestId, placement }, execution, (input) => {
      this.entered.set(execution, input);
      return this.step(input);
    }, wait).then((result) => {
      this.executions.set(execution, result.status);
      return result;
    });
    return await Promise.race([ended, first]) ?? undefined;
  }

  /** Continues executions that wait for the deletion of roles, to their end. */
  public async resume(): Promise<void> {
    for (let next = this.parked.shift(); next !== undefined; next = this.parked.shift()) {
      await next();
    }
  }

  /** Sends EventBridge's events of executions that ended early to the engine. */
  public async tellEnded(): Promise<void> {
    for (const [execution, status] of [...this.executions].filter(([, one]) => one === 'TIMED_OUT' || one === 'FAILED')) {
      const requestId = execution.slice('execution-'.length);
      const { placement } = (this.memory.items.get(`request#${requestId}|request`) as unknown as { stored: { request: LifecycleRequest } }).stored.request;
      await this.step({ step: 'Fail', requestId, placement, execution, error: { Error: 'TransitionEnded', Cause: `the execution ended as ${status}` } });
    }
  }

  /** Runs a step without the state machine. */
  public async step(input: Parameters<Step>[0]): ReturnType<Step> {
    const parsed = stepInput.parse(input);
    await this.around(parsed.step);
    return runStep(this.engine, parsed);
  }

  /** The history as Step Functions returns it, the last event first. */
  private historyOf(execution: string): object[] {
    const { step, ...input } = this.entered.get(execution) ?? {};
    return [{ type: 'LambdaFunctionStarted' }, { type: 'TaskStateEntered', stateEnteredEventDetails: { name: step, input: JSON.stringify(input) } }];
  }

  /** What the function for revokers takes from the ledger. It is another process, so no fault of the engine's calls is in it. */
  private taken(payload: string): RevokerOrder {
    const key = `ask#${(JSON.parse(payload) as RevokerInvocation).ask}|ask`;
    const { order } = this.memory.items.get(key) as unknown as { order: RevokerOrder };
    this.memory.items.delete(key);
    return order;
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

  private resource(stackId: string, logicalId: string): unknown {
    const view = this.resources.get(`${stackId}|${logicalId}`);
    if (view === undefined) {
      throw named('ValidationError', `Resource ${logicalId} does not exist for stack ${stackId}`);
    }
    const { type: ResourceType, status: ResourceStatus, physicalId: PhysicalResourceId } = view;
    return { StackResourceDetail: { ResourceType, ResourceStatus, PhysicalResourceId, Metadata: this.metadata.get(logicalId) } };
  }

  /** Pages of one item, including resources that were deleted long ago. */
  private listed(stackId: string, token = '0'): unknown {
    const all: { type: string; name: string; status: string; logicalId?: string; at?: Date }[] = [
      { type: 'AWS::IAM::Role', name: 'invoice-bot-gone', status: 'DELETE_COMPLETE' },
      ...this.rolesOf(stackId).flatMap((name) => [
        { type: 'AWS::IAM::Role', name, status: 'UPDATE_COMPLETE', logicalId: 'role', at: this.written.get(name) },
        { type: 'AWS::IAM::Policy', name: 'generated', status: 'UPDATE_COMPLETE', logicalId: logicalIds('invoice-bot', name.split('-').at(-1)!).access, at: this.written.get(`${name}/access`) },
        ...[1, 2, 3].filter((number) => this.written.has(`${name}/access-${number}`)).map((number) => ({
          type: 'AWS::IAM::ManagedPolicy',
          name: `${name}-access-${number}`,
          status: 'UPDATE_COMPLETE',
          logicalId: logicalIds('invoice-bot', name.split('-').at(-1)!).accessPart(number),
          at: this.written.get(`${name}/access-${number}`),
        })),
      ]),
      ...this.compute.resources().map(({ type, id: name }) => ({ type, name, status: 'CREATE_COMPLETE' })),
    ];
    const next = Number(token) + 1;
    return {
      StackResourceSummaries: all.slice(Number(token), next)
        .map(({ type, name, status, logicalId, at }) => (
          { ResourceType: type, PhysicalResourceId: name, ResourceStatus: status, LogicalResourceId: logicalId, LastUpdatedTimestamp: at })),
      ...(next < all.length ? { NextToken: String(next) } : {}),
    };
  }

  private object({ constructor: { name }, input }: Command): unknown {
    const key = input.Key as string;
    const objects = key.startsWith('events/') ? this.copies : key.startsWith('snapshots/') ? this.snapshots : key.startsWith('reviews/') ? this.shown : this.certificates;
    if (name === 'GetObjectCommand') {
      return { Body: { transformToString: async () => objects.get(key) } };
    }
    if (objects.has(key)) {
      throw named('PreconditionFailed');
    }
    objects.set(key, input.Body as string);
    return {};
  }

  private secret({ constructor: { name }, input }: Command): unknown {
    if (name === 'ListSecretsCommand') {
      const [{ Key: by, Values: [prefix] }] = input.Filters as { Key: string; Values: string[] }[];
      return { SecretList: [...this.secrets].filter((one) => by === 'name' && one.startsWith(prefix)).map((Name) => ({ Name })) };
    }
    if (this.keys.secrets.has(input.SecretId as string)) {
      return this.keys.secret(name, input as never);
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

/** Methods of a class, which a spread leaves out. */
function plainOf(services: FakeServices): Pick<Engine['calls'], 'json' | 'rest' | 's3Control'> {
  const calls = services.calls();
  return { json: (...input) => calls.json(...input), rest: (...input) => calls.rest(...input), s3Control: (...input) => calls.s3Control(...input) };
}

/** Those that serve nothing else. */
function computeClients(compute: FakeCompute): Pick<Engine, 'lambda' | 'scheduler' | 'agentRuntimes'> {
  const { lambda, scheduler, agentRuntimes } = compute.clients();
  return { lambda, scheduler, agentRuntimes };
}
