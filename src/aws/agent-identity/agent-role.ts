import { aws_iam as iam, CfnResource, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { checkedParts } from './checked-statement';
import { AccessDeclaration, declarationOf } from './declared-access';
import { deployAfterAgent } from './resource-stacks';
import { Expiry } from '../../core';
import { InvalidInputError } from '../../core/errors';
import { shown } from '../../core/shown';
import { AccessException } from '../access-rules/access-exception';
import { denyAfterExpiry, ExceptedReach, ReachedIdentities } from '../guards/agent-guard';
import { mintsSession } from '../guards/session-actions';

export interface AgentRoleProps extends iam.RoleProps {
  readonly exceptions: AccessException[];
  readonly stageName: string;
  readonly expiry: Expiry;
  /** Told of all that is granted. */
  readonly record: (declaration: AccessDeclaration) => void;
}

/**
 * The role that users get for their compute. Whatever other constructs add to it lands in the Access policy: after Lifecycle, through the same checks.
 */
export class AgentRole extends iam.Role {
  private readonly sessionTargets: string[] = [];
  private readonly passRoleTargets: string[] = [];
  private readonly excepted: ExceptedReach[] = [];
  private readonly settings: AgentRoleProps;
  private access?: iam.Policy;

  /** Whether another account's or region's stack names the role. */
  public usedElsewhere = false;

  public constructor(private readonly agent: Construct, id: string, props: AgentRoleProps) {
    super(agent, id, props);
    this.settings = props;
  }

  /** What has been granted so far of other identities. */
  public get reachedIdentities(): ReachedIdentities {
    const { sessionTargets, passRoleTargets, excepted } = this;
    return { sessionTargets, passRoleTargets, excepted };
  }

  /** Asked by `Resource` when a stack of another environment reads the role's name or ARN. */
  public _enableCrossEnvironment(): void {
    this.usedElsewhere = true;
  }

  /** Whoever takes the role itself for a principal names it like the agent: after Lifecycle, and without an export. */
  public nameAs({ policyFragment }: iam.IPrincipal): void {
    Object.assign(this, { policyFragment });
  }

  /** Makes the Access policy, which comes after Lifecycle. */
  public openAccess(lifecycle: CfnResource, logicalId: string): iam.Policy {
    const access = new iam.Policy(this, 'Access', { policyName: 'access' });
    const resource = access.node.defaultChild as iam.CfnPolicy;
    resource.overrideLogicalId(logicalId);
    access.node.addDependency(lifecycle);
    this.access = access;
    this.attachInlinePolicy(access);
    // Here and not on the role, which is updated before the engine is asked: an extension that it refuses would hold until it is rolled back.
    access.addStatements(denyAfterExpiry(this.settings.expiry));
    return access;
  }

  public addToPrincipalPolicy(statement: iam.PolicyStatement): iam.AddToPrincipalPolicyResult {
    return this.grantIn([this.settings.stageName], statement);
  }

  public addToPolicy(statement: iam.PolicyStatement): boolean {
    return this.addToPrincipalPolicy(statement).statementAdded;
  }

  /** Adds what was granted in stages of which the present one is one. */
  public grantIn(stages: string[], statement: iam.PolicyStatement): iam.AddToPrincipalPolicyResult {
    if (this.access === undefined) {
      // iam.Role adds nothing to itself while it is made; if that changes, it must not go unseen.
      throw new InvalidInputError('AccessTooEarly', `${this.node.path}: something was granted before the identity was complete`);
    }
    for (const { statement: part, exception } of checkedParts(this.agent, statement, this.settings.exceptions)) {
      this.access.addStatements(part);
      this.collectTargets(part, exception);
      deployAfterAgent(this.agent, part);
      this.settings.record(declarationOf(stages, true, part, exception));
    }
    return { statementAdded: true, policyDependable: this.access };
  }

  public attachInlinePolicy(policy: iam.Policy): void {
    if (policy === this.access) {
      super.attachInlinePolicy(policy);
      return;
    }
    throw new InvalidInputError('InlinePolicyRefused',
      `${this.node.path}: policy ${policy.node.path} would go past the checks and the order of the lifecycle: grant its statements to accessIn(stage), or add them with role.addToPolicy()`);
  }

  public addManagedPolicy(policy: iam.IManagedPolicy): void {
    throw new InvalidInputError('ManagedPolicyRefused',
      `${this.node.path}: managed policy ${shown(Stack.of(this).resolve(policy.managedPolicyArn))} would go past the checks, and AWS changes its own: grant the exact actions that are needed to accessIn(stage)`);
  }

  private collectTargets(statement: iam.PolicyStatement, exception?: AccessException): void {
    if (statement.effect !== iam.Effect.ALLOW) {
      return;
    }
    if (exception !== undefined) {
      this.excepted.push({ actions: statement.actions, resources: statement.resources, until: exception.until });
      return;
    }
    if (statement.actions.some(mintsSession)) {
      this.sessionTargets.push(...statement.resources);
    }
    if (statement.actions.some((action) => action.toLowerCase() === 'iam:passrole')) {
      this.passRoleTargets.push(...statement.resources);
    }
  }
}
