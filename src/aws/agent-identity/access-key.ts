import { aws_iam as iam, aws_secretsmanager as secretsmanager, CfnResource, Duration, Lazy, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { AgentAccessKeyProps } from './access-key-props';
import { ACCESS_KEY_EXCEPTION, LONGEST_KEY_ROTATION_DAYS, MOST_ACCESS_KEYS } from '../../contract/access-keys';
import { AccessKeyProperties } from '../../contract/lifecycle-resource';
import { ownSecretPrefix, userPath } from '../../contract/role-names';
import { AgentStage, Expiry } from '../../core';
import { InvalidInputError } from '../../core/errors';
import { withPath } from '../../core/scope';
import { shown } from '../../core/shown';
import { ExceptionalAccess } from '../access-rules/exceptional-access';
import { denyAfterExpiry } from '../guards/agent-guard';
import { policySizeOf, QUOTAS } from '../iam/quotas';
import { ILifecycleRegistry } from '../lifecycle-registry/lifecycle-registry-ref';
import { factsOf } from '../lifecycle-registry/registry-facts';

/** The agent that owns access keys. */
export interface OwnerOfKeys {
  readonly agentName: string;
  readonly stage: AgentStage;
  readonly expires: Expiry;
  readonly registry: ILifecycleRegistry;
  readonly lifecycle: CfnResource;
  readonly permissionsBoundary?: iam.IManagedPolicy;
  /** What the agent may do in its stage, without what its runtime needs. Known in the finished app. */
  readonly grants: () => iam.PolicyStatement[];
}

const NAME = /^[a-z][a-z0-9-]{0,31}$/;
const HOURS_A_DAY = 24;

/**
 * An access key that the engine makes, rotates and deletes, for a legacy system that can use no short-lived credentials. The template has its user, what the user may do, and an empty secret. Made by
 * `bot.accessKey()`.
 */
export class AgentAccessKey extends Construct {
  /** @internal */
  public static _of(agent: Construct, name: string, owner: OwnerOfKeys, others: number, props: AgentAccessKeyProps): AgentAccessKey {
    if (typeof name !== 'string' || !NAME.test(name)) {
      throw new InvalidInputError('AccessKeyNameInvalid', `${agent.node.path}: access key ${shown(name)} is not allowed: use 1-32 of [a-z0-9-], beginning with a letter`);
    }
    if (agent.node.tryFindChild(idOf(name)) !== undefined) {
      throw new InvalidInputError('AccessKeyTwice', `${agent.node.path}: it has an access key ${name} already: use that, or give this one another name`);
    }
    if (others >= MOST_ACCESS_KEYS) {
      throw new InvalidInputError('TooManyAccessKeys', `${agent.node.path}: access key ${name} would be one more than the ${MOST_ACCESS_KEYS} that an agent may have: give systems with different purposes agents of their own`);
    }
    requireAllowed(agent, owner);
    return new AgentAccessKey(agent, name, owner, props);
  }

  /** Name of the secret, which has the fields `accessKeyId` and `secretAccessKey`. It is the agent's own: a leave deletes it. */
  public readonly secretName: string;

  /** @internal */
  public readonly _exception: ExceptionalAccess;

  /** @internal */
  public readonly _properties: AccessKeyProperties;

  private readonly secret: secretsmanager.ISecret;

  private constructor(agent: Construct, name: string, owner: OwnerOfKeys, props: AgentAccessKeyProps) {
    super(agent, idOf(name));
    const { agentName, expires, registry, lifecycle, stage } = owner;
    const exception = withPath(agent, () => {
      const made = ExceptionalAccess.of({ actions: [ACCESS_KEY_EXCEPTION], reason: props?.reason, until: props?.until });
      made._check();
      return made;
    });
    const { until } = exception;
    if (until.epochSeconds > expires.epochSeconds) {
      throw new InvalidInputError('AccessExceptionOutlivesAgent', `${this.node.path}: the access key ends at ${until.iso}, after the agent, which ends at ${expires.iso}: give it an end of ${expires.iso} or earlier`);
    }
    const { rotateHours, graceHours } = hoursOf(this, props);
    const { names, place } = factsOf(registry);
    this.secretName = `${ownSecretPrefix(registry.registryName, agentName)}${name}`;

    const user = new iam.CfnUser(this, 'User', {
      path: userPath(names.path, agentName),
      // Stricter than the agent's own guards where these make exceptions: the key assumes and passes no identity, changes no stack and reads no secret of an agent.
      managedPolicyArns: [names.guardPolicyArn(place, stage.name), names.noRegistryPolicyArn(place), names.noSessionsPolicyArn(place)],
      permissionsBoundary: owner.permissionsBoundary?.managedPolicyArn,
    });
    user.node.addDependency(registry);
    user.applyRemovalPolicy(RemovalPolicy.DESTROY);
    // It has no value until the engine writes one.
    const secret = new secretsmanager.CfnSecret(this, 'Secret', { name: this.secretName, description: `Access key ${name} of the agent ${agentName}, made and rotated by its registry` });
    secret.applyRemovalPolicy(RemovalPolicy.DESTROY);
    this.secret = secretsmanager.Secret.fromSecretCompleteArn(this, 'Reference', secret.ref);
    lifecycle.node.addDependency(user, secret);

    const document = (): iam.PolicyDocument => new iam.PolicyDocument({ statements: [denyAfterExpiry(until), ...owner.grants()] });
    const access = new iam.CfnManagedPolicy(this, 'Access', {
      path: names.path,
      description: `Access of the key ${name} of the agent ${agentName}`,
      users: [user.ref],
      policyDocument: Lazy.uncachedAny({ produce: document }),
    });
    // As with the role: what the key may do comes after the engine has recorded it.
    access.node.addDependency(lifecycle);
    this.node.addValidation({
      validate: () => {
        const { limit } = QUOTAS.managedPolicySize;
        const size = policySizeOf(Stack.of(this).resolve(document()));
        return size <= limit ? [] : [`AccessKeyTooLarge: ${this.node.path}: the policy of the key's user has ${size} characters, and IAM allows ${limit}: give the legacy system an agent of its own with less access`];
      },
    });

    this._exception = exception;
    const seconds = (hours: number): string => String(hours * 3_600);
    this._properties = {
      User: user.ref, Secret: this.secretName, RotateSeconds: seconds(rotateHours), GraceSeconds: seconds(graceHours), Until: until.iso,
    };
  }

  /**
   * Grants a principal to read the key from its secret: the system that uses the key, not the agent's compute.
   *
   * @param grantee who may read it
   */
  public grantRead(grantee: iam.IGrantable): iam.Grant {
    return this.secret.grantRead(grantee);
  }
}

function idOf(name: string): string {
  return `AccessKey-${name}`;
}

function requireAllowed(agent: Construct, { registry, stage }: OwnerOfKeys): void {
  if (!stage.profile.longLivedKeysAllowed) {
    throw new InvalidInputError('LongLivedKeysForbidden',
      `${agent.node.path}: the stage ${stage.name} allows no long-lived keys: let the system get short-lived credentials, for example by AgentRuntime.rolesAnywhere(), or use a stage with longLivedKeysAllowed`);
  }
  if (factsOf(registry).makesAccessKeys === false) {
    throw new InvalidInputError('AccessKeysOff', `${agent.node.path}: the registry ${registry.registryName} makes no access keys: create it with accessKeys: true`);
  }
}

/** @throws InvalidInputError `AccessKeyRotationInvalid` */
function hoursOf(key: Construct, { rotateEvery, grace }: AgentAccessKeyProps): { readonly rotateHours: number; readonly graceHours: number } {
  const rotateHours = (rotateEvery ?? Duration.days(LONGEST_KEY_ROTATION_DAYS)).toHours({ integral: false });
  const graceHours = grace?.toHours({ integral: false }) ?? Math.min(7 * HOURS_A_DAY, Math.floor(rotateHours / 4));
  const isWhole = Number.isInteger(rotateHours) && Number.isInteger(graceHours);
  const isInRange = rotateHours >= HOURS_A_DAY && rotateHours <= LONGEST_KEY_ROTATION_DAYS * HOURS_A_DAY;
  if (!isWhole || !isInRange || graceHours < 1 || graceHours * 3 >= rotateHours) {
    throw new InvalidInputError('AccessKeyRotationInvalid',
      `${key.node.path}: a rotation every ${rotateHours} hours with a grace of ${graceHours} hours is not allowed: rotate every 1 to ${LONGEST_KEY_ROTATION_DAYS} days, with a grace of whole hours that is less than a third of it`);
  }
  return { rotateHours, graceHours };
}
