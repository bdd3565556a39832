import { CutName } from './cuts';
import { ResidueKind } from './residue';

/** What a registry and its agents must agree on about a kind of credentials that CloudFormation makes, and that a leave deletes. */
interface CredentialFacts {
  /** Only a registry that wipes this kind of residue can delete it, so no other registry lets an agent have it. */
  readonly wipedAs: ResidueKind;
  /** Set if it is valid until somebody deletes it. Stages that allow no long-lived keys refuse it. */
  readonly isLongLived: boolean;
  /** Whether each stage has one of its own. */
  readonly isOfStage: boolean;
  /** Whether it has, or gives access to, a secret that gets old. Another generation replaces it. */
  readonly ages: boolean;
  /** The cut of a suspension that switches it off. Absent if it has no switch. */
  readonly cut?: CutName;
}

export const OWN_CREDENTIALS = {
  'api-gateway-key': { wipedAs: ResidueKind.API_GATEWAY_KEYS, isLongLived: true, isOfStage: true, ages: true, cut: 'api-gateway-keys' },
  'user-pool-client': { wipedAs: ResidueKind.USER_POOL_CLIENTS, isLongLived: false, isOfStage: true, ages: true },
  /** It holds no key: the key is in a secret that somebody else wrote. */
  'api-key-provider': { wipedAs: ResidueKind.AGENT_CORE, isLongLived: false, isOfStage: false, ages: true },
  'roles-anywhere-profile': { wipedAs: ResidueKind.ROLES_ANYWHERE, isLongLived: false, isOfStage: true, ages: false, cut: 'roles-anywhere-profiles' },
} as const satisfies Readonly<Record<string, CredentialFacts>>;

export type CredentialKind = keyof typeof OWN_CREDENTIALS;

/** The cut that switches off a kind. Undefined if it has no switch. */
export function cutOfCredential(kind: CredentialKind): CutName | undefined {
  const facts: CredentialFacts = OWN_CREDENTIALS[kind];
  return facts.cut;
}

export const CREDENTIAL_KINDS = Object.keys(OWN_CREDENTIALS) as [CredentialKind, ...CredentialKind[]];

/** The cuts that switch off credentials. */
export const CREDENTIAL_CUTS: readonly CutName[] = CREDENTIAL_KINDS.flatMap((kind) => cutOfCredential(kind) ?? []);

/** Such credentials that an agent may declare. */
export const MOST_CREDENTIALS = 20;

/** Such credentials that an agent no longer declares, and of which nobody saw yet that they are deleted. The ledger's item has a limited size. */
export const MOST_FORMER_CREDENTIALS = 40;

/** Cognito allows the fewest characters. https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserPoolClient.html */
export const CREDENTIAL_NAME = /^[a-z0-9_-]{1,128}$/;

interface CredentialNaming {
  readonly kind: CredentialKind;
  readonly stageName: string;
  /** Its name among those of the agent. */
  readonly name: string;
  readonly generation: number;
}

/** Name of a credential in its service. Where the stage and the generation are part of it, each of them has a credential of its own. */
export function credentialName(prefix: string, { kind, stageName, name, generation }: CredentialNaming): string {
  return `${prefix}${OWN_CREDENTIALS[kind].isOfStage ? `${stageName}_` : ''}${name}${generation === 1 ? '' : `_${generation}`}`;
}
