import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { Annotations, aws_iam as iam, CfnResource, Duration, Lazy, RemovalPolicy, Stack, Stage, Token } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { AgentDefaults } from './agent-defaults';
import { AgentReference, AgentReferenceProps } from './agent-reference';
import { AgentRole } from './agent-role';
import { descriptionOf, tagRole } from './agent-tags';
import { AgentTrustPrincipal } from './agent-trust-principal';
import { checkedParts } from './checked-statement';
import { AccessDeclaration, declarationOf, DeclaredAccess, describeAccess } from './declared-access';
import { DormantPrincipal } from './dormant-principal';
import { exportForDormant } from './exports-of-dormant';
import { lifecycleProperties } from './lifecycle-properties';
import { LivePrincipal } from './live-principal';
import { logicalIds } from './logical-ids';
import { AfterAccess } from './order';
import { claimPlacement } from './placements';
import { PoliciesBesides } from './policies-besides';
import { asChecked } from './rendered';
import { guardsOf } from './role-guards';
import { finalChecks } from './validations';
import { AgentStage, Expiry, Sponsor } from '../../core';
import { validateAgentName } from '../../core/agent-name';
import { InvalidInputError } from '../../core/errors';
import { isPast } from '../../core/expiry';
import { requireLiteral } from '../../core/literal';
import { requirePurpose } from '../../core/purpose';
import { shown } from '../../core/shown';
import { AccessException } from '../access-rules/access-exception';
import { IAgentRegistry } from '../agent-registry/agent-registry-ref';
import { AgentRuntime } from '../agent-runtime/agent-runtime';
import { denyAfterExpiry } from '../guards/agent-guard';
import { agentTrustStatements } from '../guards/trust-policy';

/** What an agent is, who answers for it, and when it ends. */
export interface ManagedAgentIdentityProps {
  /** The agent's permanent name in its registry: 3-48 of [a-z0-9-]. */
  readonly agentName: string;

  /** What it is for, 1 to 256 characters. */
  readonly purpose: string;

  /** What it runs on: who may take its role. */
  readonly runtime: AgentRuntime;

  /**
   * The registry it joins.
   *
   * @default - that of AgentDefaults; without one it is refused
   */
  readonly registry?: IAgentRegistry;

  /**
   * Who answers for it.
   *
   * @default - that of AgentDefaults; without one it is refused
   */
  readonly sponsor?: Sponsor;

  /**
   * The stage it is in. Changing it moves the agent.
   *
   * @default - that of AgentDefaults; without one it is refused
   */
  readonly stage?: AgentStage;

  /**
   * Its end. A past one is a warning at synthesis; the engine refuses to join, move or extend an expired agent.
   *
   * @default - that of AgentDefaults; without one it is refused
   */
  readonly expires?: Expiry;

  /**
   * The organisation's own permissions boundary.
   *
   * @default - none
   */
  readonly permissionsBoundary?: iam.IManagedPolicy;

  /**
   * What it may do although the access rules refuse it.
   *
   * @default - nothing
   */
  readonly accessExceptions?: AccessException[];

  /**
   * Names of secrets that are the agent's own and are deleted when it leaves; they begin with `<registryName>/<agentName>/`.
   *
   * @default - none
   */
  readonly ownSecretNames?: string[];

  /**
   * Name of the root stack that hands the agent over to this one. Only together with a change of stage: the role of a stage has one name, and the stack that hands over
   * still has it.
   *
   * @default - none; only the stack that joined an agent may change it
   */
  readonly transferFrom?: string;
}

/**
 * A non-human identity with its lifecycle: deploying it makes the agent join, changing its stage moves it, removing it makes it leave.
 *
 * Three CloudFormation resources, whose order is the protocol: the role, Lifecycle (the engine checks, records, cuts, wipes), the access policy.
 * The agent itself is no grantee: access is for a stage, `table.grantReadData(bot.accessIn(AgentStage.TEST))`.
 */
export class ManagedAgentIdentity extends Construct {
  /**
   * An agent that another stack or app declares: to name its principal, never to give it access.
   *
   * @param scope scope of the construct
   * @param id id of the construct
   * @param props which agent
   */
  public static fromAgentName(scope: Construct, id: string, props: AgentReferenceProps): AgentReference {
    return new AgentReference(scope, id, props);
  }

  /** Name of the agent. */
  public readonly agentName: string;

  /** The stage it is in. */
  public readonly stage: AgentStage;

  /**
   * The role, for compute of the same stack only: `role: bot.role`. What other constructs add to it goes through the same checks as any access.
   * Don't grant to it: a grant would follow the agent into every stage; grant to `accessIn(stage)`.
   */
  public readonly role: iam.Role;

  /**
   * ARN of the principal of the present stage. In the agent's own stack it is known only after the former principal was cut; elsewhere it is a literal, and nothing waits
   * for the agent: deploy its stack first, as many services refuse a policy that names a principal which isn't there.
   */
  public readonly principalArn: string;

  /** The agent in its present stage, as a grantee. */
  public readonly access: iam.IGrantable;

  private readonly identity: AgentRole;
  private readonly live: LivePrincipal;
  private readonly registry: IAgentRegistry;
  private readonly exceptions: AccessException[];
  private readonly declarations: AccessDeclaration[] = [];
  private readonly dormant = new Map<string, DormantPrincipal>();

  constructor(scope: Construct, id: string, props: ManagedAgentIdentityProps) {
    super(scope, id);
    const defaults = AgentDefaults.of(this)._merged();
    this.registry = this.required('registry', props.registry ?? defaults.registry, 'RegistryMissing');
    const sponsor = this.required('sponsor', props.sponsor ?? defaults.sponsor, 'SponsorMissing');
    this.stage = this.required('stage', props.stage ?? defaults.stage, 'StageMissing');
    const expires = this.required('expires', props.expires ?? defaults.expires, 'ExpiryMissing');
    this.agentName = this.named(() => validateAgentName(props.agentName));
    const purpose = this.named(() => requirePurpose(props.purpose));
    const roleName = this.named(() => this.registry.naming.roleName(this.agentName, this.stage.name));
    const path = this.registry.rolePath(this.stage.name);
    const exceptions = props.accessExceptions ?? [];
    this.exceptions = exceptions;
    const { registryName } = this.registry;
    this.checkStages([this.stage]);
    this.checkPlace();
    claimPlacement(this, registryName, this.agentName, this.stage.name);

    const stack = Stack.of(this);
    const { partition, region, account } = stack;
    const context = { agentName: this.agentName, roleName, stageName: this.stage.name, sponsor, partition, region, account };
    const binding = props.runtime._bind(this, context);
    const trust = agentTrustStatements(binding, expires);
    const role: AgentRole = new AgentRole(this, 'Role', {
      path,
      roleName,
      description: descriptionOf(purpose),
      assumedBy: new AgentTrustPrincipal(trust),
      maxSessionDuration: Duration.minutes(this.stage.profile.longestSessionMinutes),
      permissionsBoundary: props.permissionsBoundary,
      exceptions,
      stageName: this.stage.name,
      expiry: expires,
      record: (declaration) => this.declarations.push(declaration),
    });
    this.identity = role;
    this.role = role;
    this.node.defaultChild = role.node.defaultChild;
    const ids = logicalIds(this.agentName, this.stage.name);
    const cfnRole = role.node.defaultChild as iam.CfnRole;
    cfnRole.overrideLogicalId(ids.role);
    // What it may reach is known only when the whole app has been built.
    const guards = () => guardsOf(this.registry, this.stage, role.reachedIdentities);
    cfnRole.managedPolicyArns = Lazy.uncachedList({ produce: () => guards().attached });
    cfnRole.policies = Lazy.uncachedAny({ produce: () => guards().inline }, { omitEmptyArray: true });
    tagRole(cfnRole, { registryName, agentName: this.agentName, purpose, sponsor, stageName: this.stage.name, expires });
    // The service token must answer before anything asks it.
    role.node.addDependency(this.registry);

    // Children of the role: a dependency on the role, which any construct that uses it takes, then covers all three.
    const lifecycle = new CfnResource(role, 'Lifecycle', {
      type: 'Custom::AgentLifecycle',
      properties: lifecycleProperties({
        serviceToken: this.registry.lifecycleFunctionArn,
        registryName,
        agentName: this.agentName,
        purpose,
        sponsor,
        stage: this.stage,
        expires,
        exceptions,
        ownSecretNames: this.checkOwnSecrets(props.ownSecretNames ?? []),
        transferFrom: props.transferFrom === undefined ? undefined : this.named(() => requireStackName(props.transferFrom!)),
        roleName: cfnRole.ref,
        roleArn: cfnRole.attrArn,
        roleId: cfnRole.attrRoleId,
        // While references are looked for, it is enough that the role itself is asked.
        guardDigest: Lazy.uncachedString({ produce: ({ preparing }) => preparing ? '' : digest(cfnRole) }),
        ownGuard: Lazy.uncachedAny({ produce: () => guards().inline.length > 0 ? 'true' : undefined }),
      }),
    });
    lifecycle.overrideLogicalId(ids.lifecycle);
    lifecycle.applyRemovalPolicy(RemovalPolicy.DESTROY);
    const access = role.openAccess(lifecycle, ids.access);
    const holders = AfterAccess.of(role);

    this.live = new LivePrincipal(role, { lifecycle, pathAndName: `${path}${roleName}`, add: (statement) => role.grantIn([this.stage.name], statement) });
    role.nameAs(this.live);
    this.principalArn = this.live.arn;
    this.access = this.live;
    binding.access.forEach((statement) => role.addToPrincipalPolicy(statement));

    if (isPast(expires, new Date())) {
      Annotations.of(this).addWarningV2('cdk-nhi-lifecycle:AgentExpired',
        `agent ${this.agentName} ended at ${expires.iso}: it is denied everything; let it leave, or give it a later end after its sponsor agreed`);
    }
    const latest = Date.now() + this.stage.profile.longestTenureDays * DAY_MS;
    if (expires.epochSeconds * 1000 > latest) {
      Annotations.of(this).addWarningV2('cdk-nhi-lifecycle:TenureExceeded',
        `agent ${this.agentName} ends at ${expires.iso}, further ahead than stage ${this.stage.name} allows (${this.stage.profile.longestTenureDays} days): the engine will refuse it to join, move or be extended`);
    }
    finalChecks(this, {
      role,
      access,
      lifecycle,
      exceptions,
      path,
      roleName,
      longestSessionSeconds: this.stage.profile.longestSessionMinutes * 60,
      guards,
      endDeny: denyAfterExpiry(expires),
      trustDenies: trust.filter(({ effect }) => effect === iam.Effect.DENY),
      permissionsBoundary: props.permissionsBoundary,
      holders,
      namingPolicies: PoliciesBesides.watch(role, ids.role, roleName),
    });
  }

  /** All access that was declared, of every stage, rendered or dormant. */
  public get declaredAccess(): DeclaredAccess[] {
    return this.declarations.map((declaration) => describeAccess(this, declaration));
  }

  /**
   * The agent in some stages, as a grantee. If its present stage is among them, grants are rendered; else they are recorded and render nothing.
   *
   * Fails with `StageUnknown` for a stage that the registry doesn't have.
   *
   * @param stages stages in which it may
   */
  public accessIn(...stages: AgentStage[]): iam.IGrantable {
    if (stages.length === 0) {
      throw new InvalidInputError('StageMissing', `${this.node.path}: accessIn() names no stage: name one or more, such as AgentStage.TEST`);
    }
    this.checkStages(stages);
    const names = stages.map(({ name }) => name);
    if (names.includes(this.stage.name)) {
      const only = names.length === 1;
      return only ? this.live : new LivePrincipalOfStages(this.live, (statement) => this.identity.grantIn(names, statement));
    }
    const key = names.join('+');
    const known = this.dormant.get(key) ?? new DormantPrincipal(this, key, `${this.node.addr}/${key}`, (statement) => this.declareDormant(names, statement));
    this.dormant.set(key, known);
    return known;
  }

  private declareDormant(stages: string[], statement: iam.PolicyStatement): void {
    for (const { statement: part, exception } of checkedParts(this, statement, this.exceptions)) {
      this.declarations.push(declarationOf(stages, false, part, exception));
      exportForDormant(this, part);
    }
  }

  private required<T>(what: string, value: T | undefined, code: string): T {
    if (value === undefined || value === null) {
      throw new InvalidInputError(code, `${this.node.path}: ${what} is missing: give it here or with AgentDefaults.of(scope).set({ ... }); no default could be right`);
    }
    return value;
  }

  /** Puts the construct's path before an error of the domain, which knows no constructs. */
  private named<T>(check: () => T): T {
    try {
      return check();
    } catch (error) {
      throw error instanceof InvalidInputError ? new InvalidInputError(error.code, `${this.node.path}: ${error.message}`) : error;
    }
  }

  private checkStages(stages: AgentStage[]): void {
    for (const stage of stages) {
      const known = this.registry.stages.find(({ name }) => name === stage.name);
      if (known === undefined) {
        throw new InvalidInputError('StageUnknown',
          `${this.node.path}: the registry ${this.registry.registryName} has no stage ${shown(stage.name)}: use ${this.registry.stages.map(({ name }) => name).join(', ')}, or add it to the registry's stages`);
      }
      if (!isDeepStrictEqual(known.profile, stage.profile)) {
        throw new InvalidInputError('StageDiffers',
          `${this.node.path}: stage ${stage.name} demands ${JSON.stringify(stage.profile)} here, and ${JSON.stringify(known.profile)} in the registry ${this.registry.registryName}, whose word counts: use the same AgentStage for both`);
      }
    }
  }

  /** CloudFormation asks only functions of its own region, and the ledger is the account's. */
  private checkPlace(): void {
    const [own, home] = [Stack.of(this), Stack.of(this.registry)];
    if (Stage.of(this) !== Stage.of(this.registry)) {
      throw new InvalidInputError('RegistryOutsideStage',
        `${this.node.path}: the agent is in a Stage, and its registry ${this.registry.registryName} at ${this.registry.node.path} isn't: nothing in a Stage can wait for what is outside; use AgentRegistry.fromRegistryName() in the Stage`);
    }
    for (const what of ['account', 'region'] as const) {
      if (!Token.isUnresolved(own[what]) && !Token.isUnresolved(home[what]) && own[what] !== home[what]) {
        throw new InvalidInputError('RegistryElsewhere',
          `${this.node.path}: the agent is in ${what} ${own[what]}, its registry ${this.registry.registryName} in ${home[what]}: use the registry of the agent's own account and region`);
      }
    }
  }

  private checkOwnSecrets(names: string[]): string[] {
    const prefix = `${this.registry.registryName}/${this.agentName}/`;
    for (const name of names) {
      if (Token.isUnresolved(name) || !name.startsWith(prefix)) {
        throw new InvalidInputError('OwnSecretElsewhere', `${this.node.path}: secret ${shown(name)} can't be the agent's own: give it a literal name that begins with ${prefix}`);
      }
    }
    return names;
  }
}

const DAY_MS = 86_400_000;

/** The live principal, remembering that the grant holds in further stages too. */
class LivePrincipalOfStages implements iam.IGrantable {
  public readonly grantPrincipal: iam.IPrincipal;

  public constructor(live: LivePrincipal, add: (statement: iam.PolicyStatement) => iam.AddToPrincipalPolicyResult) {
    this.grantPrincipal = live.adding(add);
  }
}

function requireStackName(name: string): string {
  if (!/^[A-Za-z][A-Za-z0-9-]{0,127}$/.test(requireLiteral('transferFrom', name))) {
    throw new InvalidInputError('StackNameInvalid', `transferFrom ${shown(name)} is no stack's name: give the name of the root stack that hands the agent over`);
  }
  return name;
}

/** Over all that could lift a suspension: a change of it invokes Lifecycle, which asserts the suspension again. */
function digest(role: CfnResource): string {
  const { AssumeRolePolicyDocument, Policies, PermissionsBoundary, ManagedPolicyArns } = asChecked(role).Properties;
  return createHash('sha256').update(JSON.stringify([AssumeRolePolicyDocument, Policies, PermissionsBoundary, ManagedPolicyArns])).digest('hex');
}
