import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { PrincipalRef } from '../../model/placement-state';
import { UsageSignal } from '../../model/usage';
import { CutContext, Holdings } from '../cuts';
import { WiperStatement } from '../wipers';

export interface UsageContext extends CutContext {
  readonly secrets: SecretsManagerClient;
  now(): Date;
  /** Waits before it checks again whether IAM's report is complete. */
  pause(milliseconds: number): Promise<void>;
}

/** The agent whose use is judged. */
export interface UsageSubject {
  readonly agentName: string;
  readonly principal: PrincipalRef;
  /** Names of the agent's own secrets. */
  readonly ownSecrets: readonly string[];
  readonly holdings: Holdings;
  readonly idleDays: number;
}

/** The verdict of a source, without its name. */
export type Verdict = Omit<UsageSignal, 'source'>;

/** One source of what is known of an agent's use. What it throws is the verdict `unknown`. */
export interface UsageSource {
  readonly name: string;
  /** Permissions that it needs. `npx projen generate` copies them into the registry's construct. A sid that a wiper or a cut declares too is granted once. */
  readonly needs: readonly WiperStatement[];
  /** Undefined if the source has nothing to say in this account. */
  readonly read: (context: UsageContext, subject: UsageSubject, now: Date) => Promise<Verdict | undefined>;
}
