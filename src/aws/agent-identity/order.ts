import {
  Aspects, aws_ecs as ecs, aws_iam as iam, aws_lambda as lambda, aws_scheduler as scheduler, CfnResource, IAspect, Reference, Stage, Tokenization,
} from 'aws-cdk-lib';
import { IConstruct } from 'constructs';

interface Holding {
  /** The service that takes the role. */
  readonly service: string;
  readonly runtime: string;
  readonly roles: (resource: CfnResource) => readonly unknown[];
}

/** Resources that hold a role; CDK doesn't make all of them wait for its policies. By literal types: their modules need not be loaded for them. */
const HOLDINGS: Readonly<Record<string, Holding>> = {
  'AWS::ECS::TaskDefinition': {
    service: 'ecs-tasks.amazonaws.com', runtime: 'AgentRuntime.ecsTask()', roles: (resource) => [(resource as ecs.CfnTaskDefinition).taskRoleArn],
  },
  'AWS::IAM::InstanceProfile': {
    service: 'ec2.amazonaws.com', runtime: 'AgentRuntime.ec2()', roles: (resource) => (resource as iam.CfnInstanceProfile).roles,
  },
  'AWS::Lambda::Function': {
    service: 'lambda.amazonaws.com', runtime: 'AgentRuntime.lambda()', roles: (resource) => [(resource as lambda.CfnFunction).role],
  },
  'AWS::Scheduler::Schedule': {
    service: 'scheduler.amazonaws.com',
    runtime: 'AgentRuntime.of()',
    roles: (resource) => {
      const target = (resource as scheduler.CfnSchedule).target as scheduler.CfnSchedule.TargetProperty | undefined;
      return [target?.roleArn];
    },
  },
};

/** A resource that holds an agent's role. */
export interface Holder extends Pick<Holding, 'service' | 'runtime'> {
  readonly path: string;
}

const HOLDERS = new WeakMap<IConstruct, Holder[]>();
const INSTALLED = new WeakSet<IConstruct>();

/** Makes whatever uses an agent's role come after Lifecycle and Access, also where CDK leaves it out. */
export class AfterAccess implements IAspect {
  /** Watches a role; what holds it is known when the app is validated. */
  public static of(role: IConstruct): readonly Holder[] {
    const holders: Holder[] = [];
    HOLDERS.set(role, holders);
    const root = Stage.of(role) ?? role.node.root;
    if (!INSTALLED.has(root)) {
      INSTALLED.add(root);
      Aspects.of(root).add(new AfterAccess());
    }
    return holders;
  }

  public visit(node: IConstruct): void {
    if (!CfnResource.isCfnResource(node) || HOLDINGS[node.cfnResourceType] === undefined) {
      return;
    }
    const { roles, service, runtime } = HOLDINGS[node.cfnResourceType];
    for (const value of roles(node) ?? []) {
      for (const token of typeof value === 'string' ? Tokenization.reverseString(value).tokens : []) {
        const role = Reference.isReference(token) ? token.target.node.scope : undefined;
        const holders = role === undefined ? undefined : HOLDERS.get(role);
        if (role !== undefined && holders !== undefined) {
          node.node.addDependency(role);
          holders.push({ path: node.node.path, service, runtime });
        }
      }
    }
  }
}
