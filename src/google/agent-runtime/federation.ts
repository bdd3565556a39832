import { Construct } from 'constructs';
import { FederatedIdentity } from './federated-identity';
import { RuntimeBinding, RuntimeContext, USE_AS_WORKLOAD } from './runtime-context';
import { agentAddress, poolId, poolName } from '../../contract/google';
import { IamWorkloadIdentityPool, IamWorkloadIdentityPoolProvider } from '../provider';

/** Creates a pool for this agent only, so that the providers of other pools can't act as the agent. */
export function federate(scope: Construct, context: RuntimeContext, identity: FederatedIdentity): RuntimeBinding {
  const { providerId, aws, oidc, attributeMapping, attributeCondition, memberKind, memberPath } = identity._parts;
  const address = agentAddress(context.agentName);
  const pool = new IamWorkloadIdentityPool(scope, 'Pool', {
    project: context.project,
    workloadIdentityPoolId: poolId(context.agentName),
    displayName: context.agentName.slice(0, 32),
    description: `Who acts as ${context.agentName} from outside Google`,
  });
  pool.overrideLogicalId(address);
  const provider = new IamWorkloadIdentityPoolProvider(scope, 'Provider', {
    project: context.project,
    workloadIdentityPoolId: pool.workloadIdentityPoolId,
    workloadIdentityPoolProviderId: providerId,
    attributeMapping,
    attributeCondition,
    ...(aws === undefined ? {} : { aws }),
    ...(oidc === undefined ? {} : { oidc }),
  });
  provider.overrideLogicalId(address);
  context.allow('federation', USE_AS_WORKLOAD, `${memberKind}://iam.googleapis.com/${pool.name}/${memberPath}`);
  return {
    federationAudience: `//iam.googleapis.com/${provider.name}`,
    pool: { name: poolName(context.agentName, context.project), addresses: [pool, provider].map(({ terraformResourceType: type }) => `${type}.${address}`) },
  };
}
