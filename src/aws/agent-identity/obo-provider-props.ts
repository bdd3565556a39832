import { aws_bedrockagentcore as agentcore, aws_secretsmanager as secretsmanager } from 'aws-cdk-lib';

/** By which standard the authorization server exchanges a user's token. */
export enum OboGrantType {
  /** OAuth 2.0 Token Exchange, RFC 8693. */
  TOKEN_EXCHANGE = 'TOKEN_EXCHANGE',

  /** JWT authorization grant, RFC 7523, as Microsoft Entra ID takes it. */
  JWT_AUTHORIZATION_GRANT = 'JWT_AUTHORIZATION_GRANT',
}

/** A credential provider of AgentCore with which an agent acts on behalf of people: it exchanges their tokens for tokens of another service. */
export interface OboProviderProps {
  /** The authorization server that exchanges the tokens: the URL of its discovery document, which ends with `/.well-known/openid-configuration`. */
  readonly discoveryUrl: string;

  /** The agent's client id at the authorization server. */
  readonly clientId: string;

  /**
   * The secret in Secrets Manager that has the client secret. The template names it and never contains its value. AgentCore reads it on the agent's behalf;
   * the agent's own code can't.
   */
  readonly clientSecret: secretsmanager.ISecret;

  /**
   * The key of the client secret in the secret's JSON text.
   *
   * @default 'clientSecret'
   */
  readonly clientSecretKey?: string;

  /** Issuers (`iss`) of the tokens of people for whom the agent may act: exact URLs. */
  readonly allowedIssuers: string[];

  /**
   * Audiences (`aud`) of which such a token must have one.
   *
   * @default - not looked at; `allowedClients` must be given then
   */
  readonly allowedAudiences?: string[];

  /**
   * Clients (`client_id`) of which such a token must name one, for providers such as Amazon Cognito whose access tokens have no audience.
   *
   * @default - not looked at; `allowedAudiences` must be given then
   */
  readonly allowedClients?: string[];

  /**
   * Scopes of which such a token must have one.
   *
   * @default - not looked at
   */
  readonly allowedScopes?: string[];

  /**
   * The standard by which tokens are exchanged.
   *
   * @default OboGrantType.TOKEN_EXCHANGE
   */
  readonly grantType?: OboGrantType;

  /**
   * Scopes of a token of the agent's own that is sent beside the person's, as the actor. Only with OboGrantType.TOKEN_EXCHANGE.
   *
   * @default - no actor token
   */
  readonly actorScopes?: string[];

  /**
   * The agent's workload identity, with a literal name, if it doesn't run on AgentCore.
   *
   * @default - that of the runtimes and harnesses of AgentCore that have the agent's role
   */
  readonly workloadIdentity?: agentcore.CfnWorkloadIdentity;
}
