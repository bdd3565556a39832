import { aws_apigateway as apigateway, aws_iam as iam, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { OwnCredential, requireId } from './own-credential';
import { InvalidInputError } from '../../../core/errors';
import { shown } from '../../../core/shown';
import type { ManagedAgentIdentity } from '../managed-agent-identity';

/** Which API an agent's key is for. */
export interface AgentApiKeyProps {
  /** The usage plan that names the API's stages and limits their use. */
  readonly usagePlan: apigateway.IUsagePlan;

  /**
   * Counts the keys that followed one another. With the next number a deployment makes another key, gives compute its id, and then deletes the former one.
   *
   * @default 1
   */
  readonly generation?: number;
}

/**
 * A key of Amazon API Gateway that is an agent's own. API Gateway generates its value, which is in no template, output or record. It is valid until it is deleted, so it needs a stage that allows
 * long-lived keys, and a registry with `ResidueKind.API_GATEWAY_KEYS` in `wipes`. A suspension disables it, a move and a leave delete it. It opens nothing before
 * `key.grantRead(bot.accessIn(stage))`.
 *
 * Fails with `WrongClass`, `CredentialIdInvalid`, `LongLivedKeysForbidden`, `CredentialsOff`, `CredentialGenerationInvalid`, `CredentialNameTooLong` or `TooManyCredentials`.
 */
export class AgentApiKey extends Construct {
  /** Id of the key in API Gateway, by which its value is read. It is no secret. */
  public readonly keyId: string;

  /** Name of the key in API Gateway, `<registryName>_<agentName>_<stage>_<id>`. */
  public readonly keyName: string;

  /**
   * @param scope the agent
   * @param id name of the key among the agent's, 1-32 of [a-z0-9-], beginning with a letter
   * @param props for which API it is
   */
  constructor(scope: ManagedAgentIdentity, id: string, props: AgentApiKeyProps) {
    super(scope, requireId(scope, id, 'API key'));
    const { usagePlan, generation } = props ?? {};
    if (usagePlan?.usagePlanId === undefined) {
      throw new InvalidInputError('WrongClass', `${this.node.path}: usagePlan must be a usage plan of API Gateway, received ${shown(usagePlan)}`);
    }
    const own = new OwnCredential(this, 'api-gateway-key', generation);
    const { agentName, lifecycle } = own.parts;
    this.keyName = own.name;
    // Its name has the stage, and CloudFormation replaces a key with another name. The logical id is the same in every stage, so what grants it says the same in every stage.
    const key = new apigateway.CfnApiKey(this, `Key${own.suffix}`, { name: own.name, description: `Key ${id} of the agent ${agentName}`, enabled: true, generateDistinctId: true });
    key.applyRemovalPolicy(RemovalPolicy.DESTROY);
    // It exists after the join, and is deleted before the leave looks for it.
    key.node.addDependency(lifecycle);
    new apigateway.CfnUsagePlanKey(this, `Plan${own.suffix}`, { keyId: key.ref, keyType: 'API_KEY', usagePlanId: usagePlan.usagePlanId });
    this.keyId = key.ref;
    own.declare();
  }

  /**
   * Grants to read the key's value from API Gateway (`GetApiKey` with `includeValue`): the agent in a stage, `grantRead(bot.accessIn(stage))`. It grants no change of the key.
   *
   * @param grantee who may read it
   */
  public grantRead(grantee: iam.IGrantable): iam.Grant {
    const { partition, region } = Stack.of(this);
    return iam.Grant.addToPrincipal({ grantee, actions: ['apigateway:GET'], resourceArns: [`arn:${partition}:apigateway:${region}::/apikeys/${this.keyId}`] });
  }
}
