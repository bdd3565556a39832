import { Placement } from '../core/lifecycle-event';

/** What the function of the page for reviewers needs to know. */
export interface ReviewPageSettings {
  /** Scheme and host of the page, without a slash at the end. Absent behind a function URL, which each request names. */
  readonly origin?: string;
  /** ARN of the KMS key whose MACs make links genuine. */
  readonly keyArn: string;
  /** Absent if people can't sign in. */
  readonly oidc?: OidcSettings;
  /** Absent if nobody may see the fleet on the page. */
  readonly operators?: PageOperators;
}

/** Who may see all agents of the registry on the page, after a sign-in. */
export interface PageOperators {
  /** Mail addresses in lower case. */
  readonly addresses: readonly string[];
  /** A claim of the ID token and the value that it must have, or contain if it is a list. */
  readonly group?: { readonly claim: string; readonly value: string };
}

/** The identity provider at which people sign in. */
export interface OidcSettings {
  readonly issuer: string;
  readonly clientId: string;
  /** ARN of the secret with the client's secret as its text. Absent for a public client. */
  readonly clientSecretArn?: string;
}

/** What the function that sends mails needs to know to put links to the page into them. */
export interface ReviewLinkSettings extends Pick<ReviewPageSettings, 'keyArn'> {
  readonly origin: string;
  readonly lifetimeSeconds: number;
  readonly canSignIn: boolean;
}

/** What a link is for: to decide a review, to accept or decline the accountability that another person offered, or to confirm a revocation. A link of one purpose is good for no other. */
export const LINK_PURPOSES = ['review', 'offer', 'revocation'] as const;
export type LinkPurpose = (typeof LINK_PURPOSES)[number];

/** Path at which a link opens. The token follows. */
export const OPEN_PATH = '/open/';

/** Path of the moves that wait for an approval. Account and agent follow. */
export const MOVES_PATH = '/moves';

/** Path of the revocations that people confirm. Account, agent and the reference of the revocation follow. */
export const REVOCATIONS_PATH = '/revocations';

export function revocationPath({ account, agentName }: Placement, reference: string): string {
  return `${REVOCATIONS_PATH}/${account}/${agentName}/${reference}`;
}

/** Last part of the path at which sponsor and backup say who may decide for them. */
export const DELEGATES = 'delegates';

export function delegatesPath({ account, agentName }: Placement): string {
  return `/agents/${account}/${agentName}/${DELEGATES}`;
}

/** Path to which the identity provider sends people back. */
export const SIGNED_IN_PATH = '/signed-in';

/**
 * Stages of low risk: the link of a mail proves enough, and all items may be kept at once if none has findings or has changed since it was certified. In any other stage a reviewer signs in, and
 * names what is kept.
 */
export const LOW_RISK_STAGES: readonly string[] = ['test', 'staging'];
