import { aws_iam as iam, CfnResource, CustomResource, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { InvalidInputError } from '../../core/errors';
import { shown } from '../../core/shown';
import { AccessException } from '../access-rules/access-exception';
import { checkStatement } from '../access-rules/statement-rules';
import { parseStatements } from '../access-rules/statement';
import { AccessDeclaration } from './declared-access';

export interface AgentRoleProps extends iam.RoleProps {
  readonly exceptions: AccessException[];
  readonly stageName: string;
  /** Told of all that is granted. */
  readonly record: (declaration: AccessDeclaration) => void;
}

const SESSIONS = /^sts:(?:AssumeRole|TagSession|SetSourceIdentity)/i;

/**
 * The role that users get for their compute. Whatever other constructs add to it lands in the Access policy: after Lifecycle, through the same checks.
 */
export class AgentRole extends iam.Role {
  /** Exact ARNs on which it may mint sessions, and roles that it may pass on. */
  public readonly sessionTargets: string[] = [];
  public readonly passRoleTargets: string[] = [];
  private readonly settings: AgentRoleProps;
  private access?: iam.Policy;

  public constructor(scope: Construct, id: string, props: AgentRoleProps) {
    super(scope, id, props);
    this.settings = props;
  }

  /** Makes the Access policy, which comes after Lifecycle. */
  public openAccess(lifecycle: CustomResource, logicalId: string): iam.Policy {
    const access = new iam.Policy(this, 'Access', { policyName: 'access' });
    const resource = access.node.defaultChild as iam.CfnPolicy;
    resource.overrideLogicalId(logicalId);
    resource.addResourceDependency(lifecycle.node.defaultChild as CfnResource);
    this.access = access;
    this.attachInlinePolicy(access);
    // CloudFormation refuses an empty policy, and this needs no permission anyway.
    access.addStatements(new iam.PolicyStatement({ actions: ['sts:GetCallerIdentity'], resources: ['*'] }));
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
    for (const { part, exception } of this.checked(statement)) {
      this.access.addStatements(part);
      this.collectTargets(part);
      this.settings.record({
        stages,
        live: true,
        statement: part,
        ...(exception === undefined ? {} : { exceptionReason: exception.reason, exceptionUntil: exception.until.iso }),
      });
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

  /** Splits off what only an exception allows, so that it alone ends with the exception. */
  private checked(statement: iam.PolicyStatement): { part: iam.PolicyStatement; exception?: AccessException }[] {
    const rendered: unknown = Stack.of(this).resolve(statement.toStatementJson());
    const [parsed] = parseStatements(rendered);
    const { violations, excepted, exceptedActions = [] } = checkStatement(parsed, this.settings.exceptions);
    if (violations.length > 0) {
      const reasons = violations.map(({ code, problem, fix }) => `${code}: ${problem}; ${fix}`).join(' | ');
      throw new InvalidInputError(violations[0].code,
        `${this.node.scope?.node.path}: refused: ${reasons}. Statement: ${JSON.stringify(rendered)}. What can't be avoided needs an AccessException with a reason and an end`);
    }
    if (excepted === undefined) {
      return [{ part: statement }];
    }
    const harmless = statement.actions.filter((action) => !exceptedActions.includes(action));
    const conditions = statement.conditions as Record<string, Record<string, unknown>>;
    return [
      ...(harmless.length > 0 ? [{ part: statement.copy({ sid: undefined, actions: harmless }) }] : []),
      {
        part: statement.copy({
          sid: undefined,
          ...(exceptedActions.length > 0 ? { actions: exceptedActions } : {}),
          conditions: { ...conditions, DateLessThan: { ...conditions.DateLessThan, 'aws:CurrentTime': excepted.until.iso } },
        }),
        exception: excepted,
      },
    ];
  }

  private collectTargets(statement: iam.PolicyStatement): void {
    if (statement.effect !== iam.Effect.ALLOW) {
      return;
    }
    if (statement.actions.some((action) => SESSIONS.test(action))) {
      this.sessionTargets.push(...statement.resources);
    }
    if (statement.actions.some((action) => action.toLowerCase() === 'iam:passrole')) {
      this.passRoleTargets.push(...statement.resources);
    }
  }
}
