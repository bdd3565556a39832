import { BedrockAgentCoreControlClient } from '@aws-sdk/client-bedrock-agentcore-control';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SFNClient } from '@aws-sdk/client-sfn';
import { CredentialKind } from '../../../src/contract/own-credentials';
import { ResidueKind } from '../../../src/contract/residue';
import { OwnCredential } from '../../model/own-credentials';
import { GrantRecord, PrincipalRef } from '../../model/placement-state';
import * as wiping from '../../wiping';
import { PolicyClients } from '../granted/clients';
import { DeclaredResources } from '../granted/declared-resources';
import { Place } from '../granted/resource-policies';
import { DeadPrincipal } from '../granted/without-principals';
import { PlainCalls } from '../plain-calls';
import { TaggedContext } from '../principals';
import { WiperStatement } from './wiper-statement';

export * from './wiper-statement';

export interface WiperContext extends TaggedContext {
  readonly secrets: SecretsManagerClient;
  readonly agentRuntimes: BedrockAgentCoreControlClient;
  readonly stateMachine: SFNClient;
  readonly scheduler: SchedulerClient;
  readonly bus: EventBridgeClient;
  /** Services whose resources have policies of their own. */
  readonly policyClients: PolicyClients;
  readonly calls: Pick<PlainCalls, 'json' | 'rest' | 's3Control'>;
  /** What the registry wipes besides what it always wipes. */
  readonly wipes: ReadonlySet<ResidueKind>;
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
  /** In a leave: principals with which sessions of the agent may be open, because it delegates to them. */
  readonly delegates: readonly PrincipalRef[];
  /** Names of the agent's own credential providers in the ledger that are to be deleted. */
  readonly ownProviders: readonly string[];
  /** Names of the credential providers that the agent declares, whether they are deleted or not. */
  readonly declaredProviders: readonly string[];
  /** Credentials that CloudFormation made for the agent, in the ledger, that are to be deleted. */
  readonly ownCredentials: readonly OwnCredential[];
  /** Such credentials that the agent declares, whether they are deleted or not. */
  readonly declaredCredentials: readonly OwnCredential[];
  /** The account and region of the agent. */
  readonly place: Place;
  /** The principals that are torn down, as policies of resources name them. Without adopted ones: what names these is their owner's. */
  readonly dead: readonly DeadPrincipal[];
  /** What the agent's access allows it, in all stages, as its code declares it. */
  readonly grants: readonly GrantRecord[];
  /** Number of grants that the ledger does not list, because of their size. */
  readonly unlistedGrants: number;
  /** The resources of the grants and of the agent's stacks. They are read once. */
  resources(): Promise<DeclaredResources>;
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
  /** Set if only a registry that wipes this kind of residue runs it. */
  readonly residue?: ResidueKind;
  /** The kind of credentials that it deletes, of those that CloudFormation makes for an agent. */
  readonly ends?: CredentialKind;
}

/** Whether an ARN is that of a principal that is torn down, and of none that stays. */
export function isDeadArn({ dead }: Pick<WipeTarget, 'dead'>, arn?: string): boolean {
  return dead.some(({ roleArn, isArnTaken }) => roleArn === arn && !isArnTaken);
}
