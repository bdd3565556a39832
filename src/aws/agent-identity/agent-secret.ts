import { aws_iam as iam, aws_secretsmanager as secretsmanager, CfnResource, Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { AgentSecretProps } from './agent-secret-props';
import { InvalidInputError } from '../../core/errors';
import { shown } from '../../core/shown';

const NAME = /^[a-z][a-z0-9-]{0,63}$/;
const LONGEST_DAYS = 90;

/** A secret of the agent's own, which a function rotates. No template, output or event has its value, and a leave deletes it. Made by `bot.secret()`. */
export class AgentSecret extends Construct {
  /**
   * @param namePrefix `ownSecretPrefix` of the agent
   * @internal
   */
  public static _of(agent: Construct, name: string, namePrefix: string, lifecycle: CfnResource, props: AgentSecretProps): AgentSecret {
    if (typeof name !== 'string' || !NAME.test(name)) {
      throw new InvalidInputError('AgentSecretNameInvalid', `${agent.node.path}: secret ${shown(name)} is not allowed: use 1-64 of [a-z0-9-], beginning with a letter`);
    }
    if (agent.node.tryFindChild(idOf(name)) !== undefined) {
      throw new InvalidInputError('AgentSecretTwice', `${agent.node.path}: it has a secret ${name} already: use that, or give this one another name`);
    }
    return new AgentSecret(agent, name, namePrefix, lifecycle, props);
  }

  /** Name of the secret, `<registryName>/<agentName>/<name>`. */
  public readonly secretName: string;

  private readonly secret: secretsmanager.Secret;

  private constructor(agent: Construct, name: string, namePrefix: string, lifecycle: CfnResource, props: AgentSecretProps) {
    super(agent, idOf(name));
    const { rotation, rotateEvery = Duration.days(30), generate, encryptionKey } = props ?? {};
    const days = rotateEvery.toDays({ integral: false });
    if (!Number.isInteger(days) || days < 1 || days > LONGEST_DAYS) {
      throw new InvalidInputError('AgentSecretRotationInvalid', `${this.node.path}: a rotation every ${days} days is not allowed: use whole days from 1 to ${LONGEST_DAYS}`);
    }
    if (rotation?.functionArn === undefined) {
      throw new InvalidInputError('WrongClass', `${this.node.path}: rotation must be a function of AWS Lambda, received ${shown(rotation)}: a secret that nothing rotates is declared with OwnSecret`);
    }
    this.secretName = `${namePrefix}${name}`;
    this.secret = new secretsmanager.Secret(this, 'Secret', {
      secretName: this.secretName, generateSecretString: generate, encryptionKey, removalPolicy: RemovalPolicy.DESTROY,
    });
    // It exists after the join, and is deleted before the leave looks for it. Access, which may name it, comes after it.
    this.secret.node.addDependency(lifecycle);
    this.secret.addRotationSchedule('Rotation', { rotationLambda: rotation, automaticallyAfter: rotateEvery });
  }

  /**
   * Grants a principal to read the secret: the agent in a stage, `grantRead(bot.accessIn(stage))`.
   *
   * @param grantee who may read it
   */
  public grantRead(grantee: iam.IGrantable): iam.Grant {
    return this.secret.grantRead(grantee);
  }
}

function idOf(name: string): string {
  return `Secret-${name}`;
}
