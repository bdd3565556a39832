import { aws_secretsmanager as secrets, Token } from 'aws-cdk-lib';
import { InvalidInputError } from '../../core/errors';
import { requireOneName } from '../../core/one-name';
import { shown } from '../../core/shown';

/** An OpenID Connect provider at which reviewers sign in. */
export interface OidcAuthenticationProps {
  /** URL of the issuer, with `https` and without query. The page finds everything else there. */
  readonly issuer: string;

  /** Id of the client that is registered for the page. Its redirect URI is the page's URL followed by `/signed-in`. */
  readonly clientId: string;

  /**
   * The secret of the client, as the text of a secret.
   *
   * @default - a public client: PKCE alone protects the code
   */
  readonly clientSecret?: secrets.ISecret;

  /**
   * The group at the identity provider whose members may see all agents of the registry on the page, read-only.
   *
   * @default - nobody, unless the page names `operators`
   */
  readonly operatorGroup?: string;

  /**
   * The claim of the ID token that lists a person's groups: `cognito:groups` for Cognito.
   *
   * @default groups
   */
  readonly groupsClaim?: string;
}

/** How people prove to the page for reviewers who they are. */
export class ReviewAuthentication {
  /**
   * By the link of the mail alone: anyone who reads a person's mail is believed to be that person. It is enough in the stages test and staging only. In all others the page shows the review, and
   * people decide with `nhi review`.
   */
  public static link(): ReviewAuthentication {
    return new ReviewAuthentication();
  }

  /**
   * By signing in at an OpenID Connect provider (authorization code with PKCE), beside the link. The provider must send `email` and `email_verified`. The address must be that of the sponsor, of
   * the backup or of a new sponsor.
   *
   * Fails with `ReviewPageInvalid` or `WildcardName`.
   *
   * @param props issuer and client
   */
  public static oidc(props: OidcAuthenticationProps): ReviewAuthentication {
    const { issuer, clientId, clientSecret } = props;
    if (clientSecret !== undefined) {
      requireOneName('the clientSecret', clientSecret.secretArn);
    }
    // An issuer that another construct creates is known after deployment only.
    if (typeof issuer !== 'string' || (!Token.isUnresolved(issuer) && !/^https:\/\/[^\s?#@]{1,500}$/.test(issuer))) {
      throw new InvalidInputError('ReviewPageInvalid', `the issuer ${shown(issuer)} is not allowed: use its URL with https and without query, such as https://cognito-idp.eu-west-1.amazonaws.com/<pool>`);
    }
    if (typeof clientId !== 'string' || clientId.length === 0) {
      throw new InvalidInputError('ReviewPageInvalid', `the client id ${shown(clientId)} is not allowed: use the id that the identity provider gave the client`);
    }
    for (const [name, value] of Object.entries({ operatorGroup: props.operatorGroup, groupsClaim: props.groupsClaim })) {
      if (value !== undefined && (typeof value !== 'string' || !/^\S(.{0,198}\S)?$/.test(value))) {
        throw new InvalidInputError('ReviewPageInvalid', `the ${name} ${shown(value)} is not allowed: use 1 to 200 characters without a blank at either end`);
      }
    }
    return new ReviewAuthentication(props);
  }

  /** @internal */
  public readonly _oidc?: OidcAuthenticationProps;

  private constructor(oidc?: OidcAuthenticationProps) {
    this._oidc = oidc;
  }
}
