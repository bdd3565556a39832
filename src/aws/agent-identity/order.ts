import { Aspects, aws_ecs as ecs, aws_iam as iam, aws_scheduler as scheduler, CfnResource, IAspect, Reference, Stage, Tokenization } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';

/** Resources that name a role and that CDK doesn't make wait for the role's policies. By literal types: their modules need not be loaded for them. */
const NAMES_A_ROLE: Readonly<Record<string, (resource: CfnResource) => readonly unknown[]>> = {
  'AWS::ECS::TaskDefinition': (resource) => [(resource as ecs.CfnTaskDefinition).taskRoleArn],
  'AWS::IAM::InstanceProfile': (resource) => (resource as iam.CfnInstanceProfile).roles,
  'AWS::Scheduler::Schedule': (resource) => {
    const target = (resource as scheduler.CfnSchedule).target as scheduler.CfnSchedule.TargetProperty | undefined;
    return [target?.roleArn];
  },
};

const AGENT_ROLES = new WeakSet<IConstruct>();
const INSTALLED = new WeakSet<IConstruct>();

/** Makes whatever uses an agent's role come after Lifecycle and Access, also where CDK leaves it out. */
export class AfterAccess implements IAspect {
  public static of(role: IConstruct): void {
    AGENT_ROLES.add(role);
    const root = Stage.of(role) ?? role.node.root;
    if (!INSTALLED.has(root)) {
      INSTALLED.add(root);
      Aspects.of(root).add(new AfterAccess());
    }
  }

  public visit(node: IConstruct): void {
    if (!CfnResource.isCfnResource(node)) {
      return;
    }
    for (const value of NAMES_A_ROLE[node.cfnResourceType]?.(node) ?? []) {
      for (const token of typeof value === 'string' ? Tokenization.reverseString(value).tokens : []) {
        const role = Reference.isReference(token) ? token.target.node.scope : undefined;
        if (role !== undefined && AGENT_ROLES.has(role)) {
          node.node.addDependency(role);
        }
      }
    }
  }
}
