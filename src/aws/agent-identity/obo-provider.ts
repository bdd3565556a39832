import { aws_bedrockagentcore as agentcore, aws_iam as iam, Stack, Token } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { agentCoreIdentity, AgentCoreIdentity } from './agent-core-identity';
import { AgentRole } from './agent-role';
import { uncheckedUsers } from './inbound-users';
import { OboGrantType, OboProviderProps } from './obo-provider-props';
import { PROVIDER_NAME } from '../../contract/name-forms';
import { InvalidInputError } from '../../core/errors';
import { shown } from '../../core/shown';
import { TOKEN_FOR_USER, userConditions, UserClaims } from '../guards/user-claims';

/** The agent that owns a provider. */
export interface OwnerOfProvider {
  readonly role: AgentRole;
  /** `ownProviderPrefix` of the agent. */
  readonly namePrefix: string;
  /** Workload identities of its runtimes, known in the finished app. Absent if it doesn't run on AgentCore. */
  readonly runtimeIdentities?: () => string[];
}

const GET_TOKEN = 'bedrock-agentcore:GetResourceOauth2Token';
/** Wildcards and policy variables would allow further values. */
const EXACT = /^[^*?$\s\p{Cc}]{1,500}$/u;
const ISSUER = /^https:\/\/[^*?$\s\p{Cc}]{1,500}$/u;
const DISCOVERY = '/.well-known/openid-configuration';

/** A credential provider with which an agent acts on behalf of people. It is the agent's own: a leave deletes it. Made by `bot.oboProvider()`. */
export class OboProvider extends Construct {
  /** @internal */
  public static _of(scope: Construct, name: string, owner: OwnerOfProvider, props: OboProviderProps): OboProvider {
    return new OboProvider(scope, name, owner, props);
  }

  /** Name of the credential provider in AgentCore, for `GetResourceOauth2Token`. */
  public readonly providerName: string;

  /** ARN of the credential provider. */
  public readonly providerArn: string;

  private readonly users: UserClaims;
  private readonly place: AgentCoreIdentity;

  private constructor(scope: Construct, name: string, owner: OwnerOfProvider, private readonly props: OboProviderProps) {
    super(scope, `OboProvider-${name}`);
    this.providerName = `${owner.namePrefix}${name}`;
    if (typeof name !== 'string' || Token.isUnresolved(name) || name === '' || !PROVIDER_NAME.test(this.providerName)) {
      throw new InvalidInputError('ProviderNameInvalid', `${scope.node.path}: provider ${shown(name)} is not allowed: with ${owner.namePrefix} before it, AgentCore takes 1-128 of [A-Za-z0-9_-]`);
    }
    this.users = this.requireUsers();
    this.place = agentCoreIdentity(this, props.workloadIdentity, owner.runtimeIdentities);
    const provider = new agentcore.CfnOAuth2CredentialProvider(this, 'Resource', {
      name: this.providerName,
      credentialProviderVendor: 'CustomOauth2',
      oauth2ProviderConfigInput: { customOauth2ProviderConfig: this.configuration() },
    });
    this.providerArn = `${this.place.vault}/oauth2credentialprovider/${this.providerName}`;
    // It exists after the join, and is deleted before the leave looks for it.
    provider.node.addDependency(owner.role);
    owner.role.actForUsers(this.users);
    this.node.addValidation({ validate: () => uncheckedUsers(scope, this.users) });
  }

  /**
   * Grants the agent to act for people with this provider in a stage: `grant(bot.accessIn(stage))`. A token that it got before it was denied is accepted by
   * the other service as long as that one's issuer says.
   *
   * @param grantee the agent in a stage
   */
  public grant(grantee: iam.IGrantable): iam.Grant {
    const { vault, directory, identities, given } = this.place;
    const add = (actions: string[], resourceArns: string[], conditions?: Record<string, Record<string, unknown>>): iam.Grant => (
      iam.Grant.addToPrincipal({ grantee, actions, resourceArns, conditions }));
    const { clientSecret: { secretArn, encryptionKey } } = this.props;
    // AgentCore checks each of these resources, and reads the secret on the caller's behalf.
    return [
      add([GET_TOKEN], [this.providerArn, vault, directory]),
      add([GET_TOKEN], identities),
      add(['secretsmanager:GetSecretValue'], [secretArn], { Bool: { 'aws:ViaAWSService': 'true' } }),
      ...(given === undefined ? [] : [add([TOKEN_FOR_USER], identities, userConditions(this.users))]),
      ...(encryptionKey === undefined ? [] : [
        add(['kms:Decrypt'], [encryptionKey.keyArn], { StringEquals: { 'kms:ViaService': `secretsmanager.${Stack.of(this).region}.amazonaws.com` } }),
      ]),
    ].reduce((one, other) => one.combine(other));
  }

  /**
   * The inbound authorizer of the runtime that has the agent's role: `authorizerConfiguration: provider.inboundAuthorizer()`. It accepts people of one
   * allowed issuer, with the allowed audiences, clients and scopes.
   *
   * Fails with `IssuerNotAllowed`.
   *
   * @param issuer one of the allowed issuers; may be left out if there is only one
   */
  public inboundAuthorizer(issuer?: string): agentcore.RuntimeAuthorizerConfiguration {
    const { issuers, audiences, clients, scopes } = this.users;
    const [only, ...others] = issuer === undefined ? issuers : [issuer];
    if (others.length > 0 || !issuers.includes(only)) {
      throw new InvalidInputError('IssuerNotAllowed', `${this.node.path}: issuer ${shown(issuer)}: an authorizer accepts people of one issuer: name one of ${issuers.join(', ')}`);
    }
    const given = (values: readonly string[]): string[] | undefined => (values.length === 0 ? undefined : [...values]);
    return agentcore.RuntimeAuthorizerConfiguration.usingJWT(`${only.replace(/\/$/, '')}${DISCOVERY}`, given(clients), given(audiences), given(scopes));
  }

  private configuration(): agentcore.CfnOAuth2CredentialProvider.CustomOauth2ProviderConfigInputProperty {
    const { clientId, clientSecret, clientSecretKey = 'clientSecret', discoveryUrl, grantType = OboGrantType.TOKEN_EXCHANGE, actorScopes = [] } = this.props;
    if (!Token.isUnresolved(discoveryUrl) && !(typeof discoveryUrl === 'string' && ISSUER.test(discoveryUrl) && discoveryUrl.endsWith(DISCOVERY))) {
      throw new InvalidInputError('DiscoveryUrlInvalid', `${this.node.path}: discovery URL ${shown(discoveryUrl)} is not allowed: it begins with https:// and ends with ${DISCOVERY}`);
    }
    if (clientSecret?.secretArn === undefined) {
      throw new InvalidInputError('WrongClass', `${this.node.path}: clientSecret must be a secret of Secrets Manager, received ${shown(clientSecret)}: a value would be in the template`);
    }
    if (grantType !== OboGrantType.TOKEN_EXCHANGE && actorScopes.length > 0) {
      throw new InvalidInputError('ActorScopesUnused', `${this.node.path}: actorScopes ${shown(actorScopes)} have no effect with ${shown(grantType)}: leave them out, or use OboGrantType.TOKEN_EXCHANGE`);
    }
    return {
      clientId,
      clientSecretSource: 'EXTERNAL',
      clientSecretConfig: { secretId: clientSecret.secretArn, jsonKey: clientSecretKey },
      oauthDiscovery: { discoveryUrl },
      onBehalfOfTokenExchangeConfig: {
        grantType,
        ...(grantType !== OboGrantType.TOKEN_EXCHANGE ? {} : {
          tokenExchangeGrantTypeConfig: actorScopes.length === 0 ? { actorTokenContent: 'NONE' } : { actorTokenContent: 'M2M', actorTokenScopes: actorScopes },
        }),
      },
    };
  }

  private requireUsers(): UserClaims {
    const { allowedIssuers, allowedAudiences = [], allowedClients = [], allowedScopes = [] } = this.props;
    const exact = (code: string, what: string, values: string[], form: RegExp, words: string): string[] => {
      const isExact = (value: unknown): boolean => typeof value === 'string' && !Token.isUnresolved(value) && form.test(value);
      if (!Array.isArray(values) || !values.every(isExact)) {
        throw new InvalidInputError(code, `${this.node.path}: ${what} ${shown(values)} are not allowed: ${words}, literally, without *, ? and $`);
      }
      return [...new Set(values)].sort();
    };
    const issuers = exact('IssuerInvalid', 'issuers', allowedIssuers, ISSUER, 'name exact issuers of tokens, such as https://login.example.com');
    const audiences = exact('AudienceInvalid', 'audiences', allowedAudiences, EXACT, 'name exact audiences of tokens');
    const clients = exact('ClientInvalid', 'clients', allowedClients, EXACT, 'name exact client ids');
    const scopes = exact('ScopeInvalid', 'scopes', allowedScopes, EXACT, 'name exact scopes');
    if (issuers.length === 0 || audiences.length + clients.length === 0) {
      throw new InvalidInputError('UsersMissing', `${this.node.path}: issuers ${shown(issuers)}, audiences ${shown(audiences)} and clients ${shown(clients)}: name at least one issuer, and an audience or a client, so that the agent acts only for those who sent it a token`);
    }
    return { issuers, audiences, clients, scopes };
  }
}
