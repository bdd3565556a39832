import { aws_iam as iam } from 'aws-cdk-lib';

const FLEET_READS = new WeakSet<iam.PolicyStatement>();

/** Whether `grantReadFleet` created the statement. An agent gets access to its registry only from there. */
export function isFleetRead(statement: iam.PolicyStatement): boolean {
  return FLEET_READS.has(statement);
}

/** A grantee whose statements are marked as reads of the fleet. */
export class FleetReader implements iam.IGrantable, iam.IPrincipal {
  public readonly grantPrincipal: iam.IPrincipal = this;
  public readonly assumeRoleAction: string;

  public constructor(private readonly reader: iam.IPrincipal) {
    this.assumeRoleAction = reader.assumeRoleAction;
  }

  public get policyFragment(): iam.PrincipalPolicyFragment {
    return this.reader.policyFragment;
  }

  public get principalAccount(): string | undefined {
    return this.reader.principalAccount;
  }

  public addToPrincipalPolicy(statement: iam.PolicyStatement): iam.AddToPrincipalPolicyResult {
    FLEET_READS.add(statement);
    return this.reader.addToPrincipalPolicy(statement);
  }

  public addToPolicy(statement: iam.PolicyStatement): boolean {
    return this.addToPrincipalPolicy(statement).statementAdded;
  }
}
