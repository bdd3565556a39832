import { aws_iam as iam } from 'aws-cdk-lib';

/** Makes a role trust exactly the given statements and no other principal. */
export class AgentTrustPrincipal extends iam.PrincipalBase implements iam.IAssumeRolePrincipal {
  public constructor(private readonly statements: iam.PolicyStatement[]) {
    super();
  }

  public get policyFragment(): iam.PrincipalPolicyFragment {
    // Only constructs that grant to a principal without a role use this. This principal always has one.
    return new iam.PrincipalPolicyFragment({});
  }

  public addToAssumeRolePolicy(document: iam.PolicyDocument): void {
    document.addStatements(...this.statements);
  }

  public dedupeString(): string | undefined {
    return undefined;
  }
}
