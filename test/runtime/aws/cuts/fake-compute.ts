import { FakeMachines } from './fake-machines';
import { CutContext } from '../../../../runtime/aws/cuts';
import { Disturb, named } from '../../ledger/memory-table';

const REGION = 'arn:aws:SERVICE:eu-west-1:111122223333';
const arn = (service: string, resource: string): string => `${REGION.replace('SERVICE', service)}:${resource}`;
const PAGE = 2;

interface FakeFunction { readonly role: string; reserved?: number }
interface FakeMapping { readonly functionArn: string; state: string }
interface FakeRule { readonly targets: { readonly Arn: string; readonly RoleArn?: string }[]; state: string }
export interface FakeSchedule {
  readonly GroupName: string;
  readonly Name: string;
  readonly Target: { readonly Arn: string; readonly RoleArn: string };
  State: string;
  [key: string]: unknown;
}
interface FakeMachine { readonly role: string; readonly type: string; readonly executions: Map<string, string> }
interface FakeRuntime { readonly role: string; policy?: string }

// Each call reads the members that it has.
type Input = Record<string, any>; // eslint-disable-line @typescript-eslint/no-explicit-any -- the calls' inputs have nothing in common
interface Command { readonly constructor: { readonly name: string }; readonly input: Input }

/** An account's compute, as the cuts see it, with a stack that has all of it unless `elsewhere` names it. */
export class FakeCompute {
  public readonly functions = new Map<string, FakeFunction>();
  public readonly mappings = new Map<string, FakeMapping>();
  public readonly rules = new Map<string, FakeRule>();
  public readonly schedules = new Map<string, FakeSchedule>();
  public readonly machines = new Map<string, FakeMachine>();
  public readonly runtimes = new Map<string, FakeRuntime>();
  /** Names of OAuth2 credential providers of AgentCore. */
  public readonly providers = new Set<string>();
  /** Tasks and instances. */
  public readonly virtual = new FakeMachines();
  /** Physical ids that no stack of the agent has. */
  public readonly elsewhere = new Set<string>();
  /** State machines whose executions the engine may not list. */
  public readonly unreadable = new Set<string>();
  public readonly calls: string[] = [];
  public disturb: Disturb;
  /** Answers invocations of functions. */
  public invoke: (functionName: string, payload: string) => unknown;
  private readonly ANSWERS: Readonly<Record<string, (input: Input) => unknown>> = {
    Invoke: ({ FunctionName: name, Payload: payload }) => this.invoke(name, payload),
    GetFunctionConfiguration: ({ FunctionName: name }) => ({ Role: need(this.functions, name).role, FunctionArn: arn('lambda', `function:${name}`) }),
    GetFunctionConcurrency: ({ FunctionName: name }) => {
      const { reserved } = need(this.functions, name);
      return reserved === undefined ? {} : { ReservedConcurrentExecutions: reserved };
    },
    PutFunctionConcurrency: ({ FunctionName: name, ReservedConcurrentExecutions: reserved }) => void (need(this.functions, name).reserved = reserved),
    DeleteFunctionConcurrency: ({ FunctionName: name }) => void delete need(this.functions, name).reserved,
    ListEventSourceMappings: ({ FunctionName: name, Marker }) => {
      const found = [...this.mappings].filter(([, { functionArn }]) => functionArn === arn('lambda', `function:${name}`)).map(([UUID]) => ({ UUID }));
      return paged('EventSourceMappings', 'NextMarker', found, Marker);
    },
    GetEventSourceMapping: ({ UUID }) => ({ State: need(this.mappings, UUID).state, FunctionArn: need(this.mappings, UUID).functionArn }),
    UpdateEventSourceMapping: ({ UUID, Enabled: enabled }) => void (need(this.mappings, UUID).state = enabled ? 'Enabled' : 'Disabled'),
    ListTargetsByRule: ({ Rule, EventBusName: bus, NextToken }) => paged('Targets', 'NextToken', need(this.rules, ruleId(Rule, bus)).targets, NextToken),
    DescribeRule: ({ Name, EventBusName: bus }) => ({ State: need(this.rules, ruleId(Name, bus)).state }),
    DisableRule: ({ Name, EventBusName: bus }) => void (need(this.rules, ruleId(Name, bus)).state = 'DISABLED'),
    EnableRule: ({ Name, EventBusName: bus }) => void (need(this.rules, ruleId(Name, bus)).state = 'ENABLED'),
    ListSchedules: ({ NamePrefix: prefix, NextToken }) => paged('Schedules', 'NextToken', [...this.schedules.values()].filter(({ Name }) => Name.startsWith(prefix)), NextToken),
    GetSchedule: ({ GroupName, Name }) => ({ ...need(this.schedules, `${GroupName}/${Name}`), Arn: 'arn', CreationDate: new Date(0) }),
    UpdateSchedule: (input) => {
      need(this.schedules, `${input.GroupName}/${input.Name}`);
      // Everything that is left out is set to its default.
      this.schedules.set(`${input.GroupName}/${input.Name}`, Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined)) as unknown as FakeSchedule);
    },
    DescribeStateMachine: ({ stateMachineArn: id }) => ({ roleArn: need(this.machines, id).role, type: need(this.machines, id).type }),
    ListExecutions: ({ stateMachineArn: id, nextToken }) => {
      if (this.unreadable.has(id)) {
        throw named('AccessDeniedException', 'no');
      }
      const { type, executions } = need(this.machines, id);
      if (type === 'EXPRESS') {
        throw named('StateMachineTypeNotSupported');
      }
      const running = [...executions].filter(([, status]) => status === 'RUNNING').map(([executionArn]) => ({ executionArn }));
      return paged('executions', 'nextToken', running, nextToken);
    },
    DescribeStateMachineForExecution: ({ executionArn: execution }) => {
      const machine = [...this.machines.values()].find(({ executions }) => executions.has(execution));
      return { roleArn: machine?.role };
    },
    StopExecution: ({ executionArn: execution }) => {
      const machine = [...this.machines.values()].find(({ executions }) => executions.has(execution));
      machine?.executions.set(execution, 'ABORTED');
    },
    GetAgentRuntime: ({ agentRuntimeId: id }) => ({ roleArn: need(this.runtimes, id).role, agentRuntimeArn: arn('bedrock-agentcore', `runtime/${id}`) }),
    GetResourcePolicy: ({ resourceArn }) => {
      const { policy } = need(this.runtimes, resourceArn.split('/')[1]);
      if (policy === undefined) {
        throw named('ResourceNotFoundException', 'no policy');
      }
      return { policy };
    },
    PutResourcePolicy: ({ resourceArn, policy }) => void (need(this.runtimes, resourceArn.split('/')[1]).policy = policy),
    ListOauth2CredentialProviders: ({ nextToken }) => paged('credentialProviders', 'nextToken', [...this.providers].map((name) => ({ name })), nextToken),
    DeleteOauth2CredentialProvider: ({ name }) => void this.providers.delete(name),
    DeleteResourcePolicy: ({ resourceArn }) => void delete need(this.runtimes, resourceArn.split('/')[1]).policy,
  };

  constructor() {
    this.disturb = () => undefined;
    this.invoke = (name) => {
      throw new Error(`nobody may invoke ${name}`);
    };
  }

  public function(name: string, role: string, reserved?: number): string {
    this.functions.set(name, { role, ...(reserved === undefined ? {} : { reserved }) });
    return arn('lambda', `function:${name}`);
  }

  public machine(name: string, role: string, type = 'STANDARD'): string {
    const machine = arn('states', `stateMachine:${name}`);
    this.machines.set(machine, { role, type, executions: new Map() });
    return machine;
  }

  /** Starts an execution and returns its ARN. */
  public start(machine: string, name: string): string {
    const execution = `${machine.replace(':stateMachine:', ':execution:')}:${name}`;
    this.machines.get(machine)!.executions.set(execution, 'RUNNING');
    return execution;
  }

  public schedule(name: string, role: string, target: string, more: Record<string, unknown> = {}): FakeSchedule {
    const schedule: FakeSchedule = { GroupName: 'default', Name: name, Target: { Arn: target, RoleArn: role }, State: 'ENABLED', ScheduleExpression: 'rate(1 hour)', FlexibleTimeWindow: { Mode: 'OFF' }, ...more };
    this.schedules.set(`${schedule.GroupName}/${name}`, schedule);
    return schedule;
  }

  /** What the agent's stack has. */
  public resources(): { type: string; id: string }[] {
    const of = (type: string, ids: Iterable<string>): { type: string; id: string }[] => (
      [...ids].filter((id) => !this.elsewhere.has(id)).map((id) => ({ type, id })));
    return [
      ...of('AWS::Lambda::Function', this.functions.keys()),
      ...of('AWS::Lambda::EventSourceMapping', this.mappings.keys()),
      ...of('AWS::Events::Rule', this.rules.keys()),
      ...of('AWS::Scheduler::Schedule', [...this.schedules.values()].map(({ Name }) => Name)),
      ...of('AWS::StepFunctions::StateMachine', this.machines.keys()),
      ...of('AWS::BedrockAgentCore::Runtime', this.runtimes.keys()),
      ...this.virtual.resources(this.elsewhere),
    ];
  }

  /** Everything that a resumption must put back, for comparison. */
  public snapshot(): unknown {
    const { functions, mappings, rules, schedules, runtimes } = this;
    return { ...structuredClone({ functions, mappings, rules, schedules, runtimes }), virtual: this.virtual.snapshot() };
  }

  /** What still acts for anybody. */
  public on(): string[] {
    return [
      ...[...this.functions].filter(([, { reserved }]) => reserved !== 0).map(([id]) => id),
      ...[...this.mappings].filter(([, { state }]) => state === 'Enabled').map(([id]) => id),
      ...[...this.rules].filter(([, { state }]) => state === 'ENABLED').map(([id]) => id),
      ...[...this.schedules].filter(([, { State: state }]) => state === 'ENABLED').map(([id]) => id),
      ...[...this.machines.values()].flatMap(({ executions }) => [...executions].filter(([, status]) => status === 'RUNNING').map(([id]) => id)),
      ...[...this.runtimes].filter(([, { policy }]) => !policy?.includes('"Deny"')).map(([id]) => id),
      ...this.virtual.on(),
    ];
  }

  /** The clients of a context, with one more for stacks. */
  public clients(): Pick<CutContext, 'lambda' | 'bus' | 'scheduler' | 'stateMachine' | 'agentRuntimes' | 'calls'> {
    const client = <C>(service: string): C => ({ send: async (command: Command) => this.answer(service, command) }) as C;
    return { lambda: client('lambda'), bus: client('events'), scheduler: client('scheduler'), stateMachine: client('states'), agentRuntimes: client('agentcore'), calls: this.virtual.calls() };
  }

  public answer(service: string, { constructor: { name }, input }: Command): unknown {
    const operation = name.replace('Command', '');
    const call = `${service}:${operation}`;
    this.disturb(call, 'before');
    const result = this.ANSWERS[operation]?.(input);
    if (this.ANSWERS[operation] === undefined) {
      throw new Error(`the fake compute knows no ${call}`);
    }
    this.calls.push(operation);
    this.disturb(call, 'after');
    return result;
  }
}

function ruleId(name: string, bus: string | undefined): string {
  return bus === undefined ? name : `${bus}|${name}`;
}

function paged<T>(key: string, token: string, all: readonly T[], start = '0'): object {
  const from = Number(start);
  return { [key]: all.slice(from, from + PAGE), ...(all.length > from + PAGE ? { [token]: String(from + PAGE) } : {}) };
}

function need<T>(map: Map<string, T>, key: string): T {
  const found = map.get(key);
  if (found === undefined) {
    throw named('ResourceNotFoundException', key);
  }
  return found;
}
