import { aws_iam as iam, CfnResource, IResolvable, IResolveContext, Stack, Token } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';

export interface LivePrincipalProps {
  readonly lifecycle: CfnResource;
  /** Path and name, such as `/agents/test/invoice-bot-test`. */
  readonly pathAndName: string;
  readonly add: (statement: iam.PolicyStatement) => iam.AddToPrincipalPolicyResult;
}

/**
 * The agent in its present stage. In its own stack it is named by an attribute of Lifecycle, so that whatever names it comes after the old principal was cut;
 * elsewhere by its literal ARN, so that there is no reference, no export and no cycle.
 */
export class LivePrincipal implements iam.IPrincipal, iam.IComparablePrincipal, iam.IGrantable {
  public readonly grantPrincipal: iam.IPrincipal = this;
  public readonly assumeRoleAction = 'sts:AssumeRole';
  public readonly arn: string;
  public readonly policyFragment: iam.PrincipalPolicyFragment;

  public constructor(private readonly role: IConstruct, private readonly props: LivePrincipalProps) {
    this.arn = Token.asString(new PrincipalArn(role, props));
    this.policyFragment = new iam.PrincipalPolicyFragment({ AWS: [this.arn] });
  }

  /** The same principal for grants that are recorded elsewhere. */
  public adding(add: LivePrincipalProps['add']): LivePrincipal {
    return new LivePrincipal(this.role, { ...this.props, add });
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

  /** Unique: some grants are remembered by it, and a second agent's would be dropped. */
  public toString(): string {
    return this.dedupeString();
  }
}

class PrincipalArn implements IResolvable {
  public readonly creationStack: string[] = [];

  public constructor(private readonly role: IConstruct, private readonly props: LivePrincipalProps) {}

  public resolve(context: IResolveContext): unknown {
    const own = Stack.of(this.role);
    return Stack.of(context.scope) === own
      ? this.props.lifecycle.getAtt('PrincipalArn')
      : `arn:${own.partition}:iam::${own.account}:role${this.props.pathAndName}`;
  }

  public toString(): string {
    return Token.asString(this);
  }
}
