import { aws_iam as iam, CfnResource, IResolvable, IResolveContext, Stack, Token } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { KeysElsewhere } from './keys-elsewhere';
import { LIFECYCLE_ATTRIBUTES } from '../../contract/lifecycle-resource';
import { RolePlace } from '../../contract/role-names';
import { InvalidInputError } from '../../core/errors';

interface LivePrincipalProps {
  readonly lifecycle: CfnResource;
  readonly agentName: string;
  readonly place: RolePlace;
  readonly add: LiveGrant;
  /**
   * Takes what the policy of a key elsewhere would allow.
   *
   * @default - `add`
   */
  readonly addOfKey?: LiveGrant;
  /** Tells it from the same principal with another `add`: some grants are remembered by it, and the second would be dropped. */
  readonly as: string;
}

export type LiveGrant = (statement: iam.PolicyStatement) => iam.AddToPrincipalPolicyResult;

/**
 * The agent in its present stage. In its own stack it is named by an attribute of Lifecycle, so that resources that name it are deployed after the
 * old principal was denied. In other stacks it is named by its literal ARN, so that there is no reference, no export and no cycle. If the role's name is
 * generated, there is no such ARN, and an export of it would keep the agent from moving, because an export in use can't change.
 */
export class LivePrincipal implements iam.IPrincipal, iam.IComparablePrincipal, iam.IGrantable {
  public readonly grantPrincipal: iam.IPrincipal = this;
  public readonly assumeRoleAction = 'sts:AssumeRole';
  public readonly arn: string;
  public readonly policyFragment: iam.PrincipalPolicyFragment;

  public constructor(private readonly role: IConstruct, private readonly props: LivePrincipalProps) {
    this.arn = Token.asString(new PrincipalArn(role, props));
    this.policyFragment = new iam.PrincipalPolicyFragment({ AWS: [this.arn] });
    KeysElsewhere.watch({ agent: role.node.scope ?? role, arn: this.arn, add: props.addOfKey ?? props.add });
  }

  /** The same principal for grants that are recorded elsewhere. */
  public adding(as: string, add: LiveGrant, addOfKey?: LiveGrant): LivePrincipal {
    return new LivePrincipal(this.role, { ...this.props, as, add, addOfKey });
  }

  public get principalAccount(): string {
    return Stack.of(this.role).account;
  }

  public addToPrincipalPolicy(statement: iam.PolicyStatement): iam.AddToPrincipalPolicyResult {
    return this.props.add(statement);
  }

  public addToPolicy(statement: iam.PolicyStatement): boolean {
    return this.addToPrincipalPolicy(statement).statementAdded;
  }

  public dedupeString(): string {
    return `live:${this.role.node.addr}`;
  }

  /** Must be unique: some constructs remember grants by this text, and would drop the grant of a second agent. */
  public toString(): string {
    return `${this.dedupeString()}:${this.props.as}`;
  }
}

class PrincipalArn implements IResolvable {
  public readonly creationStack: string[] = [];

  public constructor(private readonly role: IConstruct, private readonly props: LivePrincipalProps) {}

  public resolve(context: IResolveContext): unknown {
    const own = Stack.of(this.role);
    const { lifecycle, agentName, place: { path, roleName } } = this.props;
    if (Stack.of(context.scope) === own) {
      return lifecycle.getAtt(LIFECYCLE_ATTRIBUTES.principalArn);
    }
    if (roleName === undefined) {
      throw new InvalidInputError('PrincipalArnUnknown',
        `${context.scope.node.path}: the name of the role of agent ${agentName} is generated, so its ARN is known only in its own stack ${own.stackName}: put the resource into that stack, or name ManagedAgentIdentity.fromAgentName(...).principal, which stands for the agent's path`);
    }
    return `arn:${own.partition}:iam::${own.account}:role${path}${roleName}`;
  }

  public toString(): string {
    return Token.asString(this);
  }
}
