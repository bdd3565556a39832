import type { Declared, PlacementState } from './placement-state';
import type { StateChange } from './plan';
import { CredentialKind, OWN_CREDENTIALS } from '../../src/contract/own-credentials';
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

/** A credential, from its first declaration until nobody found it any more. */
export interface CredentialRecord extends OwnCredential {
  /** When the ledger first had it. */
  readonly since: string;
  /** When a declaration dropped it. */
  readonly droppedAt?: string;
  /** When its sponsor was last told that it is old. */
  readonly toldAt?: string;
}

type Declaring = Pick<Declared, 'credentials'>;
type Known = Pick<PlacementState, 'declared' | 'pending' | 'credentials'>;

/** What is declared now, and before a move that is not settled. */
export function declaredCredentials({ declared, pending }: Pick<PlacementState, 'declared' | 'pending'>): OwnCredential[] {
  const { credentials = [] } = declared;
  return [...credentials, ...onlyIn(pending?.previous, declared)];
}

/** All that the ledger knows as the agent's own: what is declared, and what was declared before and may still exist. */
export function credentialsOf(state: Known): OwnCredential[] {
  const declared = declaredCredentials(state);
  return [...declared, ...without(formerCredentials(state), declared)];
}

/** What no declaration has any more, and nobody saw yet that it is deleted. */
export function formerCredentials({ credentials = [] }: Pick<PlacementState, 'credentials'>): OwnCredential[] {
  return credentials.filter(({ droppedAt }) => droppedAt !== undefined)
    .map(({ since: _since, droppedAt: _dropped, toldAt: _told, ...credential }) => credential);
}

/** What one declaration has, and the other has not. */
export function onlyIn({ credentials = [] }: Declaring = {}, { credentials: others = [] }: Declaring = {}): OwnCredential[] {
  return without(credentials, others);
}

export function without<C extends OwnCredential>(credentials: readonly C[], others: readonly OwnCredential[]): C[] {
  return credentials.filter((one) => !others.some((other) => isSameCredential(one, other)));
}

export function isSameCredential(one: OwnCredential, other: OwnCredential): boolean {
  return one.kind === other.kind && one.name === other.name && one.userPool === other.userPool;
}

/** Credentials of a kind whose names are reserved for the agent. A template could name those of another agent. */
export function ownOfKind(credentials: readonly OwnCredential[], kind: CredentialKind, registry: string, agentName: string): OwnCredential[] {
  return credentials.filter((one) => one.kind === kind && one.name.startsWith(ownProviderPrefix(registry, agentName)));
}

/** The records after another declaration. What it drops stays among them: CloudFormation deletes that later, and may fail to. */
export function recordsAfter(state: Known | undefined, { credentials: declared = [] }: Declaring, now: Date): CredentialRecord[] {
  const at = now.toISOString();
  const before = state?.credentials ?? [];
  const dropped = state === undefined ? [] : without(credentialsOf(state), declared);
  const recordOf = (one: OwnCredential): CredentialRecord => before.find((other) => isSameCredential(one, other)) ?? { ...one, since: at };
  return [
    ...declared.map((one) => {
      const { since, toldAt } = recordOf(one);
      return { ...one, since, ...(toldAt === undefined ? {} : { toldAt }) };
    }),
    ...dropped.map((one) => ({ droppedAt: at, ...recordOf(one) })),
  ];
}

/** The part of a change to another declaration. */
export function recordingCredentials(state: Known | undefined, declared: Declaring, now: Date): Pick<StateChange, 'credentials'> {
  const records = recordsAfter(state, declared, now);
  return records.length > 0 ? { credentials: records } : state?.credentials === undefined ? {} : { credentials: null };
}

/** The records of declared credentials that have a secret which gets old. */
export function agingCredentials({ credentials = [] }: Pick<PlacementState, 'credentials'>): CredentialRecord[] {
  return credentials.filter(({ kind, droppedAt }) => OWN_CREDENTIALS[kind].ages && droppedAt === undefined);
}
