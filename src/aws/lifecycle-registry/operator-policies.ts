import { aws_iam as iam, aws_kms as kms } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { OperatorPolicy } from './feature';
import { RegistryNames, RegistryPlace } from '../../contract/registry-names';

interface OperatorPolicyProps {
  readonly names: RegistryNames;
  readonly place: RegistryPlace;
  /** Key of the ledger and the evidence. */
  readonly key?: kms.IKey;
}

/** The managed policy of a registry that a feature declares for people, with what they need of the registry's key. */
export function operatorPolicy(
  scope: Construct, { id, name, purpose, statements }: OperatorPolicy, { names, place, key }: OperatorPolicyProps,
): iam.ManagedPolicy {
  const policy = new iam.ManagedPolicy(scope, id, {
    managedPolicyName: name,
    path: names.path,
    description: `${purpose} of ${names.registryName}`,
    document: iam.PolicyDocument.fromJson({ Version: '2012-10-17', Statement: statements }),
  });
  if (key !== undefined) {
    policy.addStatements(new iam.PolicyStatement({
      sid: 'UseKeyOfLedger',
      actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
      resources: [key.keyArn],
      conditions: { StringEquals: { 'kms:ViaService': viaServices(statements, place.region) } },
    }));
  }
  return policy;
}

/** The services through which a policy uses a key of the ledger and the evidence. */
function viaServices(statements: OperatorPolicy['statements'], region: string): string | string[] {
  const used = ['dynamodb', 's3'].filter((service) => statements.some(({ Action: actions }) => actions.some((action) => action.startsWith(`${service}:`))));
  const services = used.map((service) => `${service}.${region}.amazonaws.com`);
  return services.length === 1 ? services[0] : services;
}
