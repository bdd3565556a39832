import { Construct } from 'constructs';
import { webIdentityTrust } from './web-identity';
import { RuntimeBinding, RuntimeContext } from '../runtime-context';

/** A workload with a token of an OpenID Connect provider, with exactly this subject and audience. */
export interface OidcRuntimeProps {
  /** The provider's URL, literally. The account must have it as an identity provider. */
  readonly issuer: string;

  /** The exact subject (`sub`) of the token, without wildcards. */
  readonly subject: string;

  /** The exact audience (`aud`) of the token. The account's identity provider must list it. */
  readonly audience: string;
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html */
export function oidcBinding(scope: Construct, context: RuntimeContext, { issuer, subject, audience }: OidcRuntimeProps): RuntimeBinding {
  return { trust: [webIdentityTrust(scope, context, { issuer, subjects: [subject], audience })], access: [] };
}
