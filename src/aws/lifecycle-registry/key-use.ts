import { aws_iam as iam, aws_kms as kms, Stack } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';

/** Through which service a key of the user is used, and whether that service is written to. */
export type KeyUse = Readonly<Partial<Record<'dynamodb' | 's3', 'read' | 'write'>>>;

/** Grants the use of a key through the services that hold the encrypted data. The grantee can't decrypt anything by a call of its own. */
export function grantKeyUse(scope: IConstruct, key: kms.IKey, grantee: iam.IGrantable, use: KeyUse): iam.Grant[] {
  const { region, urlSuffix } = Stack.of(scope);
  return Object.entries(use).map(([service, access]) => {
    const user = new KeyUser(grantee.grantPrincipal, `${service}.${region}.${urlSuffix}`);
    // DynamoDB decrypts the table's own key for a write, too.
    return access === 'write' ? key.grantEncryptDecrypt(user) : key.grantDecrypt(user);
  });
}

/**
 * A grantee whose statements apply only to calls through one service.
 * https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service
 */
class KeyUser implements iam.IGrantable, iam.IPrincipal {
  public readonly grantPrincipal: iam.IPrincipal = this;
  public readonly assumeRoleAction: string;

  public constructor(private readonly user: iam.IPrincipal, private readonly service: string) {
    this.assumeRoleAction = user.assumeRoleAction;
  }

  public get policyFragment(): iam.PrincipalPolicyFragment {
    return this.user.policyFragment;
  }

  public get principalAccount(): string | undefined {
    return this.user.principalAccount;
  }

  public addToPrincipalPolicy(statement: iam.PolicyStatement): iam.AddToPrincipalPolicyResult {
    statement.addCondition('StringEquals', { 'kms:ViaService': this.service });
    return this.user.addToPrincipalPolicy(statement);
  }

  public addToPolicy(statement: iam.PolicyStatement): boolean {
    return this.addToPrincipalPolicy(statement).statementAdded;
  }
}
