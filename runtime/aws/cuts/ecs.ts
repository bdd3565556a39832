import { CutContext } from './cut-context';
import { ofEach } from './missing';
import { allItems } from '../../pages';

/** A service of Amazon ECS that runs the agent's tasks. */
export interface EcsService { readonly cluster: string; readonly arn: string; readonly desired: number; readonly isDaemon: boolean }

/** A task that runs with the agent's role. */
export interface EcsTask { readonly cluster: string; readonly arn: string; readonly service?: string }

const DESCRIBED_AT_ONCE = { tasks: 100, services: 10 };
const ARN = /^arn:[\w-]+:ecs:/;

/** What the agent's stacks have. */
interface StackHoldings {
  of(type: string): Promise<readonly string[]>;
  holds(roleArn: string | undefined): boolean;
}

interface Task {
  readonly taskArn: string;
  readonly group?: string;
  readonly clusterArn: string;
  readonly lastStatus?: string;
  readonly overrides?: { readonly taskRoleArn?: string };
}
interface Service {
  readonly serviceArn: string;
  readonly clusterArn: string;
  readonly desiredCount?: number;
  readonly status?: string;
  readonly schedulingStrategy?: string;
  readonly taskDefinition?: string;
}

/** What of Amazon ECS runs with the agent's role, wherever in the account it runs: the agent's stack has the task definitions. */
export class EcsHoldings {
  private families?: Promise<ReadonlySet<string>>;

  public constructor(private readonly context: CutContext, private readonly holdings: StackHoldings) {}

  /** The services of the agent's stack, and those elsewhere that run its tasks now. */
  public async services(): Promise<EcsService[]> {
    const families = await this.ofStack();
    if (families.size === 0) {
      return [];
    }
    const elsewhere = (await this.tasks()).flatMap(({ cluster, service }) => service === undefined ? [] : { cluster: cluster.split('/').at(-1)!, name: service });
    const ofStack = (await this.holdings.of('AWS::ECS::Service')).filter((id) => ARN.test(id))
      .map((arn) => ({ cluster: clusterOf(arn), name: arn.split('/').at(-1)! }));
    const all = [...ofStack, ...elsewhere];
    const found = await ofEach([...new Set(all.map(({ cluster }) => cluster))], async (cluster) => (
      this.described<Service>('services', cluster, [...new Set(all.filter((one) => one.cluster === cluster).map(({ name }) => name))])));
    return found.flat().filter(({ status, taskDefinition = '' }) => status !== 'INACTIVE' && families.has(familyOf(taskDefinition)))
      .map(({ serviceArn: arn, clusterArn: cluster, desiredCount: desired = 0, schedulingStrategy }) => ({ cluster, arn, desired, isDaemon: schedulingStrategy === 'DAEMON' }));
  }

  /** Tasks of the agent's families in all clusters, as they are now. Not those of a task definition outside the stack that was given the role. */
  public async tasks(): Promise<EcsTask[]> {
    const families = await this.ofStack();
    if (families.size === 0) {
      return [];
    }
    const clusters = await this.list('ListClusters', 'clusterArns', {});
    const arns = await ofEach(clusters.flatMap((cluster) => [...families].map((family) => ({ cluster, family }))), async ({ cluster, family }) => (
      { cluster, arns: await this.list('ListTasks', 'taskArns', { cluster, family, desiredStatus: 'RUNNING' }) }));
    const found = await ofEach(arns.filter((one) => one.arns.length > 0), async (one) => this.described<Task>('tasks', one.cluster, one.arns));
    return found.flat()
      // A task that was started with another role is not the agent's.
      .filter(({ overrides, lastStatus }) => lastStatus !== 'STOPPED' && (overrides?.taskRoleArn === undefined || this.holdings.holds(overrides.taskRoleArn)))
      .map(({ taskArn: arn, clusterArn: cluster, group = '' }) => (
        { arn, cluster, ...(group.startsWith('service:') ? { service: group.slice('service:'.length) } : {}) }));
  }

  /** The families of the stack's task definitions whose containers run with a principal of the agent. */
  private ofStack(): Promise<ReadonlySet<string>> {
    this.families ??= this.findFamilies();
    return this.families;
  }

  private async findFamilies(): Promise<ReadonlySet<string>> {
    const found = await ofEach(await this.holdings.of('AWS::ECS::TaskDefinition'), async (taskDefinition) => {
      const { taskDefinition: described } = await this.context.calls.ecs<{ taskDefinition?: { taskRoleArn?: string; family?: string } }>('DescribeTaskDefinition', { taskDefinition });
      return this.holdings.holds(described?.taskRoleArn) ? described?.family : undefined;
    });
    return new Set(found);
  }

  private list(action: string, member: string, input: Record<string, unknown>): Promise<string[]> {
    return allItems(
      (nextToken) => this.context.calls.ecs<Record<string, unknown>>(action, { ...input, ...(nextToken === undefined ? {} : { nextToken }) }),
      (page) => page[member] as string[] | undefined, (page) => page.nextToken as string | undefined);
  }

  private async described<T>(kind: 'tasks' | 'services', cluster: string, ids: readonly string[]): Promise<T[]> {
    const size = DESCRIBED_AT_ONCE[kind];
    const parts = Array.from({ length: Math.ceil(ids.length / size) }, (_, part) => ids.slice(part * size, (part + 1) * size));
    const action = kind === 'tasks' ? 'DescribeTasks' : 'DescribeServices';
    const found = await Promise.all(parts.map((part) => this.context.calls.ecs<Record<string, T[]>>(action, { cluster, [kind]: part })));
    return found.flatMap((page) => page[kind] ?? []);
  }
}

/** The name of the cluster in the ARN of a service or a task. ARNs of the old form have none: then it is the default one. */
export function clusterOf(arn: string): string {
  const [, cluster, name] = arn.split('/');
  return name === undefined ? 'default' : cluster;
}

function familyOf(taskDefinition: string): string {
  return taskDefinition.split('/').at(-1)!.split(':')[0];
}

/** Reads what runs. ECS can't restrict the first action and the descriptions of task definitions to resources. */
export const FIND_TASKS = [
  { sid: 'FindTaskDefinitions', actions: ['ecs:ListClusters', 'ecs:DescribeTaskDefinition'], resources: ['*'] },
  // Each of them has another kind of resource.
  { sid: 'FindTasks', actions: ['ecs:ListTasks', 'ecs:DescribeTasks', 'ecs:DescribeServices'], resources: ['arn:{partition}:ecs:{region}:{account}:*'] },
];
