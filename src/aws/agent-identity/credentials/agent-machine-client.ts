import { aws_cognito as cognito, aws_iam as iam, aws_secretsmanager as secretsmanager, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { OwnCredential, requireId } from './own-credential';
import { ownSecretPrefix } from '../../../contract/role-names';
import { InvalidInputError } from '../../../core/errors';
import { shown } from '../../../core/shown';
import type { ManagedAgentIdentity } from '../managed-agent-identity';

/** For what an agent's client of a user pool gets tokens. */
export interface AgentMachineClientProps {
  /** The user pool that issues the tokens. It must not depend on the agent's compute. */
  readonly userPool: cognito.IUserPool;

  /** Scopes of resource servers: `cognito.OAuthScope.resourceServer(server, scope)`. The client gets tokens for these only. */
  readonly scopes: cognito.OAuthScope[];

  /**
   * How long a token is accepted: whole minutes from 5, at most the longest session of the stage. Nobody can recall a token.
   *
   * @default Duration.minutes(15), or the longest session of the stage if that is shorter
   */
  readonly tokenValidity?: Duration;

  /**
   * Counts the clients that followed one another. With the next number a deployment makes another client, writes it to the secret, and then deletes the former one.
   *
   * @default 1
   */
  readonly generation?: number;
}

const SHORTEST_MINUTES = 5;
const DEFAULT_MINUTES = 15;
/** Scopes of people. Cognito gives none of them to a machine. */
const OF_PEOPLE = ['phone', 'email', 'openid', 'profile', 'aws.cognito.signin.user.admin'];

/**
 * A client of an Amazon Cognito user pool with which an agent gets tokens for itself (`client_credentials`). Cognito generates its secret, and CloudFormation writes it to a secret of the agent's own: it is
 * in no template, output or record. Needs a registry with `ResidueKind.USER_POOL_CLIENTS` in `wipes`. A move gives the agent another client, and a leave deletes it. It opens nothing before
 * `client.grantRead(bot.accessIn(stage))`.
 *
 * Fails with `WrongClass`, `CredentialIdInvalid`, `MachineScopesInvalid`, `TokenValidityInvalid`, `CredentialsOff`, `CredentialGenerationInvalid`, `CredentialNameTooLong` or `TooManyCredentials`.
 */
export class AgentMachineClient extends Construct {
  /** Id of the client. It is no secret. */
  public readonly clientId: string;

  /** Name of the client in Cognito, `<registryName>_<agentName>_<stage>_<id>`. */
  public readonly clientName: string;

  /** Name of the secret, `<registryName>/<agentName>/<id>`, which has the fields `clientId` and `clientSecret`. A leave deletes it. */
  public readonly secretName: string;

  private readonly secret: secretsmanager.ISecret;

  /**
   * @param scope the agent
   * @param id name of the client among the agent's, 1-32 of [a-z0-9-], beginning with a letter
   * @param props for what it gets tokens
   */
  constructor(scope: ManagedAgentIdentity, id: string, props: AgentMachineClientProps) {
    super(scope, requireId(scope, id, 'machine client'));
    const { userPool, scopes, tokenValidity, generation } = props ?? {};
    if (userPool?.userPoolId === undefined) {
      throw new InvalidInputError('WrongClass', `${this.node.path}: userPool must be a user pool of Cognito, received ${shown(userPool)}`);
    }
    const names = Array.isArray(scopes) ? scopes.map((one) => one?.scopeName) : [];
    if (names.length === 0 || names.some((name) => typeof name !== 'string' || OF_PEOPLE.includes(name))) {
      throw new InvalidInputError('MachineScopesInvalid', `${this.node.path}: scopes ${shown(names)} are not allowed: name at least one scope of a resource server, and none of people (${OF_PEOPLE.join(', ')})`);
    }
    const own = new OwnCredential(this, 'user-pool-client', generation);
    const { agentName, lifecycle, registry, stage, credentials } = own.parts;
    const minutes = minutesOf(this, tokenValidity, stage.profile.maxSessionMinutes, stage.name);
    this.clientName = own.name;
    // Cognito renames a client in place. Each stage needs one of its own, so the logical id has the stage.
    const client = new cognito.CfnUserPoolClient(this, `Client-${stage.name}${own.suffix}`, {
      userPoolId: userPool.userPoolId,
      clientName: own.name,
      generateSecret: true,
      allowedOAuthFlowsUserPoolClient: true,
      allowedOAuthFlows: ['client_credentials'],
      allowedOAuthScopes: names,
      // Without this list Cognito lets people sign in by the client.
      explicitAuthFlows: ['ALLOW_REFRESH_TOKEN_AUTH'],
      accessTokenValidity: minutes,
      tokenValidityUnits: { accessToken: 'minutes' },
      enableTokenRevocation: true,
      preventUserExistenceErrors: 'ENABLED',
    });
    client.applyRemovalPolicy(RemovalPolicy.DESTROY);
    // It exists after the join, and is deleted before the leave looks for it.
    client.node.addDependency(lifecycle);
    this.clientId = client.ref;
    this.secretName = `${ownSecretPrefix(registry.registryName, agentName)}${id}`;
    const secret = new secretsmanager.CfnSecret(this, 'Secret', {
      name: this.secretName,
      description: `Client ${id} of the agent ${agentName}`,
      secretString: Stack.of(this).toJsonString({ clientId: client.ref, clientSecret: client.attrClientSecret }),
    });
    secret.applyRemovalPolicy(RemovalPolicy.DESTROY);
    this.secret = secretsmanager.Secret.fromSecretCompleteArn(this, 'Reference', secret.ref);
    credentials.addSecret(this.secretName);
    own.declare({ userPool: userPool.userPoolId, tokenSeconds: minutes * 60 });
  }

  /**
   * Grants to read id and secret of the client: the agent in a stage, `grantRead(bot.accessIn(stage))`.
   *
   * @param grantee who may read it
   */
  public grantRead(grantee: iam.IGrantable): iam.Grant {
    return this.secret.grantRead(grantee);
  }
}

/** @throws InvalidInputError `TokenValidityInvalid` */
function minutesOf(client: Construct, validity: Duration | undefined, longest: number, stageName: string): number {
  const minutes = validity?.toMinutes({ integral: false }) ?? Math.min(DEFAULT_MINUTES, longest);
  if (!Number.isInteger(minutes) || minutes < SHORTEST_MINUTES || minutes > longest) {
    throw new InvalidInputError('TokenValidityInvalid', `${client.node.path}: tokens of ${minutes} minutes are not allowed: use whole minutes from ${SHORTEST_MINUTES} to ${longest}, the longest session of the stage ${stageName}`);
  }
  return minutes;
}
