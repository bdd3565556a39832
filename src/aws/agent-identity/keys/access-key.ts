import { aws_iam as iam } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { AgentAccessKeyProps } from './access-key-props';
import { denyBearerTokens } from './bearer-tokens';
import { OwnerOfKeys, UserKey } from './user-key';
import { InvalidInputError } from '../../../core/errors';
import { shown } from '../../../core/shown';
import { factsOf } from '../../lifecycle-registry/registry-facts';

const NAME = /^[a-z][a-z0-9-]{0,31}$/;

/** What an agent has besides. */
interface OtherCredentials {
  /** Number of its keys. */
  readonly keys: number;
  /** Names of its secrets. */
  readonly secrets: readonly string[];
}

/**
 * An access key that the engine makes, rotates and deletes, for a legacy system that can use no short-lived credentials. The template has its user, what the user may do, and an empty secret. Made by
 * `bot.accessKey()`.
 */
export class AgentAccessKey extends Construct {
  /** @internal */
  public static _of(agent: Construct, name: string, owner: OwnerOfKeys, others: OtherCredentials, props: AgentAccessKeyProps): AgentAccessKey {
    if (typeof name !== 'string' || !NAME.test(name)) {
      throw new InvalidInputError('AccessKeyNameInvalid', `${agent.node.path}: access key ${shown(name)} is not allowed: use 1-32 of [a-z0-9-], beginning with a letter`);
    }
    if (agent.node.tryFindChild(idOf(name)) !== undefined) {
      throw new InvalidInputError('AccessKeyTwice', `${agent.node.path}: it has an access key ${name} already: use that, or give this one another name`);
    }
    const { registry } = owner;
    if (factsOf(registry).makesAccessKeys === false) {
      throw new InvalidInputError('AccessKeysOff', `${agent.node.path}: the registry ${registry.registryName} makes no access keys: create it with accessKeys: true`);
    }
    return new AgentAccessKey(agent, name, owner, others, props);
  }

  /** Name of the secret, which has the fields `accessKeyId` and `secretAccessKey`. It is the agent's own: a leave deletes it. */
  public readonly secretName: string;

  /** @internal */
  public readonly _key: UserKey;

  private constructor(agent: Construct, name: string, owner: OwnerOfKeys, { keys, secrets }: OtherCredentials, props: AgentAccessKeyProps) {
    super(agent, idOf(name));
    const { reason, until, rotateEvery, grace } = props ?? {};
    this._key = new UserKey(this, {
      kind: 'access-key', what: 'access key', name, owner, others: keys, secrets, reason, until, rotateEvery, grace, statements: () => [denyBearerTokens(), ...owner.grants()],
    });
    this.secretName = this._key.secretName;
  }

  /**
   * Grants a principal to read the key from its secret: the system that uses the key, not the agent's compute.
   *
   * @param grantee who may read it
   */
  public grantRead(grantee: iam.IGrantable): iam.Grant {
    return this._key.secret.grantRead(grantee);
  }
}

function idOf(name: string): string {
  return `AccessKey-${name}`;
}
