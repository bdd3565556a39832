import { aws_iam as iam, CfnResource, Lazy, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { accessProperties } from './access-properties';
import { AdoptedAgentIdentityProps, AdoptionRemoval } from './adopted-agent-identity-props';
import { isOfStack, requireAdoptable, resourceOf } from './adoption/adoptable-role';
import { checkAdoption } from './adoption/final-checks';
import { ReachRole } from './adoption/reach-role';
import { AgentDefaults } from './agent-defaults';
import { IManagedAgentIdentity } from './agent-reference';
import { revokerProperties } from './agent-revokers';
import { declaredSettings } from './agent-settings';
import { checkEnd } from './end-checks';
import { expectedUseDays } from './expected-use';
import { requireAdoptionClasses } from './given-classes';
import { lifecycleProperties } from './lifecycle-properties';
import { claimPlacement } from './placements';
import { requireAccepted, requireReviews } from './registry-fit';
import { requireSamePlace } from './registry-place';
import { asChecked } from './rendered';
import { declareAgentIn } from './stacks-of-agents';
import { EXPIRY_POLICY } from '../../contract/adoption';
import { LIFECYCLE_RESOURCE_TYPE } from '../../contract/lifecycle-resource';
import { logicalIds } from '../../contract/logical-ids';
import { AgentStage } from '../../core';
import { InvalidInputError } from '../../core/errors';
import { requirePurpose } from '../../core/purpose';
import { withPath } from '../../core/scope';
import { denyAfterExpiry } from '../guards/agent-guard';
import { factsOf } from '../lifecycle-registry/registry-facts';

/**
 * An agent whose role existed before, made by `ManagedAgentIdentity.adopt()`: recorded, guarded, ending, reviewed and torn down like any agent.
 *
 * It is weaker than an agent with a role of its own. Its access is not declared here but where its owner grants it, without the checks and the order of the lifecycle; it may assume and pass the
 * roles that its policies allow; who may assume it is its owner's matter until it ends; and the guards that rest on the registry's path do not cover it.
 */
export class AdoptedAgentIdentity extends Construct implements IManagedAgentIdentity {
  /** Name of the agent. */
  public readonly agentName: string;

  /** The stage of the agent. */
  public readonly stage: AgentStage;

  /** The adopted role. */
  public readonly role: iam.IRole;

  /** ARN of the adopted role. */
  public readonly principalArn: string;

  /** The adopted role, to name in a statement of a resource policy or a trust policy. */
  public readonly principal: iam.IPrincipal;

  constructor(scope: Construct, id: string, props: AdoptedAgentIdentityProps) {
    super(scope, id);
    const defaults = AgentDefaults.of(this)._merged();
    requireAdoptionClasses(this, props, defaults);
    const { registry, sponsor, stage, expires, agentName } = declaredSettings(this, props, defaults);
    const { names, place } = factsOf(registry);
    const { registryName } = registry;
    const { role } = props;
    requireAccepted(this, registry, stage);
    requireComparable(this, stage);
    requireSamePlace(this, registry);
    requireReviews(this, registry, expires);
    requireAdoptable(this, role, registry);
    claimPlacement(this, registryName, agentName, stage.name);
    declareAgentIn(this);
    this.agentName = agentName;
    this.stage = stage;
    this.role = role;
    this.principalArn = role.roleArn;
    this.principal = role.grantPrincipal;

    const ids = logicalIds(agentName, stage.name);
    const reach = new ReachRole(this, 'Reach', { agentName, stageName: stage.name, registry, role });
    reach.node.addDependency(registry);
    const created = resourceOf(role);
    const own = isOfStack(created, Stack.of(this)) ? created : undefined;
    const endDeny = denyAfterExpiry(expires);
    const revokers = revokerProperties(this, registry, props.revokers ?? []);
    const lifecycle = new CfnResource(this, 'Lifecycle', {
      type: LIFECYCLE_RESOURCE_TYPE,
      properties: lifecycleProperties({
        serviceToken: names.lifecycleFunctionArn(place),
        registryName,
        agentName,
        purpose: withPath(this, () => requirePurpose(props.purpose)),
        sponsor,
        stage,
        expires,
        exceptions: () => [],
        ownSecretNames: () => [],
        revokers: () => revokers,
        ownProviderNames: () => [],
        delegates: () => [],
        isDelegate: () => false,
        expectedUseDays: expectedUseDays(this, props.expectedUseAtLeastEvery),
        roleName: role.roleName,
        roleArn: role.roleArn,
        // With it, a role that its stack replaces is adopted again.
        ...(own === undefined ? {} : { roleId: own.attrRoleId }),
        adopted: props.onRemoval ?? AdoptionRemoval.LEAVE,
        // What the same stack changes of the role invokes the engine, which adds again what that lifted.
        access: Lazy.uncachedAny({
          produce: ({ preparing }) => preparing ? {} : accessProperties({
            declaring: { agent: this, declarations: [], callers: new Set() },
            role: own === undefined ? { Properties: {} } : asChecked(own),
            access: asChecked(expiry),
            more: [],
            onlyNarrows: false,
            end: expires.iso,
          }),
        }),
      }),
    });
    lifecycle.overrideLogicalId(ids.lifecycle);
    lifecycle.applyRemovalPolicy(RemovalPolicy.DESTROY);
    lifecycle.node.addDependency(reach, role);
    const expiry = new iam.CfnPolicy(this, 'Expiry', {
      policyName: EXPIRY_POLICY, policyDocument: new iam.PolicyDocument({ statements: [endDeny] }), roles: [role.roleName],
    });
    expiry.overrideLogicalId(ids.expiry);
    // The role must not get a later end before the engine agrees.
    expiry.node.addDependency(lifecycle);
    this.node.defaultChild = lifecycle;

    checkEnd(this, { agentName, stage, expires }, new Date());
    checkAdoption(this, { reach, lifecycle, expiry, endDeny });
  }
}

function requireComparable(agent: Construct, { name, profile }: AgentStage): void {
  if (profile.onlyNarrows) {
    throw new InvalidInputError('StageUnsupported',
      `${agent.node.path}: in stage ${name} access is only narrowed, and what its owner grants an adopted role is not declared, so no deployment can be compared with the one before: use another stage, and an earlier end`);
  }
}
