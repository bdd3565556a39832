import { aws_iam as iam } from 'aws-cdk-lib';
import { secretsOf } from './denied-registry';
import { GUARD_POLICY } from '../../contract/policy-names';
import { AgentStage } from '../../core';
import { agentGuardDocument, ReachedByAgent, reachesOthers } from '../guards/agent-guard';
import { ILifecycleRegistry } from '../lifecycle-registry/lifecycle-registry-ref';
import { factsOf } from '../lifecycle-registry/registry-facts';

/** The Denies on the role itself, from its creation to its deletion. */
export interface RoleGuards {
  /** ARNs of managed policies that all agents share. */
  readonly attached: string[];
  /** Inline policies of the role itself. */
  readonly inline: iam.CfnRole.PolicyProperty[];
}

/** Grants to an agent to which the guards must not apply. */
export interface AgentReach extends Omit<ReachedByAgent, 'ownSecrets'> {
  /** Whether it may use secrets of its own. */
  readonly ownSecrets: boolean;
  /** Whether it may read ledger and evidence. */
  readonly readsFleet: boolean;
}

interface GuardedAgent {
  readonly agentName: string;
  readonly stage: AgentStage;
  readonly registry: ILifecycleRegistry;
}

export function guardsOf({ agentName, stage, registry }: GuardedAgent, { ownSecrets, readsFleet, ...others }: AgentReach): RoleGuards {
  const secrets = secretsOf(registry);
  const reached: ReachedByAgent = { ...others, ...(ownSecrets ? { ownSecrets: secrets.replace(/\*$/, `${agentName}/*`) } : {}) };
  const { names, place } = factsOf(registry);
  const shared = [names.guardPolicyArn(place, stage.name), readsFleet ? names.registryReaderPolicyArn(place) : names.noRegistryPolicyArn(place)];
  return reachesOthers(reached)
    ? { attached: shared, inline: [{ policyName: GUARD_POLICY, policyDocument: agentGuardDocument(reached, secrets) }] }
    : { attached: [...shared, names.noSessionsPolicyArn(place)], inline: [] };
}
