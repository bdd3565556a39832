import { aws_iam as iam, Stack } from 'aws-cdk-lib';
import { DependencyGroup, IConstruct } from 'constructs';
import { markOf } from './dormant-mark';
import { accountOf } from './resource-account';
import { StripDormant } from './strip-dormant';
import { InvalidInputError } from '../../core/errors';

/**
 * The agent in a stage that is not its present one: takes every statement and renders none, neither in an identity policy nor in a resource policy.
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
    this.policyFragment = new iam.PrincipalPolicyFragment({ AWS: [markOf(mark)] });
    StripDormant.install(agent);
  }

  /**
   * Asked right after a statement was added: whether the resource's policy has to allow it too. It has not, so the answer is the resource's own account.
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

  /** A role that trusts it would trust nobody: that is no grant that could wait. */
  public addToAssumeRolePolicy(): void {
    throw new InvalidInputError('DormantInTrust',
      `${this.agent.node.path}: the agent in ${this.stages} can't be whom a role is for: its stage is another one now, and a role can't trust nobody; use access (the present stage) or a principal of the agent's own`);
  }

  public dedupeString(): string {
    return `dormant:${this.agent.node.addr}:${this.stages}`;
  }

  /** Unique: some grants are remembered by it, and a second agent's would be dropped. */
  public toString(): string {
    return this.dedupeString();
  }
}
