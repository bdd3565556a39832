import { isDeepStrictEqual } from 'node:util';
import { aws_iam as iam, CfnResource, Stack, Tokenization } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { AccessNames, AccessPolicies } from './access-policies';
import { AccessRules, CheckedPart, checkedParts, strictlyCheckedParts } from './checked-statement';
import { AccessDeclaration, declarationOf, Granted } from './declared-access';
import { grantMethod, UNCHANGED_ROLE } from './every-stage';
import { ExceptionsInUse } from './exceptions-in-use';
import { exportForGrant } from './exports-of-grants';
import { deployAfterAgent } from './resource-stacks';
import { AgentReach } from './role-guards';
import { ACCESS_POLICY } from '../../contract/policy-names';
import { Expiry } from '../../core';
import { InvalidInputError } from '../../core/errors';
import { shown } from '../../core/shown';
import { ExceptionalAccess } from '../access-rules/exceptional-access';
import { RuntimeBinding } from '../agent-runtime/runtime-context';
import { denyAfterExpiry, ExceptedReach } from '../guards/agent-guard';
import { DelegatedSessions } from '../guards/delegated-sessions';
import { TokenReach, tokenReachOf } from '../guards/identity-tokens';
import { mintsSession } from '../guards/session-actions';
import { changesStack } from '../guards/stack-changes';
import { UserClaims } from '../guards/user-claims';
import { parseStatements } from '../iam/statement';
import { isFleetRead } from '../lifecycle-registry/fleet-read';

interface AgentRoleProps extends iam.RoleProps {
  readonly rules: AccessRules;
  readonly stageName: string;
  readonly expiry: Expiry;
  /** Receives every declaration of access. */
  readonly record: (declaration: AccessDeclaration) => void;
  /** What the role's runtime adds to it. */
  readonly runtime: Pick<RuntimeBinding, 'contains' | 'tokenResources'>;
  /** What other agents may do with the role. Known in the finished app only. */
  readonly delegated: () => DelegatedSessions | undefined;
}

/**
 * The role that users pass to their compute. What other constructs add to it is checked in the same way and goes to the Access policy, after
 * Lifecycle.
 */
export class AgentRole extends iam.Role {
  private readonly sessionTargets: string[] = [];
  private readonly passRoleTargets: string[] = [];
  private readonly stackTargets: string[] = [];
  private readonly tokens: TokenReach[] = [];
  private readonly excepted: ExceptedReach[] = [];
  private readonly settings: AgentRoleProps;
  private users?: UserClaims;
  private ownSecrets = false;
  private readsFleet = false;
  private access?: iam.Policy;
  private policies?: AccessPolicies;

  /** What was granted to the agent, without what its runtime needs. */
  public readonly userGrants: iam.PolicyStatement[] = [];

  /** Whether a stack of another account or region names the role. */
  public usedElsewhere = false;

  public constructor(private readonly agent: Construct, id: string, props: AgentRoleProps) {
    super(agent, id, props);
    this.settings = props;
  }

  /** The grants so far to which the guards must not apply. */
  public get reach(): AgentReach {
    const { passRoleTargets, stackTargets, tokens, excepted, ownSecrets, readsFleet } = this;
    const sessionTargets = [...this.sessionTargets, ...this.settings.runtime.tokenResources?.() ?? []];
    const users = this.users === undefined ? {} : { users: this.users };
    const delegated = this.settings.delegated();
    return { sessionTargets, passRoleTargets, stackTargets, tokens, ...users, excepted, ownSecrets, readsFleet, delegated };
  }

  /** CDK calls this when a stack of another environment reads the role's name or ARN. */
  public _enableCrossEnvironment(): void {
    this.usedElsewhere = true;
  }

  /** Sets how policies name the role as a principal: like the agent, so after Lifecycle and without an export. */
  public nameAs({ policyFragment }: iam.IPrincipal): void {
    Object.assign(this, { policyFragment });
  }

  /**
   * Lets the agent act for users whose tokens have these claims, and denies it all others. A user's token is not tied to a credential provider, so all
   * providers of an agent are for the same users.
   *
   * @throws InvalidInputError `UsersDiffer`
   */
  public actForUsers(users: UserClaims): void {
    if (this.users !== undefined && !isDeepStrictEqual(this.users, users)) {
      throw new InvalidInputError('UsersDiffer',
        `${this.agent.node.path}: it acts for users with ${JSON.stringify(this.users)}, and another provider allows ${JSON.stringify(users)}: AgentCore ties a user's token to the agent and not to a provider, so give all providers of an agent the same issuers, audiences, clients and scopes`);
    }
    this.users = users;
  }

  /** Creates the Access policy, which is ordered after Lifecycle, with the managed ones that continue it. */
  public openAccess(lifecycle: CfnResource, logicalId: string, named: AccessNames): AccessPolicies {
    const access = new iam.Policy(this, 'Access', { policyName: ACCESS_POLICY });
    const resource = access.node.defaultChild as iam.CfnPolicy;
    resource.overrideLogicalId(logicalId);
    access.node.addDependency(lifecycle);
    this.access = access;
    this.attachInlinePolicy(access);
    // The Deny is in this policy and not in the role. The role is updated before the engine is asked, so an extension that the engine refuses would
    // apply until it is rolled back.
    access.addStatements(denyAfterExpiry(this.settings.expiry));
    this.policies = new AccessPolicies(this, { ...named, policy: access, lifecycle });
    return this.policies;
  }

  public addToPrincipalPolicy(statement: iam.PolicyStatement): iam.AddToPrincipalPolicyResult {
    const [parsed] = parseStatements(Stack.of(this).resolve(statement.toStatementJson()));
    if (this.settings.runtime.contains?.(parsed)) {
      return { statementAdded: true, policyDependable: this.access };
    }
    return this.add([this.settings.stageName], statement, { grantedTo: 'role', grantedBy: grantMethod() });
  }

  public addToPolicy(statement: iam.PolicyStatement): boolean {
    return this.addToPrincipalPolicy(statement).statementAdded;
  }

  /** Adds what the runtime needs to run. An exception for the same actions doesn't end it. */
  public addPlumbing(statement: iam.PolicyStatement): void {
    const { rules, stageName, expiry } = this.settings;
    const strict = { ...rules, exceptions: new ExceptionsInUse(this.agent, [], expiry) };
    this.add([stageName], statement, { grantedTo: 'runtime' }, strictlyCheckedParts(this.agent, statement, strict, rules));
  }

  /** Adds a grant for whatever stage the agent is in. */
  public grantInPresentStage(statement: iam.PolicyStatement): iam.AddToPrincipalPolicyResult {
    return this.add([this.settings.stageName], statement, { grantedTo: 'present' });
  }

  /** Adds a grant for stages that include the present one. */
  public grantIn(stages: string[], statement: iam.PolicyStatement): iam.AddToPrincipalPolicyResult {
    return this.add(stages, statement, { grantedTo: 'stage' });
  }

  private add(stages: string[], statement: iam.PolicyStatement, granted: Granted, parts?: CheckedPart[]): iam.AddToPrincipalPolicyResult {
    if (this.access === undefined || this.policies === undefined) {
      // iam.Role adds nothing to itself in its constructor. If CDK changes that, the change must be noticed.
      throw new InvalidInputError('AccessTooEarly', `${this.node.path}: access was granted before the identity was complete`);
    }
    this.readsFleet ||= isFleetRead(statement);
    for (const { statement: part, exception, ownSecrets, references } of parts ?? checkedParts(this.agent, statement, this.settings.rules)) {
      this.ownSecrets ||= ownSecrets;
      this.access.addStatements(part);
      this.policies.add(part);
      if (granted.grantedTo !== 'runtime') {
        this.userGrants.push(part);
      }
      this.collectTargets(part, exception);
      deployAfterAgent(this.agent, references);
      if (granted.grantedTo === 'stage' || granted.grantedTo === 'present') {
        exportForGrant(this.agent, references);
      }
      this.settings.record(declarationOf(stages, true, part, exception, granted));
    }
    return { statementAdded: true, policyDependable: this.access };
  }

  public attachInlinePolicy(policy: iam.Policy): void {
    if (policy === this.access) {
      super.attachInlinePolicy(policy);
      return;
    }
    throw new InvalidInputError('InlinePolicyRefused',
      `${this.node.path}: policy ${policy.node.path} would bypass the checks and the order of the lifecycle: grant its statements to accessIn(stage). ${UNCHANGED_ROLE}`);
  }

  public addManagedPolicy(policy: iam.IManagedPolicy): void {
    throw new InvalidInputError('ManagedPolicyRefused',
      `${this.node.path}: managed policy ${nameOf(Stack.of(this).resolve(policy.managedPolicyArn))} would bypass the checks, and AWS changes its managed policies: grant the exact actions that are needed to accessIn(stage); if a construct adds the policy by itself, give it the agent's role as role.withoutPolicyUpdates()`);
  }

  private collectTargets(statement: iam.PolicyStatement, exception?: ExceptionalAccess): void {
    if (statement.effect !== iam.Effect.ALLOW) {
      return;
    }
    if (exception !== undefined) {
      this.excepted.push({ actions: statement.actions, resources: statement.resources, until: exception.until });
      return;
    }
    const token = tokenReachOf(parseStatements(Stack.of(this).resolve(statement.toStatementJson()))[0]);
    if (token !== undefined) {
      this.tokens.push(token);
    } else if (statement.actions.some(mintsSession)) {
      // A list that is only known in the finished app can't stand beside others. The runtime says it again.
      this.sessionTargets.push(...statement.resources.filter((resource) => Tokenization.reverseList([resource]) === undefined));
    }
    if (statement.actions.some((action) => action.toLowerCase() === 'iam:passrole')) {
      this.passRoleTargets.push(...statement.resources);
    }
    if (statement.actions.some(changesStack)) {
      this.stackTargets.push(...statement.resources);
    }
  }
}

/** The whole name, without the intrinsics of its ARN. */
function nameOf(arn: unknown): string {
  return /:policy\/([\w+=,.@/-]+)/.exec(JSON.stringify(arn))?.[1] ?? shown(arn);
}
