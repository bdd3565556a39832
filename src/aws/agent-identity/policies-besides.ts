import { Aspects, aws_iam as iam, CfnResource, IAspect, Stack, Stage } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { overrides, rendered } from './rendered';
import { list } from '../access-rules/statement';

/** Policies that name the roles they are for, so that the role isn't asked, and by which property. */
const NAMED_BY: Readonly<Record<string, [property: string, typed: (resource: CfnResource) => unknown]>> = {
  'AWS::IAM::Policy': ['Roles', (resource) => (resource as iam.CfnPolicy).roles],
  'AWS::IAM::ManagedPolicy': ['Roles', (resource) => (resource as iam.CfnManagedPolicy).roles],
  'AWS::IAM::RolePolicy': ['RoleName', (resource) => (resource as iam.CfnRolePolicy).roleName],
};

/** By root: what a policy may call a role, and the paths of the policies that do. */
const WATCHED = new WeakMap<IConstruct, Map<string, string[]>>();

/** Finds the policies that would be put on an agent's role past its checks and its order. */
export class PoliciesBesides implements IAspect {
  /** Watches a role; the paths of what is found are known when the app is validated. */
  public static watch(role: iam.Role, logicalId: string, roleName: string): readonly string[] {
    const root = Stage.of(role) ?? role.node.root;
    const watched = WATCHED.get(root) ?? new Map<string, string[]>();
    if (!WATCHED.has(root)) {
      WATCHED.set(root, watched);
      Aspects.of(root).add(new PoliciesBesides(watched));
    }
    const found: string[] = [];
    const stack = Stack.of(role);
    watched.set(keyOf(stack, { Ref: logicalId }), found);
    watched.set(keyOf(stack, roleName), found);
    return found;
  }

  private constructor(private readonly watched: Map<string, string[]>) {}

  public visit(node: IConstruct): void {
    if (!CfnResource.isCfnResource(node) || NAMED_BY[node.cfnResourceType] === undefined) {
      return;
    }
    const stack = Stack.of(node);
    for (const role of list(stack.resolve(namedBy(node)))) {
      this.watched.get(keyOf(stack, role))?.push(node.node.path);
    }
  }
}

/** An untyped resource, or one with an override, says it only as it is rendered. */
function namedBy(resource: CfnResource): unknown {
  const [property, typed] = NAMED_BY[resource.cfnResourceType];
  return overrides(resource)[property] === undefined && typed(resource) !== undefined ? typed(resource) : rendered(resource).Properties[property];
}

/** A logical id counts in its stack, a name in its account. */
function keyOf(stack: Stack, role: unknown): string {
  return typeof role === 'string' ? `name ${stack.account} ${role}` : `${stack.node.addr} ${JSON.stringify(role)}`;
}
