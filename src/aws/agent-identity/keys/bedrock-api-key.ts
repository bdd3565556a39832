import { aws_iam as iam } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { AgentBedrockApiKeyProps } from './bedrock-api-key-props';
import { bedrockPartOf } from './bedrock-part';
import { UserKey } from './user-key';
import { InvalidInputError } from '../../../core/errors';
import { acknowledgeWildcards, WildcardStatement } from '../../findings/wildcards';
import { factsOf } from '../../lifecycle-registry/registry-facts';
import { requireId, requireParts } from '../credentials/own-credential';
import type { ManagedAgentIdentity } from '../managed-agent-identity';

/**
 * A long-term API key of Amazon Bedrock that the engine makes, rotates and deletes, for a client that takes nothing but such a key. It calls the models that the agent may call in its stage
 * (`ModelAccess.invoke(model).grant(bot.accessIn(stage))`), and is denied everything else. The template has its user, what the user may do, and an empty secret; the key is in no template, output, event or
 * log. Needs a registry with `bedrockApiKeys: true`, and a stage that allows long-lived keys.
 *
 * Fails with `WrongClass`, `CredentialIdInvalid`, `BedrockApiKeysOff`, `LongLivedKeysForbidden`, `TooManyAccessKeys`, `AgentSecretTwice`, `AccessKeyRotationInvalid`, `AccessExceptionInvalid` or
 * `AccessExceptionOutlivesAgent`, and at synthesis with `BedrockApiKeyWithoutModel` or `AccessKeyTooLarge`.
 */
export class AgentBedrockApiKey extends Construct {
  /** Name of the secret, `<registryName>/<agentName>/<id>`, which has the fields `apiKeyId` and `apiKey`. It is the agent's own: a leave deletes it. */
  public readonly secretName: string;

  private readonly key: UserKey;

  /**
   * @param scope the agent
   * @param id name of the key among the agent's, 1-32 of [a-z0-9-], beginning with a letter
   * @param props why it is needed and until when
   */
  constructor(scope: ManagedAgentIdentity, id: string, props: AgentBedrockApiKeyProps) {
    super(scope, requireId(scope, id, 'API key of Bedrock'));
    const { path } = this.node;
    const { credentials } = requireParts(scope, 'API key of Bedrock');
    const { owner } = credentials;
    const { registry, stage } = owner;
    if (factsOf(registry).makesBedrockApiKeys === false) {
      throw new InvalidInputError('BedrockApiKeysOff', `${path}: the registry ${registry.registryName} makes no API keys of Bedrock: create it with bedrockApiKeys: true`);
    }
    const part = () => bedrockPartOf(owner.grants());
    const { reason, until, rotateEvery, grace } = props ?? {};
    this.key = new UserKey(this, {
      kind: 'bedrock-api-key',
      what: 'API key of Bedrock',
      name: id,
      owner,
      others: credentials.keyProperties.length,
      secrets: credentials.secretNames,
      reason,
      until,
      rotateEvery,
      grace,
      statements: () => [...part().statements],
    });
    this.secretName = this.key.secretName;
    this.node.addValidation({
      validate: () => part().allowed.length > 0 ? []
        : [`BedrockApiKeyWithoutModel: ${path}: the agent may call no model of Bedrock in the stage ${stage.name}, so the key would allow nothing: grant it models by ModelAccess.invoke(model).grant(bot.accessIn(stage)), or leave the key out`],
    });
    // The call with a key supports no resources. The wildcards of the user's grants stay for the user to judge.
    const ours = (): WildcardStatement[] => part().statements
      .map((statement) => ({ statement: statement.toStatementJson(), reason: () => undefined }));
    acknowledgeWildcards(this, ours, () => owner.grants().map((statement) => statement.toStatementJson()));
    credentials.addKey(this.key);
  }

  /**
   * Grants a principal to read the key from its secret: the system that uses the key, not the agent's compute.
   *
   * @param grantee who may read it
   */
  public grantRead(grantee: iam.IGrantable): iam.Grant {
    return this.key.secret.grantRead(grantee);
  }
}
