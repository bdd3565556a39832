import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { PrincipalRef } from '../lifecycle/placement-state';
import { IdentityContext } from '../principal';

export interface WiperContext extends IdentityContext {
  readonly secrets: SecretsManagerClient;
  readonly now: () => Date;
}

/** Whose things are wiped. */
export interface WipeTarget {
  readonly registry: string;
  readonly agentName: string;
  readonly account: string;
  readonly principals: readonly PrincipalRef[];
  /** Names of secrets that the ledger knows as the agent's own. */
  readonly ownSecrets: readonly string[];
}

/** Something that outlives or blocks an identity. */
export interface Finding {
  readonly wiper: string;
  /** What it is, such as `access-key`. */
  readonly kind: string;
  /** ARN, or a path such as `user/x/access-key/AKIA...`. Never a secret. */
  readonly id: string;
  /** False: reported and left alone. */
  readonly actedOn: boolean;
  readonly note?: string;
}

/** Finds and wipes things of one kind. Both parts may be repeated at any time. */
export interface Wiper {
  readonly name: string;
  /** Whether it looks at what is the agent's as a whole, not at a principal: then only a leave needs it. */
  readonly ofAgent: boolean;
  list(context: WiperContext, target: WipeTarget): Promise<Finding[]>;
  wipe(context: WiperContext, target: WipeTarget, finding: Finding): Promise<void>;
}

export interface WipeReport {
  readonly wiper: string;
  readonly found: readonly Finding[];
  readonly wiped: readonly Finding[];
  /** What should be gone and is still there, each with the reason. */
  readonly remains: readonly Finding[];
  readonly reportedOnly: readonly Finding[];
  readonly verifiedAt: string;
}
