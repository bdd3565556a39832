import { CutContext } from '../../../../runtime/aws/cuts';
import { Disturb, named } from '../../ledger/memory-table';

const ECS = 'arn:aws:ecs:eu-west-1:111122223333';
const PAGE = 2;

interface FakeTask { readonly cluster: string; readonly family: string; readonly service?: string; readonly role?: string; running: boolean }
interface FakeService { readonly cluster: string; readonly family: string; desired: number; readonly daemon?: true; readonly status?: string }
interface FakeInstance { readonly profile: string; readonly group?: string; readonly instanceStore?: true; state: string }
interface FakeAnalyzer { readonly age?: number; readonly status?: string; readonly findings: readonly object[] }
type Input = Record<string, any>; // eslint-disable-line @typescript-eslint/no-explicit-any -- the calls' inputs have nothing in common

/** Tasks, services and instances of an account, and the analyzers of unused access. */
export class FakeMachines {
  /** The role of each family. */
  public readonly families = new Map<string, string>();
  public readonly services = new Map<string, FakeService>();
  public readonly tasks = new Map<string, FakeTask>();
  public readonly instances = new Map<string, FakeInstance>();
  /** The role in each instance profile. */
  public readonly profiles = new Map<string, string>();
  /** Whether it describes every instance, as an emulator does. */
  public ignoresFilters = false;
  public readonly analyzers = new Map<string, FakeAnalyzer>();
  public disturb: Disturb = () => undefined;

  public family(name: string, role: string): string {
    this.families.set(name, role);
    return `${ECS}:task-definition/${name}:1`;
  }

  public service(name: string, service: FakeService): string {
    const arn = `${ECS}:service/${service.cluster}/${name}`;
    this.services.set(arn, service);
    for (let index = 0; index < service.desired; index++) {
      this.task(`${name}-${index}`, { ...service, service: name });
    }
    return arn;
  }

  public task(id: string, task: Omit<FakeTask, 'running'>): string {
    const arn = `${ECS}:task/${task.cluster}/${id}`;
    this.tasks.set(arn, { ...task, running: true });
    return arn;
  }

  public instance(id: string, profile: string, role: string, more: Partial<FakeInstance> = {}): void {
    this.profiles.set(profile, role);
    this.instances.set(id, { profile, state: 'running', ...more });
  }

  /** Everything that a resumption must put back. */
  public snapshot(): unknown {
    return structuredClone({ services: this.services, instances: this.instances });
  }

  public on(): string[] {
    return [
      ...[...this.services].filter(([, { desired }]) => desired > 0).map(([arn]) => arn),
      ...[...this.tasks].filter(([, { running, service }]) => running && service === undefined).map(([arn]) => arn),
      ...[...this.instances].filter(([, { state }]) => state === 'running').map(([id]) => id),
    ];
  }

  /** Physical ids of a stack that has the task definitions, and the services but those elsewhere. */
  public resources(elsewhere: ReadonlySet<string>): { type: string; id: string }[] {
    return [
      ...[...this.families.keys()].map((name) => ({ type: 'AWS::ECS::TaskDefinition', id: `${ECS}:task-definition/${name}:1` })),
      ...[...this.services.keys()].map((id) => ({ type: 'AWS::ECS::Service', id })),
    ].filter(({ id }) => !elsewhere.has(id));
  }

  public profilesOf(roleArn: string): { InstanceProfileName: string; Arn: string }[] {
    return [...this.profiles].filter(([, role]) => role === roleArn)
      .map(([InstanceProfileName]) => ({ InstanceProfileName, Arn: `arn:aws:iam::111122223333:instance-profile/${InstanceProfileName}` }));
  }

  public calls(): CutContext['calls'] {
    const disturbed = async (call: string, answer: () => unknown): Promise<never> => {
      this.disturb(call, 'before');
      const result = answer();
      this.disturb(call, 'after');
      return JSON.parse(JSON.stringify(result ?? {})) as never;
    };
    return {
      ecs: (action, input) => disturbed(`ecs:${action}`, () => this.ecs(action, input)),
      ec2: (action, input) => disturbed(`ec2:${action}`, () => this.ec2(action, input)),
      // What it knows nothing of is not called for an agent that declares none.
      rest: async (service) => { throw new Error(`${service} was called`); },
      accessAnalyzer: (_method, path, input) => disturbed(`access-analyzer:${path}`, () => this.analyzer(path, input)),
    };
  }

  private ecs(action: string, input: Input): unknown {
    const inCluster = ({ cluster }: { cluster: string }): boolean => cluster === String(input.cluster).split('/').at(-1);
    const all = [...this.services.values(), ...this.tasks.values()].map(({ cluster }) => cluster);
    switch (action) {
      case 'DescribeTaskDefinition': {
        const [, family] = /task-definition\/(.*):1$/.exec(input.taskDefinition as string)!;
        return { taskDefinition: { family, taskRoleArn: this.families.get(family) } };
      }
      case 'ListClusters': return page('clusterArns', [...new Set([...all, 'empty'])].map((name) => `${ECS}:cluster/${name}`), input.nextToken);
      case 'ListTasks':
        return page('taskArns', [...this.tasks].filter(([, task]) => inCluster(task) && task.family === input.family && task.running).map(([arn]) => arn), input.nextToken);
      case 'DescribeTasks': return {
        tasks: [...this.tasks].filter(([arn, task]) => inCluster(task) && input.tasks.includes(arn)).map((
          [taskArn, { cluster, role: taskRoleArn, service, running, family }]) => ({
          taskArn,
          clusterArn: `${ECS}:cluster/${cluster}`,
          lastStatus: running ? 'RUNNING' : 'STOPPED',
          group: service === undefined ? `family:${family}` : `service:${service}`,
          overrides: taskRoleArn === undefined ? {} : { taskRoleArn },
        })),
      };
      case 'DescribeServices': return {
        services: [...this.services]
          .filter(([arn, service]) => inCluster(service) && input.services.some((id: string) => id === arn || arn.endsWith(`/${id}`)))
          .map(([serviceArn, { cluster, family, desired: desiredCount, daemon, status = 'ACTIVE' }]) => ({
            serviceArn,
            clusterArn: `${ECS}:cluster/${cluster}`,
            desiredCount,
            status,
            taskDefinition: `${ECS}:task-definition/${family}:1`,
            schedulingStrategy: daemon === undefined ? 'REPLICA' : 'DAEMON',
          })),
      };
      case 'UpdateService': return void this.setCount(input.service, input.desiredCount);
      case 'StopTask': return void (need(this.tasks, input.task, 'InvalidParameterException').running = false);
      default: throw new Error(`the fake ECS knows no ${action}`);
    }
  }

  private setCount(arn: string, desired: number): void {
    const service = need(this.services, arn, 'ServiceNotFoundException');
    if (service.daemon) {
      throw named('InvalidParameterException', 'daemon services have no desired count');
    }
    service.desired = desired;
    [...this.tasks.values()].filter(({ service: name }) => name !== undefined && arn.endsWith(`/${name}`)).forEach((task) => (task.running = desired > 0));
  }

  private ec2(action: string, input: Input): unknown {
    if (action !== 'DescribeInstances') {
      const instance = need(this.instances, input['InstanceId.1'], 'InvalidInstanceID.NotFound');
      if (instance.instanceStore) {
        throw named('UnsupportedOperation', 'The instance does not have an EBS root device');
      }
      instance.state = action === 'StopInstances' ? 'stopping' : 'running';
      return '';
    }
    const wanted = input['InstanceId.1'] as string | undefined;
    const values = Object.entries(input).filter(([name]) => name.startsWith('Filter.1.Value.')).map(([, arn]) => String(arn).split('/').at(-1));
    const found = [...this.instances].filter(([id, { profile }]) => (
      wanted === undefined ? this.ignoresFilters || values.includes(profile) : id === wanted));
    if (wanted !== undefined && found.length === 0) {
      throw named('InvalidInstanceID.NotFound');
    }
    const start = Number(input.NextToken ?? 0);
    const items = found.slice(start, start + 1).map(([id, { state, group, profile }]) => [
      `<item><instancesSet><item><instanceId>${id}</instanceId><instanceState><code>16</code><name>${state}</name></instanceState>`,
      `<iamInstanceProfile><arn>arn:aws:iam::111122223333:instance-profile/${profile}</arn><id>AIPA</id></iamInstanceProfile>`,
      `<tagSet>${group === undefined ? '' : `<item><key>aws:autoscaling:groupName</key><value>${group}</value></item>`}</tagSet></item></instancesSet></item>`,
    ].join(''));
    const next = found.length > start + 1 ? `<nextToken>${start + 1}</nextToken>` : '';
    return `<DescribeInstancesResponse><reservationSet>${items.join('')}</reservationSet>${next}</DescribeInstancesResponse>`;
  }

  private analyzer(path: string, input: Input): unknown {
    const arnOf = (name: string): string => `arn:aws:access-analyzer:eu-west-1:111122223333:analyzer/${name}`;
    if (path === '/analyzer') {
      const all = [...this.analyzers].map(([name, { age, status = 'ACTIVE' }]) => (
        { name, arn: arnOf(name), status, ...(age === undefined ? {} : { configuration: { unusedAccess: { unusedAccessAge: age } } }) }));
      return input.type === 'ACCOUNT_UNUSED_ACCESS' ? page('analyzers', all, input.nextToken) : { analyzers: [] };
    }
    const [, { findings }] = [...this.analyzers].find(([name]) => arnOf(name) === input.analyzerArn)!;
    return page('findings', findings.filter(({ resource }: { resource?: string }) => input.filter.resource.eq.includes(resource)), input.nextToken);
  }
}

function page<T>(key: string, all: readonly T[], start = '0'): object {
  const from = Number(start);
  return { [key]: all.slice(from, from + PAGE), ...(all.length > from + PAGE ? { nextToken: String(from + PAGE) } : {}) };
}

function need<T>(map: Map<string, T>, key: string, error: string): T {
  const found = map.get(key);
  if (found === undefined) {
    throw named(error, key);
  }
  return found;
}
