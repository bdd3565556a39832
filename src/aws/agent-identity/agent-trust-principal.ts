import { aws_iam as iam } from 'aws-cdk-lib';

/** Makes a role trust exactly the given statements, and nobody besides. */
export class AgentTrustPrincipal extends iam.PrincipalBase implements iam.IAssumeRolePrincipal {
  public constructor(private readonly statements: iam.PolicyStatement[]) {
    super();
  }

  public get policyFragment(): iam.PrincipalPolicyFragment {
    // Asked only by constructs that would grant to a principal without a role, which this never is.
    return new iam.PrincipalPolicyFragment({});
  }

  public addToAssumeRolePolicy(document: iam.PolicyDocument): void {
    document.addStatements(...this.statements);
  }

  public dedupeString(): string | undefined {
    return undefined;
  }
}
