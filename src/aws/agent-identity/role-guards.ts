import { aws_iam as iam } from 'aws-cdk-lib';
import { AgentStage } from '../../core';
import { IAgentRegistry } from '../agent-registry/agent-registry-ref';
import { agentGuardDocument, ReachedIdentities, reachesIdentities } from '../guards/agent-guard';

/** The Denies that stand on a role itself, from its first moment until it is gone. */
export interface RoleGuards {
  /** ARNs of managed policies that all agents share. */
  readonly attached: string[];
  /** Inline policies of its own. */
  readonly inline: iam.CfnRole.PolicyProperty[];
}

export function guardsOf(registry: IAgentRegistry, stage: AgentStage, reached: ReachedIdentities): RoleGuards {
  const ofStage = registry.guardPolicyArn(stage);
  return reachesIdentities(reached)
    ? { attached: [ofStage], inline: [{ policyName: 'guard', policyDocument: agentGuardDocument(reached) }] }
    : { attached: [ofStage, registry.noSessionsPolicyArn], inline: [] };
}
