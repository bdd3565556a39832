import { aws_bedrockagentcore as agentcore, Lazy, Stack, Token } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { InvalidInputError } from '../../core/errors';

/** What AgentCore checks when an agent asks for a credential, besides the provider. */
export interface AgentCoreIdentity {
  /** ARN of the vault with the providers of the account. */
  readonly vault: string;
  /** ARN of the directory with the workload identities of the account. */
  readonly directory: string;
  /** ARNs of the agent's own workload identities. */
  readonly identities: string[];
  /** ARN of the workload identity that was given. Absent for an agent that runs on AgentCore, which creates its identities. */
  readonly given?: string;
}

/**
 * @param provider the construct of a provider
 * @param workloadIdentity the identity with which it acts, if it doesn't run on AgentCore
 * @param runtimeIdentities workload identities of its runtimes. Absent if it doesn't run on AgentCore
 * @throws InvalidInputError `WorkloadIdentityMissing`, `WorkloadIdentityNameUnknown`
 */
export function agentCoreIdentity(
  provider: Construct, workloadIdentity: agentcore.CfnWorkloadIdentity | undefined, runtimeIdentities: (() => string[]) | undefined,
): AgentCoreIdentity {
  const { partition, region, account } = Stack.of(provider);
  const place = `arn:${partition}:bedrock-agentcore:${region}:${account}`;
  const [vault, directory] = [`${place}:token-vault/default`, `${place}:workload-identity-directory/default`];
  if (workloadIdentity === undefined) {
    if (runtimeIdentities === undefined) {
      throw new InvalidInputError('WorkloadIdentityMissing', `${provider.node.path}: the agent doesn't run on AgentCore: give the workload identity with which it acts`);
    }
    return { vault, directory, identities: Lazy.uncachedList({ produce: runtimeIdentities }) };
  }
  const { name } = workloadIdentity;
  if (typeof name !== 'string' || Token.isUnresolved(name)) {
    throw new InvalidInputError('WorkloadIdentityNameUnknown', `${provider.node.path}: the name of the workload identity is known only at deployment: give it a literal name`);
  }
  // Written out: a reference would not be an exact ARN in the guard.
  const given = `${directory}/workload-identity/${name}`;
  return { vault, directory, identities: [directory, given], given };
}
