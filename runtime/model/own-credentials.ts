import type { Declared, PlacementState } from './placement-state';
import { CredentialKind } from '../../src/contract/own-credentials';
import { ownProviderPrefix } from '../../src/contract/role-names';

/** A credential that CloudFormation makes for an agent. */
export interface OwnCredential {
  readonly kind: CredentialKind;
  /** Its name in its service. */
  readonly name: string;
  /** Id of the user pool of a client. */
  readonly userPool?: string;
  /** For how long a token that it gave is accepted. */
  readonly tokenSeconds?: number;
}

type Declaring = Pick<Declared, 'credentials'>;

/** All that the ledger knows as the agent's own: what is declared now, and before a move that is not settled. */
export function credentialsOf({ declared, pending }: Pick<PlacementState, 'declared' | 'pending'>): OwnCredential[] {
  const { credentials = [] } = declared;
  return [...credentials, ...onlyIn(pending?.previous, declared)];
}

/** What one declaration has, and the other has not. */
export function onlyIn({ credentials = [] }: Declaring = {}, { credentials: others = [] }: Declaring = {}): OwnCredential[] {
  return credentials.filter((one) => !others.some((other) => isSameCredential(one, other)));
}

export function isSameCredential(one: OwnCredential, other: OwnCredential): boolean {
  return one.kind === other.kind && one.name === other.name && one.userPool === other.userPool;
}

/** Credentials of a kind whose names are reserved for the agent. A template could name those of another agent. */
export function ownOfKind(credentials: readonly OwnCredential[], kind: CredentialKind, registry: string, agentName: string): OwnCredential[] {
  return credentials.filter((one) => one.kind === kind && one.name.startsWith(ownProviderPrefix(registry, agentName)));
}
