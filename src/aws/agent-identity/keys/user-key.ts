import { aws_iam as iam, aws_secretsmanager as secretsmanager, CfnResource, Duration, Lazy, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { LONGEST_KEY_ROTATION_DAYS, MOST_ACCESS_KEYS, USER_KEYS, UserKeyKind } from '../../../contract/access-keys';
import { AccessKeyProperties } from '../../../contract/lifecycle-resource';
import { ownSecretPrefix, userPath } from '../../../contract/role-names';
import { AgentStage, Expiry } from '../../../core';
import { InvalidInputError } from '../../../core/errors';
import { withPath } from '../../../core/scope';
import { ExceptionalAccess } from '../../access-rules/exceptional-access';
import { denyAfterExpiry } from '../../guards/agent-guard';
import { policySizeOf, QUOTAS } from '../../iam/quotas';
import { ILifecycleRegistry } from '../../lifecycle-registry/lifecycle-registry-ref';
import { factsOf } from '../../lifecycle-registry/registry-facts';

/** The agent that owns keys of users. */
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

interface UserKeyProps {
  readonly kind: UserKeyKind;
  /** Its name among the agent's keys, and the last part of its secret's name. */
  readonly name: string;
  /** The kind in words, such as `access key`. */
  readonly what: string;
  readonly owner: OwnerOfKeys;
  /** Names of the agent's other secrets. */
  readonly secrets: readonly string[];
  /** Keys of all kinds that the agent has besides. */
  readonly others: number;
  readonly reason: string;
  readonly until: Expiry;
  readonly rotateEvery?: Duration;
  readonly grace?: Duration;
  /** What its user may do, after the Deny that ends it. Known in the finished app. */
  readonly statements: () => iam.PolicyStatement[];
}

const HOURS_A_DAY = 24;

/**
 * A user, an empty secret and the user's policy, in the scope of the construct of a key. The engine makes, rotates and deletes the key, and writes it to the secret.
 *
 * Fails with `TooManyAccessKeys`, `AgentSecretTwice`, `LongLivedKeysForbidden`, `AccessExceptionInvalid`, `AccessExceptionOutlivesAgent` or `AccessKeyRotationInvalid`, and at synthesis with `AccessKeyTooLarge`.
 */
export class UserKey {
  public readonly secretName: string;
  public readonly exception: ExceptionalAccess;
  public readonly properties: AccessKeyProperties;
  public readonly secret: secretsmanager.ISecret;
  public readonly access: iam.CfnManagedPolicy;

  public constructor(scope: Construct, { kind, name, what, owner, secrets, others, statements, ...props }: UserKeyProps) {
    const { path } = scope.node;
    const { agentName, expires, registry, lifecycle, stage, permissionsBoundary } = owner;
    if (others >= MOST_ACCESS_KEYS) {
      throw new InvalidInputError('TooManyAccessKeys', `${path}: it would be one more than the ${MOST_ACCESS_KEYS} keys that an agent may have: give systems with different purposes agents of their own`);
    }
    if (!stage.profile.longLivedKeysAllowed) {
      throw new InvalidInputError('LongLivedKeysForbidden',
        `${path}: the stage ${stage.name} allows no long-lived keys: let the system get short-lived credentials, for example by AgentRuntime.rolesAnywhere(), or use a stage with longLivedKeysAllowed`);
    }
    this.secretName = `${ownSecretPrefix(registry.registryName, agentName)}${name}`;
    if (secrets.includes(this.secretName)) {
      throw new InvalidInputError('AgentSecretTwice', `${path}: the agent has a secret ${this.secretName} already, which is another credential: give this ${what} another name`);
    }
    this.exception = withPath(scope, () => {
      const made = ExceptionalAccess.of({ actions: [USER_KEYS[kind].exception], reason: props.reason, until: props.until });
      made._check();
      return made;
    });
    const { until } = this.exception;
    if (until.epochSeconds > expires.epochSeconds) {
      throw new InvalidInputError('AccessExceptionOutlivesAgent', `${path}: the ${what} ends at ${until.iso}, after the agent, which ends at ${expires.iso}: give it an end of ${expires.iso} or earlier`);
    }
    const { rotateHours, graceHours } = hoursOf(scope, props);
    const { names, place } = factsOf(registry);

    const user = new iam.CfnUser(scope, 'User', {
      path: userPath(names.path, agentName),
      // Stricter than the agent's own guards where these make exceptions: the key assumes and passes no identity, changes no stack and reads no secret of an agent.
      managedPolicyArns: [names.guardPolicyArn(place, stage.name), names.noRegistryPolicyArn(place), names.noSessionsPolicyArn(place)],
      permissionsBoundary: permissionsBoundary?.managedPolicyArn,
    });
    user.node.addDependency(registry);
    user.applyRemovalPolicy(RemovalPolicy.DESTROY);
    // It has no value until the engine writes one.
    const secret = new secretsmanager.CfnSecret(scope, 'Secret', { name: this.secretName, description: `The ${what} ${name} of the agent ${agentName}, made and rotated by its registry` });
    secret.applyRemovalPolicy(RemovalPolicy.DESTROY);
    this.secret = secretsmanager.Secret.fromSecretCompleteArn(scope, 'Reference', secret.ref);
    lifecycle.node.addDependency(user, secret);

    const document = (): iam.PolicyDocument => new iam.PolicyDocument({ statements: [denyAfterExpiry(until), ...statements()] });
    this.access = new iam.CfnManagedPolicy(scope, 'Access', {
      path: names.path,
      description: `Access of the ${what} ${name} of the agent ${agentName}`,
      users: [user.ref],
      policyDocument: Lazy.uncachedAny({ produce: document }),
    });
    // As with the role: what the key may do comes after the engine has recorded it.
    this.access.node.addDependency(lifecycle);
    scope.node.addValidation({
      validate: () => {
        const { limit } = QUOTAS.managedPolicySize;
        const size = policySizeOf(Stack.of(scope).resolve(document()));
        return size <= limit ? [] : [`AccessKeyTooLarge: ${path}: the policy of the key's user has ${size} characters, and IAM allows ${limit}: give the system an agent of its own with less access`];
      },
    });
    const seconds = (hours: number): string => String(hours * 3_600);
    this.properties = {
      ...(kind === 'access-key' ? {} : { Kind: kind }),
      User: user.ref,
      Secret: this.secretName,
      RotateSeconds: seconds(rotateHours),
      GraceSeconds: seconds(graceHours),
      Until: until.iso,
    };
  }
}

/** @throws InvalidInputError `AccessKeyRotationInvalid` */
function hoursOf(key: Construct, { rotateEvery, grace }: Pick<UserKeyProps, 'rotateEvery' | 'grace'>): { readonly rotateHours: number; readonly graceHours: number } {
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
