import { aws_iam as iam, CfnResource, Duration, Lazy, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { accessInWords, accessMetadata, accessProperties } from './access-properties';
import { AdoptedAgentIdentity } from './adopted-agent-identity';
import { AdoptedAgentIdentityProps } from './adopted-agent-identity-props';
import { ReachRole } from './adoption/reach-role';
import { acknowledgeAgent } from './agent-findings';
import { AgentReference, AgentReferenceProps, IManagedAgentIdentity } from './agent-reference';
import { AgentRole } from './agent-role';
import { AgentSecret } from './agent-secret';
import { AgentSecretProps } from './agent-secret-props';
import { agentSettings } from './agent-settings';
import { descriptionOf, tagDelegate, tagRole } from './agent-tags';
import { AgentTrustPrincipal } from './agent-trust-principal';
import { AccessRules } from './checked-statement';
import { AccessDeclaration, DeclaredAccess, describeAccess } from './declared-access';
import { delegate, DelegationProps } from './delegation';
import { AgentParts, cutsSizeOf, delegatedTo, partsOf, registerParts } from './delegation-graph';
import { deniedRegistry } from './denied-registry';
import { DormantAccess } from './dormant-access';
import { checkEnd } from './end-checks';
import { EventReaders } from './event-readers';
import { ExceptionsInUse } from './exceptions-in-use';
import { expectedUseDays } from './expected-use';
import { invoke } from './invocation';
import { AgentAccessKey } from './keys/access-key';
import { AgentAccessKeyProps } from './keys/access-key-props';
import { lifecycleProperties } from './lifecycle-properties';
import { LiveGrant, LivePrincipal, LivePrincipalOfStages } from './live-principal';
import { ManagedAgentIdentityProps } from './managed-agent-identity-props';
import { OboProvider } from './obo-provider';
import { OboProviderProps } from './obo-provider-props';
import { OwnCredentials } from './own-credentials';
import { ownSecretNames } from './own-secret-names';
import { PoliciesBesides } from './policies-besides';
import { declaredNames } from './registry-fit';
import { asChecked } from './rendered';
import { guardsOf } from './role-guards';
import { stackNamed } from './stack-named';
import { finalChecks } from './validations';
import { ACCESS_METADATA, LIFECYCLE_RESOURCE_TYPE, STAGE_METADATA } from '../../contract/lifecycle-resource';
import { logicalIds } from '../../contract/logical-ids';
import { AgentStage } from '../../core';
import { InvalidInputError } from '../../core/errors';
import { requireInstance } from '../../core/instance';
import { withPath } from '../../core/scope';
import { ExceptionalAccess } from '../access-rules/exceptional-access';
import { RoleHolders } from '../agent-runtime/role-holders';
import { denyAfterExpiry } from '../guards/agent-guard';
import { agentTrustStatements } from '../guards/trust-policy';
import { requireCreated } from '../iam/customized-roles';
import { ILifecycleRegistry } from '../lifecycle-registry/lifecycle-registry-ref';

/**
 * A non-human identity with its lifecycle: deploying it makes the agent join, changing its stage moves it, removing it makes it leave.
 *
 * It consists of three CloudFormation resources, whose order is the protocol: the role, Lifecycle (the engine checks, records, denies and deletes) and the
 * access policy. The agent itself is not a grantee. Access is granted for a stage, `table.grantReadData(bot.accessIn(AgentStage.TEST))`.
 */
export class ManagedAgentIdentity extends Construct implements IManagedAgentIdentity {
  /**
   * References an agent that another stack or app declares. Use it to name the agent's principal; it can't be granted access.
   *
   * @param scope scope of the construct
   * @param id id of the construct
   * @param props which agent
   */
  public static fromAgentName(scope: Construct, id: string, props: AgentReferenceProps): IManagedAgentIdentity {
    return new AgentReference(scope, id, props);
  }

  /**
   * Makes an agent of a role that exists: the lifecycle without a new role. Fails with `RoleNotAdoptable` or `RoleAdopted`.
   *
   * @param scope scope of the construct
   * @param id id of the construct
   * @param props the role, and the agent that it becomes
   */
  public static adopt(scope: Construct, id: string, props: AdoptedAgentIdentityProps): AdoptedAgentIdentity {
    return new AdoptedAgentIdentity(scope, id, props);
  }

  /** Name of the agent. */
  public readonly agentName: string;

  /** The current stage of the agent. */
  public readonly stage: AgentStage;

  /**
   * The agent's role, for compute in the same stack only: `role: bot.role`. What other constructs add to it passes the same checks as all access.
   * A grant to it would apply in every stage, so synthesis fails with `GrantInEveryStage`. Grant to `accessIn(stage)`.
   *
   * A construct that attaches a managed policy by itself, such as a function with Lambda Insights, is refused: give it `bot.role.withoutPolicyUpdates()`, and
   * grant the actions that it needs.
   */
  public readonly role: iam.Role;

  /**
   * ARN of the principal in the current stage. In the agent's own stack it is an attribute that is known after the former principal was denied. In other stacks
   * it is a literal, which adds no dependency: deploy the agent's stack first, because many services refuse a policy that names a principal that does not exist.
   * If the role's name is generated, there is no such literal, and synthesis fails with `PrincipalArnUnknown`: use `fromAgentName().principal` there.
   */
  public readonly principalArn: string;

  /**
   * The principal in the current stage, to name in a statement of a resource policy or a trust policy. A grant to it would apply in every stage, so synthesis
   * fails with `GrantInEveryStage`.
   */
  public readonly principal: iam.IPrincipal;

  /** The agent in its current stage, as a grantee. */
  public readonly access: iam.IGrantable;

  private readonly identity: AgentRole;
  private readonly live: LivePrincipal;
  private readonly registry: ILifecycleRegistry;
  private readonly rules: AccessRules;
  private readonly declarations: AccessDeclaration[] = [];
  private readonly dormant: DormantAccess;
  private readonly parts: AgentParts;
  private readonly credentials: OwnCredentials;

  constructor(scope: Construct, id: string, props: ManagedAgentIdentityProps) {
    super(scope, id);
    const settings = agentSettings(this, props);
    const { sponsor, expires, purpose, names, place, naming, ofRole, permissionsBoundary } = settings;
    this.registry = settings.registry;
    this.stage = settings.stage;
    this.agentName = settings.agentName;
    const { path, roleName } = ofRole;
    this.rules = {
      exceptions: new ExceptionsInUse(this, props.accessExceptions ?? [], expires),
      registry: (readsFleet) => deniedRegistry(this, this.agentName, this.registry, readsFleet),
    };
    this.dormant = new DormantAccess(this, this.rules, this.declarations);
    const { registryName } = this.registry;
    const { partition, region, account } = Stack.of(this);
    const { _tagPrefix: tagPrefix } = naming;
    const context = { agentName: this.agentName, stageName: this.stage.name, tagPrefix, sponsor, expires, partition, region, account };
    const binding = settings.runtime._bind(this, context);
    binding.exceptions?.forEach((exception) => this.rules.exceptions.add(exception));
    const trust = agentTrustStatements(binding.trust, expires, tagPrefix);
    const role: AgentRole = new AgentRole(this, 'Role', {
      path,
      roleName,
      description: descriptionOf(purpose),
      assumedBy: new AgentTrustPrincipal(trust),
      maxSessionDuration: Duration.minutes(this.stage.profile.maxSessionMinutes),
      permissionsBoundary,
      rules: this.rules,
      stageName: this.stage.name,
      expiry: expires,
      record: (declaration) => this.declarations.push(declaration),
      runtime: binding,
      delegated: () => delegatedTo(partsOf(this)),
    });
    this.identity = role;
    this.role = role;
    const ids = logicalIds(this.agentName, this.stage.name);
    requireCreated(role, this.node.path, 'the role from being created, and each stage of an agent needs a new role of its own: '
      + 'leave this agent\'s scope out of customizeRoles, or use ManagedAgentIdentity.adopt() for a role that another team creates');
    const cfnRole = role.node.defaultChild as iam.CfnRole;
    this.node.defaultChild = cfnRole;
    cfnRole.overrideLogicalId(ids.role);
    // A function, because the agent's reach is known only after the whole app is built.
    const guards = () => guardsOf({ agentName: this.agentName, stage: this.stage, registry: this.registry }, role.reach);
    cfnRole.managedPolicyArns = Lazy.uncachedList({ produce: () => guards().attached });
    cfnRole.policies = Lazy.uncachedAny({ produce: () => guards().inline }, { omitEmptyArray: true });
    const { agentName, stage: { name: stageName } } = this;
    const tags = tagRole(cfnRole, { prefix: tagPrefix, registryName, agentName, purpose, sponsor, stageName, expires });
    // The service token's function must exist before Lifecycle invokes it.
    role.node.addDependency(this.registry);

    const ownSecrets = ownSecretNames(this, registryName, props.ownSecrets ?? []);
    const declaring = { agent: this, declarations: this.declarations, callers: new Set<string>(), readers: () => EventReaders.in(this).of(this) };
    // Lifecycle and access are children of the role. A construct that uses the role depends on it, and so on all three.
    const lifecycle = new CfnResource(role, 'Lifecycle', {
      type: LIFECYCLE_RESOURCE_TYPE,
      properties: lifecycleProperties({
        serviceToken: names.lifecycleFunctionArn(place),
        registryName,
        agentName: this.agentName,
        purpose,
        sponsor,
        stage: this.stage,
        expires,
        exceptions: () => [...this.rules.exceptions.all, ...this.credentials.exceptions],
        ownSecretNames: () => [...ownSecrets, ...this.credentials.secretNames],
        accessKeys: () => this.credentials.keyProperties,
        credentials: () => this.credentials.declared,
        revokers: () => this.credentials.revokers,
        ownProviderNames: () => this.credentials.providerNames,
        expectedUseDays: expectedUseDays(this, settings.expectedUse),
        transferFrom: stackNamed(this, 'transferFrom', props.transferFrom),
        transferTo: stackNamed(this, 'transferTo', props.transferTo),
        roleName: cfnRole.ref,
        roleArn: cfnRole.attrArn,
        roleId: cfnRole.attrRoleId,
        replaces: props.replaces?.roleArn,
        // While CDK searches for references, returning nothing avoids rendering the role.
        access: Lazy.uncachedAny({
          produce: ({ preparing }) => preparing ? {} : accessProperties({
            declaring,
            role: asChecked(cfnRole),
            access: asChecked(access.inline),
            more: access.properties(),
            onlyNarrows: this.stage.profile.onlyNarrows,
            end: expires.iso,
          }),
        }),
        boundary: Lazy.uncachedAny({ produce: ({ preparing }) => preparing ? undefined : asChecked(cfnRole).Properties.PermissionsBoundary }),
        accessParts: Lazy.uncachedAny({ produce: ({ preparing }) => (preparing ? undefined : access.count()) }),
        ownGuard: Lazy.uncachedAny({ produce: () => guards().inline.length > 0 ? 'true' : undefined }),
        delegates: () => this.parts.given.map(({ child }) => child.agentName),
        isDelegate: () => this.parts.received.length > 0,
      }),
    });
    lifecycle.overrideLogicalId(ids.lifecycle);
    lifecycle.applyRemovalPolicy(RemovalPolicy.DESTROY);
    if (props.replaces !== undefined) {
      lifecycle.node.addDependency(new ReachRole(this, 'Reach', { agentName, stageName, registry: this.registry, role: props.replaces }));
    }
    lifecycle.addMetadata(STAGE_METADATA, Lazy.uncachedAny({
      produce: ({ preparing }) => (preparing ? undefined : accessInWords(declaring, agentName, stageName)),
    }));
    const access = role.openAccess(lifecycle, ids.access, {
      agentName, stageName, roleName, path: names.path, guard: () => guards().inline, forCuts: () => cutsSizeOf(partsOf(this)),
    });
    access.inline.addMetadata(ACCESS_METADATA, Lazy.uncachedAny({
      produce: ({ preparing }) => (preparing ? undefined : accessMetadata(declaring)),
    }));
    const holders = RoleHolders.in(role).watch({ role, roleName });

    const inStage: LiveGrant = (statement) => role.grantIn([stageName], statement);
    this.live = new LivePrincipal(role, { lifecycle, agentName, place: ofRole, as: stageName, add: inStage });
    const inPresentStage: LiveGrant = (statement) => role.grantInPresentStage(statement);
    this.access = this.live.adding('present', inPresentStage);
    // It may be named anywhere, also by the policy of a key elsewhere; what is granted to it is granted to the role.
    const principal = this.live.adding('principal', (statement) => role.addToPrincipalPolicy(statement), inPresentStage);
    role.nameAs(principal);
    this.principalArn = principal.arn;
    this.principal = principal;
    binding.access.forEach((statement) => role.addPlumbing(statement));
    const owner = { agentName, stage: this.stage, expires, registry: this.registry, lifecycle, permissionsBoundary, role };
    const owning = { ...owner, grants: () => role.userGrants, runtimeIdentities: binding.tokenResources };
    this.credentials = new OwnCredentials(this, owning, props.revokers);
    this.parts = {
      agent: this,
      agentName: this.agentName,
      stage: this.stage,
      expires,
      registry: this.registry,
      role,
      lifecycle,
      credentials: this.credentials,
      roleArn: roleName === undefined ? '' : `arn:${partition}:iam::${account}:role${path}${roleName}`,
      principal,
      trust: binding.trust,
      declareDormant: (stages, statement) => this.dormant.declare(stages, statement),
      callers: declaring.callers,
      markDelegate: () => tagDelegate(cfnRole, naming._tagPrefix, tags),
      given: [],
      received: [],
    };
    registerParts(this.parts);
    EventReaders.in(this).watch(this.parts, this.declarations);
    acknowledgeAgent({ around: role, role: cfnRole, guards, isDelegate: () => this.parts.received.length > 0, plumbing: binding.access });

    checkEnd(this, { agentName: this.agentName, stage: this.stage, expires }, new Date());
    finalChecks(this, {
      role,
      access,
      lifecycle,
      rules: this.rules,
      path,
      roleName,
      longestSessionSeconds: this.stage.profile.maxSessionMinutes * 60,
      guards,
      endDeny: denyAfterExpiry(expires),
      trustDenies: trust.filter(({ effect }) => effect === iam.Effect.DENY),
      permissionsBoundary,
      holders,
      declaring,
      stage: this.stage,
      tags,
      namingPolicies: PoliciesBesides.watch(role, roleName),
    });
  }

  /** All declared access in all stages, rendered or dormant. */
  public get declaredAccess(): DeclaredAccess[] {
    return this.declarations.map((declaration) => describeAccess(this, declaration));
  }

  /**
   * Returns the agent in the given stages, as a grantee. If its current stage is one of them, grants are rendered. Otherwise they are recorded and render nothing.
   *
   * Fails with `StageUnknown` for a stage that the registry does not define.
   *
   * @param stages the stages in which the agent has the access
   */
  public accessIn(...stages: AgentStage[]): iam.IGrantable {
    if (stages.length === 0) {
      throw new InvalidInputError('StageMissing', `${this.node.path}: accessIn() names no stage: name one or more, such as AgentStage.TEST`);
    }
    const names = declaredNames(this, this.registry, stages);
    if (names.includes(this.stage.name)) {
      return names.length === 1 ? this.live : new LivePrincipalOfStages(this.live, names, (statement) => this.identity.grantIn(names, statement));
    }
    return this.dormant.principalIn(names);
  }

  /**
   * Allows for a reason and for a time what the access rules refuse. Call it before the grant that needs it.
   *
   * Fails with `AccessExceptionWithoutEffect` or `AccessExceptionOutlivesAgent`.
   *
   * @param exception the actions, the reason and the end
   */
  public addAccessException(exception: ExceptionalAccess): void {
    this.rules.exceptions.add(withPath(this, () => requireInstance('the access exception', exception, ExceptionalAccess, 'ExceptionalAccess.of()')));
  }

  /**
   * Lets the agent call another agent's compute: its Lambda functions, AgentCore runtimes or state machines. These run with the other agent's role.
   *
   * Fails with `DelegateForeign`, `DelegateElsewhere`, `DelegateInOtherStage`, `InvocationImpossible`, `StacksCircular` or `StageUnknown`; synthesis fails with
   * `InvocationWithoutCompute`.
   *
   * @param agent the agent that is called, of the same registry and in the same stage
   * @param stages the stages in which the agent may call it; every stage if none is named
   */
  public mayInvoke(agent: IManagedAgentIdentity, ...stages: AgentStage[]): void {
    invoke(this.parts, agent, this.namesOf(stages));
  }

  /**
   * Lets the agent open sessions with another agent's role, for part of its own access: `sts:AssumeRole` with the source identity `agent=<agent name>`. Only such
   * sessions have the access, and they have nothing else of the other agent's. A suspension or the end of the agent ends these sessions, also those that
   * delegates opened further on.
   *
   * Fails with `DelegateForeign`, `DelegateElsewhere`, `DelegateInOtherStage`, `DelegatedAccessInvalid`, `DelegationDepthInvalid`, `DelegationOutlivesAgent`,
   * `DelegationCircular`, `DelegationTwice`, `DelegationOfPerson`, `DelegateWithoutName`, `TooManyDelegates`, `StacksCircular` or `StageUnknown`; synthesis fails with `DelegationBeyondParent`.
   *
   * @param agent the delegate, of the same registry and in the same stage
   * @param props what is delegated, how far and until when
   */
  public mayDelegateTo(agent: IManagedAgentIdentity, props: DelegationProps): void {
    delegate(this.parts, agent, props, this.namesOf(props.stages ?? []));
  }

  /** Undefined for every stage. */
  private namesOf(stages: AgentStage[]): string[] | undefined {
    const names = declaredNames(this, this.registry, stages);
    return names.length === 0 ? undefined : names;
  }

  /**
   * Creates a credential provider of Amazon Bedrock AgentCore with which the agent acts on behalf of people: it exchanges their tokens for tokens of another
   * service. It is the agent's own, named `<registryName>_<agentName>_<name>`: a leave deletes it and looks for it again. It allows nothing before
   * `provider.grant(bot.accessIn(stage))`.
   *
   * Fails with `ProviderNameInvalid`, `IssuerInvalid`, `AudienceInvalid`, `ClientInvalid`, `ScopeInvalid`, `UsersMissing`, `UsersDiffer`,
   * `DiscoveryUrlInvalid`, `WorkloadIdentityMissing` or `WorkloadIdentityNameUnknown`, and at synthesis with `InboundUsersOpen`.
   *
   * @param name name of the provider among the agent's
   * @param props the authorization server, and the people for whom the agent may act
   */
  public oboProvider(name: string, props: OboProviderProps): OboProvider {
    return this.credentials.oboProvider(name, props);
  }

  /**
   * Creates an access key for a legacy system that can use no short-lived credentials. It has what `accessIn()` grants the agent in its stage, and can assume and pass no other identity. The engine makes
   * it, writes it to a secret of the agent's own and rotates it; it is in no template, output, event or log. The secret `<registryName>/<agentName>/<name>` has the fields `accessKeyId` and
   * `secretAccessKey`. Needs a registry with `accessKeys: true`, and a stage that allows long-lived keys.
   *
   * Fails with `AccessKeyNameInvalid`, `AccessKeyTwice`, `TooManyAccessKeys`, `AccessKeysOff`, `LongLivedKeysForbidden`, `AccessKeyRotationInvalid`,
   * `AccessExceptionInvalid` or `AccessExceptionOutlivesAgent`, and at synthesis with `AccessKeyTooLarge`.
   *
   * @param name name of the key among the agent's
   * @param props why it is needed and until when
   */
  public accessKey(name: string, props: AgentAccessKeyProps): AgentAccessKey {
    return this.credentials.accessKey(name, props);
  }

  /**
   * Creates a secret of the agent's own, `<registryName>/<agentName>/<name>`, which a function rotates. Its first value is generated and in no template. A leave deletes it and looks for it again. It allows
   * nothing before `secret.grantRead(bot.accessIn(stage))`.
   *
   * Fails with `AgentSecretNameInvalid`, `AgentSecretTwice` or `AgentSecretRotationInvalid`.
   *
   * @param name name of the secret among the agent's
   * @param props the function that rotates it, and how often
   */
  public secret(name: string, props: AgentSecretProps): AgentSecret {
    return this.credentials.secret(name, props);
  }
}
