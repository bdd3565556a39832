import { aws_iam as iam } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { stacksOfRegistry } from './registries';
import { RegistryFacts } from './registry-facts';
import { acknowledge } from '../findings/acknowledge';
import { ACTION_UNKNOWN } from '../findings/reasons';
import { noSessionsDocument } from '../guards/agent-guard';
import { noRegistryDocument, registryReaderDocument } from '../guards/registry-denies';
import { registryResources } from '../guards/registry-resources';
import { sharedGuardDocument } from '../guards/shared-guard';

/**
 * The managed policies of a registry with the Denies that agents share.
 *
 * @param upkeep ARNs of what the registry uses and others made
 */
export function guardPolicies(scope: Construct, { names, place, stages, naming }: Pick<RegistryFacts, 'names' | 'place' | 'stages' | 'naming'>, upkeep: readonly string[]): iam.ManagedPolicy[] {
  const { registryName } = names;
  const resources = registryResources(names, place, stacksOfRegistry(scope, registryName).map(({ stackName }) => stackName), upkeep);
  const { _tagPrefix: tagPrefix } = naming;
  const policy = (id: string, managedPolicyName: string, description: string, document: iam.PolicyDocument): iam.ManagedPolicy =>
    acknowledged(new iam.ManagedPolicy(scope, id, { managedPolicyName, path: names.path, description, document }));
  const of = `of ${registryName}`;
  return [
    ...stages.map(({ name: stageName }) => policy(
      `Guard-${stageName}`, names.guardPolicyName(stageName), `What no agent ${of} in ${stageName} may do`, sharedGuardDocument({ stageName, tagPrefix }))),
    policy('NoSessions', names.noSessionsPolicy, `For agents ${of} that may assume or pass no other identity`, noSessionsDocument(resources.secrets)),
    policy('NoRegistry', names.noRegistryPolicy, `For agents ${of}: nothing of the registry itself`, noRegistryDocument({ names, resources, tagPrefix })),
    policy('RegistryReader', names.registryReaderPolicy, `For agents ${of} that read the fleet: nothing else of the registry`,
      registryReaderDocument({ names, resources, tagPrefix })),
  ];
}

function acknowledged(policy: iam.ManagedPolicy): iam.ManagedPolicy {
  acknowledge(policy, { cfnLint: ACTION_UNKNOWN });
  return policy;
}
