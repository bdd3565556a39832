import { Construct, IConstruct } from 'constructs';
import { sweepWorkflow, SweptAgent } from './sweep-workflow';
import { hash } from '../agent-identity/account-id';
import { attribute, lazily, TerraformData, TerraformStack } from '../cdktf';
import { accountEmail } from '../project-id';
import { CloudSchedulerJob, ProjectIamCustomRole, ProjectIamMember, ServiceAccount, WorkflowsWorkflow } from '../provider';

const DAILY = '17 3 * * *';
const OAUTH_SCOPE = 'https://www.googleapis.com/auth/cloud-platform';
const JANITORS = new WeakMap<IConstruct, Janitor[]>();

/**
 * What ends agents without a deployment: an identity that may disable an account and delete its keys, per account and from its end on only, and a daily sweep.
 * One for each stack, project and region.
 */
export class Janitor extends Construct {
  /** That of a stack's agents in a project. */
  public static of(scope: IConstruct, project: string, region?: string): Janitor {
    const stack = TerraformStack.of(scope);
    const id = `agent-janitor-${project.replace(':', '-')}${region === undefined ? '' : `-${region}`}`;
    return stack.node.tryFindChild(id) as Janitor | undefined ?? new Janitor(stack as Construct, id, project, region);
  }

  /** Those of an app that work in a project. */
  public static inProject(scope: IConstruct, project: string): Janitor[] {
    return (JANITORS.get(scope.node.root) ?? []).filter((janitor) => janitor.project === project);
  }

  /** Address of its account, written out. */
  public readonly email: string;
  /** Its member of policies. */
  public readonly member: string;
  /** Name of the role that it has on each account. */
  public readonly roleName: string;
  private readonly agents: SweptAgent[] = [];
  private readonly emailAtDeployment: string;

  private constructor(scope: Construct, id: string, public readonly project: string, private readonly region?: string) {
    super(scope, id);
    // Two stacks of an app may have agents in one project.
    const name = `nhi-janitor-${hash(JSON.stringify([scope.node.path, project, region ?? '']))}`;
    this.email = accountEmail(name, project);
    const account = new ServiceAccount(this, 'account', {
      project, accountId: name, displayName: `Janitor of ${scope.node.id}`.slice(0, 100), description: 'Disables agents whose end has come and deletes their keys',
    });
    // No agent's address: those begin with agent_.
    const address = `agents_${name.replaceAll('-', '_')}`;
    account.overrideLogicalId(address);
    this.member = attribute('google_service_account', address, 'member');
    this.emailAtDeployment = attribute('google_service_account', address, 'email');
    // An id that is unknown until the janitor is made, and another one each time: Google lets nobody have that of a deleted role before 37 days are over.
    const made = new TerraformData(this, 'made', {});
    made.overrideLogicalId(address);
    const role = new ProjectIamCustomRole(this, 'role', {
      project,
      roleId: `${name.replaceAll('-', '_')}_\${substr(terraform_data.${address}.id, 0, 8)}`,
      title: 'Agent janitor',
      description: 'To end an agent: disable its account, list and delete its keys',
      permissions: ['iam.serviceAccountKeys.delete', 'iam.serviceAccountKeys.list', 'iam.serviceAccounts.disable', 'iam.serviceAccounts.get'],
    });
    role.overrideLogicalId(address);
    this.roleName = attribute('google_project_iam_custom_role', address, 'name');
    const invoker = new ProjectIamMember(this, 'invoker', { project, role: 'roles/workflows.invoker', member: this.member });
    const workflow = new WorkflowsWorkflow(this, 'sweep', {
      project,
      region,
      name,
      description: 'Daily: ends agents whose end has come',
      serviceAccount: attribute('google_service_account', address, 'id'),
      deletionProtection: false,
      sourceContents: lazily(() => sweepWorkflow(this.agents)),
    });
    new CloudSchedulerJob(this, 'daily', {
      ...this.job(name, DAILY, 'Starts the daily sweep for agents whose end has come'),
      httpTarget: { uri: `https://workflowexecutions.googleapis.com/v1/${workflow.id}/executions`, ...this.asJanitor({}) },
      dependsOn: [invoker],
    });
    JANITORS.set(this.node.root, [...JANITORS.get(this.node.root) ?? [], this]);
  }

  /** Takes an agent into the daily sweep. */
  public watch(agent: SweptAgent): void {
    this.agents.push(agent);
  }

  /** What its jobs have in common. */
  public job(name: string, schedule: string, description: string) {
    return {
      project: this.project,
      region: this.region,
      name,
      description,
      schedule,
      timeZone: 'Etc/UTC',
      attemptDeadline: '60s',
      retryConfig: { retryCount: 5, minBackoffDuration: '60s', maxBackoffDuration: '3600s' },
    };
  }

  /** A call of a Google API in its name. */
  public asJanitor(body: object) {
    return {
      httpMethod: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: Buffer.from(JSON.stringify(body)).toString('base64'),
      oauthToken: { serviceAccountEmail: this.emailAtDeployment, scope: OAUTH_SCOPE },
    };
  }
}
