import { Aspects, aws_iam as iam, CfnResource, IAspect, Stack, Stage } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';

/** Policies that name the roles they are for, so that the role isn't asked. */
const NAMED_BY: Readonly<Record<string, (resource: CfnResource) => unknown>> = {
  'AWS::IAM::Policy': (resource) => (resource as iam.CfnPolicy).roles,
  'AWS::IAM::ManagedPolicy': (resource) => (resource as iam.CfnManagedPolicy).roles,
  'AWS::IAM::RolePolicy': (resource) => [(resource as iam.CfnRolePolicy).roleName],
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
    const named = CfnResource.isCfnResource(node) ? NAMED_BY[node.cfnResourceType]?.(node) : undefined;
    if (named === undefined || !CfnResource.isCfnResource(node)) {
      return;
    }
    const stack = Stack.of(node);
    for (const role of (stack.resolve(named) ?? []) as unknown[]) {
      this.watched.get(keyOf(stack, role))?.push(node.node.path);
    }
  }
}

/** A logical id counts in its stack, a name in its account. */
function keyOf(stack: Stack, role: unknown): string {
  return typeof role === 'string' ? `name ${stack.account} ${role}` : `${stack.node.addr} ${JSON.stringify(role)}`;
}
