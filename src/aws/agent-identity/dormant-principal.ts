import { aws_iam as iam, Stack } from 'aws-cdk-lib';
import { DependencyGroup, IConstruct } from 'constructs';
import { markOf } from './dormant-mark';
import { KeysElsewhere } from './keys-elsewhere';
import { accountOf } from './resource-account';
import { StripDormant } from './strip-dormant';
import { InvalidInputError } from '../../core/errors';

/**
 * The agent in a stage other than its present one. It accepts every statement and renders none, neither in an identity policy nor in a resource
 * policy.
 */
export class DormantPrincipal implements iam.IPrincipal, iam.IComparablePrincipal, iam.IGrantable {
  public readonly grantPrincipal: iam.IPrincipal = this;
  public readonly assumeRoleAction = 'sts:AssumeRole';
  public readonly policyFragment: iam.PrincipalPolicyFragment;
  private resourceAccount?: string;

  public constructor(
    private readonly agent: IConstruct,
    private readonly stages: string,
    mark: string,
    private readonly record: (statement: iam.PolicyStatement) => void,
  ) {
    const arn = markOf(mark);
    this.policyFragment = new iam.PrincipalPolicyFragment({ AWS: [arn] });
    KeysElsewhere.watch({ agent, arn, add: record });
    StripDormant.install(agent);
  }

  /**
   * CDK reads this right after adding a statement, to decide whether the resource's policy must allow it too. It need not, so this returns the
   * resource's own account.
   */
  public get principalAccount(): string {
    return this.resourceAccount ?? Stack.of(this.agent).account;
  }

  public addToPrincipalPolicy(statement: iam.PolicyStatement): iam.AddToPrincipalPolicyResult {
    this.record(statement);
    this.resourceAccount = accountOf(statement.resources) ?? this.resourceAccount;
    return { statementAdded: true, policyDependable: new DependencyGroup() };
  }

  public addToPolicy(statement: iam.PolicyStatement): boolean {
    return this.addToPrincipalPolicy(statement).statementAdded;
  }

  /** A grant on a trust policy can't be dormant: the role would trust no one. */
  public addToAssumeRolePolicy(): void {
    throw new InvalidInputError('DormantInTrust',
      `${this.agent.node.path}: the agent in ${this.stages} can't be the principal that a role trusts: the agent is in another stage now, and a trust policy can't be empty; use access (the present stage) or a principal of the agent's own`);
  }

  public dedupeString(): string {
    return `dormant:${this.agent.node.addr}:${this.stages}`;
  }

  /** Must be unique: some constructs remember grants by this text, and would drop the grant of a second agent. */
  public toString(): string {
    return this.dedupeString();
  }
}
