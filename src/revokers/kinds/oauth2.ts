import { aws_secretsmanager as secretsmanager } from 'aws-cdk-lib';
import { shown } from '../../core/shown';
import { factsWith, invalid, plainLiteral, requiredSecret, urlTemplate } from '../checks';
import { RevokerFacts, RevokerProps } from '../revoker-props';

/** How the client proves to the server who it is. */
export enum OAuth2ClientAuthentication {
  /** HTTP Basic: `client_secret_basic`. */
  BASIC = 'basic',
  /** In the body: `client_secret_post`. */
  POST = 'post',
  /** A public client has no secret. */
  NONE = 'none',
}

/** A token, a client, or both at an OAuth 2.0 server. */
export interface OAuth2RevokerProps extends RevokerProps {
  /**
   * Secret with the credentials: a JSON object of texts. `hosts` lists the hosts to which it may be sent, and the optional `forAgents` the agents for which it may be used, each separated by spaces. Of
   * `token` (the refresh or access token), `clientId`, `clientSecret`, `introspectionToken` and `registrationAccessToken` it has those that the given URLs need.
   *
   * @default - `googleSecret`; one of the two is required
   */
  readonly secret?: secretsmanager.ISecret;

  /**
   * The same for an agent on Google, in the place of `secret`: the full name of a secret of Secret Manager, `projects/<project>/secrets/<id>`, or of a version of it, `.../versions/<number>`. Whoever
   * runs Terraform reads it when the agent leaves. Its value is in no plan, state or output.
   *
   * @default - `secret`; one of the two is required
   */
  readonly googleSecret?: string;

  /**
   * Endpoint that revokes the token (RFC 7009). Needs `introspectionUrl`, because such a server answers alike whether or not it knew the token.
   *
   * @default - no token is revoked
   */
  readonly revocationUrl?: string;

  /**
   * Endpoint that says whether the token is active (RFC 7662). It is asked with `introspectionToken` if the secret has one, and otherwise as the client.
   *
   * @default - no token is revoked
   */
  readonly introspectionUrl?: string;

  /**
   * The client's own configuration endpoint (`registration_client_uri`), by which it is deleted (RFC 7592).
   *
   * @default - no client is deleted
   */
  readonly registrationUrl?: string;

  /**
   * Id of the client.
   *
   * @default - the secret's `clientId`
   */
  readonly clientId?: string;

  /**
   * How the client proves to the server who it is.
   *
   * @default OAuth2ClientAuthentication.BASIC
   */
  readonly authentication?: OAuth2ClientAuthentication;
}

/** @throws InvalidInputError `RevokerInvalid`, and what texts and secrets fail with */
export function oauth2Facts(id: string, props: OAuth2RevokerProps): RevokerFacts {
  const { revocationUrl, introspectionUrl, registrationUrl, clientId, authentication = OAuth2ClientAuthentication.BASIC } = props;
  if ((revocationUrl === undefined) !== (introspectionUrl === undefined)) {
    throw invalid(`revocationUrl without introspectionUrl, or the other way round, of revoker ${shown(id)}`, 'both, because only the introspection shows whether the token is revoked');
  }
  if (revocationUrl === undefined && registrationUrl === undefined) {
    throw invalid(`the revoker ${shown(id)} without a URL`, 'revocationUrl and introspectionUrl for a token, registrationUrl for a client, or all of them');
  }
  if (!Object.values(OAuth2ClientAuthentication).includes(authentication)) {
    throw invalid(`the authentication ${shown(authentication)}`, 'a member of OAuth2ClientAuthentication');
  }
  const { secretArn, ...secret } = requiredSecret(id, props);
  return factsWith(id, props, {
    kind: 'oauth2',
    onSuspend: false,
    ...secret,
    settings: {
      secretArn,
      authentication,
      ...(clientId === undefined ? {} : { clientId: plainLiteral('the clientId', clientId) }),
      ...(revocationUrl === undefined ? {} : { revocationUrl: urlTemplate('the revocationUrl', revocationUrl) }),
      ...(introspectionUrl === undefined ? {} : { introspectionUrl: urlTemplate('the introspectionUrl', introspectionUrl) }),
      ...(registrationUrl === undefined ? {} : { registrationUrl: urlTemplate('the registrationUrl', registrationUrl) }),
    },
  });
}
