import * as oidc from 'openid-client';
import { SignedIn } from '../ledger';

/** What a sign-in has to remember until the person comes back. */
export interface SignInSecrets {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
}

/** Who has signed in, and what else the provider says. */
export interface ProvenSignIn {
  readonly identity: SignedIn;
  readonly claims: Readonly<Record<string, unknown>>;
}

/** The sign-in at an identity provider. */
export interface SignIn {
  /** Where the browser has to go. */
  readonly begin: (redirectUri: string) => Promise<SignInSecrets & { readonly url: string }>;
  /** Who has signed in. Undefined if the answer is not genuine, or the provider has not verified the mail address. */
  readonly finish: (answer: URL, secrets: SignInSecrets) => Promise<ProvenSignIn | undefined>;
}

export interface OidcOptions {
  readonly issuer: string;
  readonly clientId: string;
  /** Reads the client's secret. Absent for a public client. */
  readonly clientSecret?: () => Promise<string>;
}

const TIMEOUT_SECONDS = 5;
const DISCOVERED_MS = 3_600_000;

/** Authorization code with PKCE, state and nonce. The ID token's signature is verified, although it comes from the provider directly. */
export function oidcSignIn({ issuer, clientId, clientSecret }: OidcOptions, now: () => Date): SignIn {
  let discovered: { readonly config: oidc.Configuration; readonly until: number } | undefined;
  const configuration = async (): Promise<oidc.Configuration> => {
    if (discovered === undefined || discovered.until <= now().getTime()) {
      const secret = await clientSecret?.();
      const config = await oidc.discovery(new URL(issuer), clientId, undefined, secret === undefined ? oidc.None() : oidc.ClientSecretPost(secret), {
        timeout: TIMEOUT_SECONDS, execute: [oidc.enableNonRepudiationChecks, ...(isOnThisMachine(issuer) ? [oidc.allowInsecureRequests] : [])],
      });
      discovered = { config, until: now().getTime() + DISCOVERED_MS };
    }
    return discovered.config;
  };
  return {
    begin: async (redirectUri) => {
      const secrets = { state: oidc.randomState(), nonce: oidc.randomNonce(), verifier: oidc.randomPKCECodeVerifier() };
      const url = oidc.buildAuthorizationUrl(await configuration(), {
        redirect_uri: redirectUri,
        scope: 'openid email',
        response_type: 'code',
        code_challenge: await oidc.calculatePKCECodeChallenge(secrets.verifier),
        code_challenge_method: 'S256',
        state: secrets.state,
        nonce: secrets.nonce,
      });
      return { ...secrets, url: url.href };
    },
    finish: async (answer, { state, nonce, verifier }) => {
      const config = await configuration();
      try {
        const tokens = await oidc.authorizationCodeGrant(config, answer, {
          expectedState: state, expectedNonce: nonce, pkceCodeVerifier: verifier, idTokenExpected: true,
        });
        const claims = tokens.claims();
        const identity = identityOf(claims, issuer);
        return identity === undefined ? undefined : { identity, claims: { ...claims } };
      } catch (error) {
        if (isRefusal(error)) {
          return undefined;
        }
        throw error;
      }
    },
  };
}

/** What is sent to a provider on the loopback interface does not leave the machine, as RFC 8252 (8.3) says of redirects. */
function isOnThisMachine(issuer: string): boolean {
  return new URL(issuer).hostname === '127.0.0.1';
}

/** What the provider or the check of its answer refused, in contrast to a provider that can't be reached. */
function isRefusal(error: unknown): boolean {
  return error instanceof oidc.AuthorizationResponseError || error instanceof oidc.ResponseBodyError
    || (error instanceof oidc.ClientError && error.code !== 'OAUTH_TIMEOUT' && error.code !== 'OAUTH_ABORT');
}

/** A mail address that the provider did not verify may be anybody's. Some providers send the claim as text. */
function identityOf(claims: oidc.IDToken | undefined, issuer: string): SignedIn | undefined {
  const { email, email_verified: verified, sub }: Partial<oidc.IDToken> = claims ?? {};
  return typeof email === 'string' && typeof sub === 'string' && (verified === true || verified === 'true')
    ? { email: email.toLowerCase(), issuer, subject: sub } : undefined;
}
