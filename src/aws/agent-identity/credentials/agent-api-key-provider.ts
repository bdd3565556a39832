import { aws_bedrockagentcore as agentcore, aws_iam as iam, aws_secretsmanager as secretsmanager, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { OwnCredential, requireId } from './own-credential';
import { InvalidInputError } from '../../../core/errors';
import { shown } from '../../../core/shown';
import { AgentCoreIdentity, agentCoreIdentity } from '../agent-core-identity';
import type { ManagedAgentIdentity } from '../managed-agent-identity';

/** Which key of another service an agent gets by AgentCore. */
export interface AgentApiKeyProviderProps {
  /** The secret in Secrets Manager that has the key. The template names it and never contains its value. */
  readonly apiKey: secretsmanager.ISecret;

  /**
   * The key of the API key in the secret's JSON text.
   *
   * @default 'apiKey'
   */
  readonly apiKeyField?: string;

  /**
   * The agent's workload identity, with a literal name, if it doesn't run on AgentCore.
   *
   * @default - that of the runtimes and harnesses of AgentCore that have the agent's role
   */
  readonly workloadIdentity?: agentcore.CfnWorkloadIdentity;
}

const GET_KEY = 'bedrock-agentcore:GetResourceApiKey';
const GET_IDENTITY = 'bedrock-agentcore:GetWorkloadAccessToken';

/**
 * A credential provider of Amazon Bedrock AgentCore with which an agent gets the API key of another service. The provider is the agent's own, and a leave deletes it. The key is in a secret, and is the other
 * service's: revoke it there, by a `Revoker`. Needs a registry with `ResidueKind.AGENT_CORE` in `wipes`. It opens nothing before `provider.grant(bot.accessIn(stage))`.
 *
 * Fails with `WrongClass`, `CredentialIdInvalid`, `WorkloadIdentityMissing`, `WorkloadIdentityNameUnknown`, `CredentialsOff`, `CredentialNameTooLong` or `TooManyCredentials`.
 */
export class AgentApiKeyProvider extends Construct {
  /** Name of the provider in AgentCore, `<registryName>_<agentName>_<id>`, for `GetResourceApiKey`. */
  public readonly providerName: string;

  /** ARN of the provider. */
  public readonly providerArn: string;

  private readonly place: AgentCoreIdentity;

  /**
   * @param scope the agent
   * @param id name of the provider among the agent's, 1-32 of [a-z0-9-], beginning with a letter
   * @param props the key
   */
  constructor(scope: ManagedAgentIdentity, id: string, private readonly props: AgentApiKeyProviderProps) {
    super(scope, requireId(scope, id, 'API key provider'));
    if (props?.apiKey?.secretArn === undefined) {
      throw new InvalidInputError('WrongClass', `${this.node.path}: apiKey must be a secret of Secrets Manager, received ${shown(props?.apiKey)}: a value would be in the template`);
    }
    const own = new OwnCredential(this, 'api-key-provider');
    const { role, credentials } = own.parts;
    this.place = agentCoreIdentity(this, props.workloadIdentity, credentials.runtimeIdentities);
    this.providerName = own.name;
    this.providerArn = `${this.place.vault}/apikeycredentialprovider/${own.name}`;
    const provider = new agentcore.CfnApiKeyCredentialProvider(this, 'Resource', {
      name: own.name, apiKeySecretSource: 'EXTERNAL', apiKeySecretConfig: { secretId: props.apiKey.secretArn, jsonKey: props.apiKeyField ?? 'apiKey' },
    });
    // It exists after the join, and is deleted before the leave looks for it.
    provider.node.addDependency(role);
    own.declare();
  }

  /**
   * Grants the agent to get the key in a stage: `grant(bot.accessIn(stage))`.
   *
   * @param grantee the agent in a stage
   */
  public grant(grantee: iam.IGrantable): iam.Grant {
    const { vault, directory, identities, given } = this.place;
    const { apiKey: { secretArn, encryptionKey } } = this.props;
    const add = (actions: string[], resourceArns: string[], conditions?: Record<string, Record<string, unknown>>): iam.Grant => (
      iam.Grant.addToPrincipal({ grantee, actions, resourceArns, conditions }));
    // AgentCore checks each of these resources, and reads the secret on the caller's behalf.
    return [
      add([GET_KEY], [this.providerArn, vault, directory]),
      add([GET_KEY], identities),
      // AgentCore gives its own runtimes the token of their identity.
      ...(given === undefined ? [] : [add([GET_IDENTITY], identities)]),
      add(['secretsmanager:GetSecretValue'], [secretArn], { Bool: { 'aws:ViaAWSService': 'true' } }),
      ...(encryptionKey === undefined ? [] : [
        add(['kms:Decrypt'], [encryptionKey.keyArn], { StringEquals: { 'kms:ViaService': `secretsmanager.${Stack.of(this).region}.amazonaws.com` } }),
      ]),
    ].reduce((one, other) => one.combine(other));
  }
}
