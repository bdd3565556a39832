import { Construct, IConstruct } from 'constructs';
import { sweepWorkflow, SweptAgent } from './sweep-workflow';
import { accountEmail, shortHash } from '../../contract/google';
import { InvalidInputError } from '../../core/errors';
import { cut, DISPLAY_NAME_BYTES } from '../account-texts';
import { attribute, lazily, replaceWith, TerraformData, TerraformStack } from '../cdktf';
import { IGoogleProvider } from '../google-provider';
import { CloudSchedulerJob, ProjectIamCustomRole, ProjectIamMember, ServiceAccount, WorkflowsWorkflow } from '../provider';
import { verbatim } from '../terraform-text';
import { useProvider } from '../use-provider';

/** Google allows 128 KB for a workflow's source, and an agent uses up to 170 bytes. */
const AGENTS_A_SWEEP = 500;
const DAILY = '17 3 * * *';
const OAUTH_SCOPE = 'https://www.googleapis.com/auth/cloud-platform';
const JANITORS = new WeakMap<IConstruct, Janitor[]>();

/**
 * Ends agents without a deployment: an identity that may disable an account and delete its keys, for each account only from its end on, and a daily
 * sweep. One for each stack, project and region.
 */
export class Janitor extends Construct {
  /**
   * Returns the janitor of a stack's agents in a project.
   *
   * @throws InvalidInputError `ProviderDiffers` if agents that would share it have different providers
   */
  public static of(scope: IConstruct, project: string, region?: string, provider?: IGoogleProvider): Janitor {
    const stack = TerraformStack.of(scope);
    const id = `agent-janitor-${project}${region === undefined ? '' : `-${region}`}`;
    const janitor = stack.node.tryFindChild(id) as Janitor | undefined ?? new Janitor(stack as Construct, id, project, region, provider);
    if (janitor.provider !== provider) {
      throw new InvalidInputError('ProviderDiffers',
        `the provider is ${provider?.fqn ?? 'the one without an alias'}, and another agent of project ${project} in this stack has ${janitor.provider?.fqn ?? 'the one without an alias'}: give all agents of a project in a stack the same provider, because one janitor ends them`);
    }
    return janitor;
  }

  /** Returns the janitors of an app that work in a project. */
  public static inProject(scope: IConstruct, project: string): Janitor[] {
    return (JANITORS.get(scope.node.root) ?? []).filter((janitor) => janitor.project === project);
  }

  /** Email address of its account, as a literal. */
  public readonly email: string;
  /** The account as a member of policies. */
  public readonly member: string;
  /** Reference to its unique id, which changes if the account is created again at its address. */
  public readonly uniqueId: string;
  /** Name of the role that it has on each account. */
  public readonly roleName: string;
  private readonly agents: SweptAgent[] = [];
  private readonly name: string;
  private readonly address: string;
  private readonly invoker: ProjectIamMember;
  private sweeps = 0;
  private readonly emailAtDeployment: string;

  private constructor(
    scope: Construct, id: string, public readonly project: string, private readonly region?: string, private readonly provider?: IGoogleProvider,
  ) {
    super(scope, id);
    // Two stacks of an app may have agents in one project.
    const name = `nhi-janitor-${shortHash(JSON.stringify([scope.node.path, project, region ?? '']))}`;
    this.email = accountEmail(name, project);
    const account = new ServiceAccount(this, 'account', {
      project, accountId: name, displayName: verbatim(cut(`Janitor of ${scope.node.id}`.normalize('NFC'), DISPLAY_NAME_BYTES)), description: 'Disables agents whose end is past and deletes their keys',
    });
    // Can't be an agent's address, because those begin with agent_.
    const address = `agents_${name.replaceAll('-', '_')}`;
    account.overrideLogicalId(address);
    this.member = attribute('google_service_account', address, 'member');
    this.uniqueId = `google_service_account.${address}.unique_id`;
    this.emailAtDeployment = attribute('google_service_account', address, 'email');
    // An id that is unknown until the janitor is created, and different each time. Google reserves the id of a deleted role for 37 days.
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
    replaceWith(invoker, this.uniqueId);
    this.name = name;
    this.address = address;
    this.invoker = invoker;
    this.addSweep();
    JANITORS.set(this.node.root, [...JANITORS.get(this.node.root) ?? [], this]);
  }

  /** Adds an agent to the daily sweep. */
  public watch(agent: SweptAgent): void {
    this.agents.push(agent);
    if (this.agents.length > this.sweeps * AGENTS_A_SWEEP) {
      this.addSweep();
    }
  }

  private addSweep(): void {
    const first = this.sweeps * AGENTS_A_SWEEP;
    // The first sweep keeps the names from before there could be several.
    const suffix = this.sweeps === 0 ? '' : `-${this.sweeps + 1}`;
    this.sweeps += 1;
    const workflow = new WorkflowsWorkflow(this, `sweep${suffix}`, {
      project: this.project,
      region: this.region,
      name: `${this.name}${suffix}`,
      description: 'Daily: ends agents whose end is past',
      serviceAccount: attribute('google_service_account', this.address, 'id'),
      deletionProtection: false,
      sourceContents: lazily(() => sweepWorkflow(this.agents.slice(first, first + AGENTS_A_SWEEP))),
    });
    new CloudSchedulerJob(this, `daily${suffix}`, {
      ...this.job(`${this.name}${suffix}`, DAILY, 'Starts the daily sweep for agents whose end is past'),
      httpTarget: { uri: `https://workflowexecutions.googleapis.com/v1/${workflow.id}/executions`, ...this.asJanitor({}) },
      dependsOn: [this.invoker],
    });
    useProvider(this, this.provider);
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

  /** A call of a Google API with the janitor's identity. */
  public asJanitor(body: object) {
    return {
      httpMethod: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: Buffer.from(JSON.stringify(body)).toString('base64'),
      oauthToken: { serviceAccountEmail: this.emailAtDeployment, scope: OAUTH_SCOPE },
    };
  }
}
