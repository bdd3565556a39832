import { aws_iam as iam, aws_kms as kms } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { allow, OperatorPolicy } from './feature';
import { withReasons } from './wildcard-reasons';
import { RegistryNames, RegistryPlace } from '../../contract/registry-names';
import { acknowledgeWildcards } from '../findings/wildcards';

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
  const keyUse = key === undefined ? [] : [{
    ...allow('UseKeyOfLedger', ['kms:Decrypt', 'kms:GenerateDataKey*'], [key.keyArn]),
    Condition: { StringEquals: { 'kms:ViaService': viaServices(statements, place.region) } },
  }];
  policy.addStatements(...keyUse.map((statement) => iam.PolicyStatement.fromJson(statement)));
  acknowledgeWildcards(policy, () => withReasons(names, [...statements, ...keyUse]));
  return policy;
}

/** The services through which a policy uses a key of the ledger and the evidence. */
function viaServices(statements: OperatorPolicy['statements'], region: string): string | string[] {
  const used = ['dynamodb', 's3'].filter((service) => statements.some(({ Action: actions }) => actions.some((action) => action.startsWith(`${service}:`))));
  const services = used.map((service) => `${service}.${region}.amazonaws.com`);
  return services.length === 1 ? services[0] : services;
}
