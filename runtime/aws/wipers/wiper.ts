import { BedrockAgentCoreControlClient } from '@aws-sdk/client-bedrock-agentcore-control';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { PrincipalRef } from '../../model/placement-state';
import * as wiping from '../../wiping';
import { TaggedContext } from '../principals';

export interface WiperContext extends TaggedContext {
  readonly secrets: SecretsManagerClient;
  readonly agentRuntimes: BedrockAgentCoreControlClient;
  readonly now: () => Date;
}

/** The agent and principals that a wiper searches for. */
export interface WipeTarget {
  readonly registry: string;
  readonly agentName: string;
  readonly principals: readonly PrincipalRef[];
  /** Principals whose names no other role may have. In a leave these are all principals that the agent ever had. */
  readonly places: readonly PrincipalRef[];
  /** Ids of all principals that the agent ever had, and of the one in the request. */
  readonly known: readonly string[];
  /** Names of the agent's own secrets in the ledger that are to be deleted. */
  readonly ownSecrets: readonly string[];
  /** Names of the secrets that the agent declares, whether they are deleted or not. */
  readonly declaredSecrets: readonly string[];
  /** Names of the agent's own credential providers in the ledger that are to be deleted. */
  readonly ownProviders: readonly string[];
  /** Names of the credential providers that the agent declares, whether they are deleted or not. */
  readonly declaredProviders: readonly string[];
}

/**
 * A statement that a wiper adds to the engine's role. Its resources are ARNs with the placeholders `{partition}`, `{region}`, `{account}`,
 * `{registry}` (the registry's name) and `{path}` (the path of its principals, with a slash at both ends).
 */
export interface WiperStatement {
  readonly sid: string;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
}

/** A wiper for AWS. */
export interface Wiper extends wiping.Wiper<WiperContext, WipeTarget> {
  /** Whether it searches for things of the agent as a whole, not of a principal. Only a leave runs such a wiper. */
  readonly ofAgent: boolean;
  /**
   * Permissions that it needs besides reading and denying principals, which the engine may do anyway. `npx projen generate` copies them into the
   * registry's construct.
   */
  readonly needs: readonly WiperStatement[];
}
