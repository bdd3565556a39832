import { Construct } from 'constructs';
import { requireProjectId } from '../../contract/google';
import { InvalidInputError } from '../../core/errors';
import { requireFlag, requireList } from '../../core/kind';
import { requireLiteral } from '../../core/literal';
import { withPath } from '../../core/scope';
import { shown } from '../../core/shown';
import { requireAccountEmail, requireOnePrincipal } from '../access/principal-rules';
import { SERVICE_AGENT_HOSTS } from '../agent-runtime/attached-runtimes';
import { requireProjectNumber } from '../agent-runtime/checked';
import { lazyList } from '../cdktf';
import { Janitor } from '../janitor/janitor';
import { IamDenyPolicy, OrgPolicyPolicy } from '../provider';

/** Guardrails of a project with agents. */
export interface AgentGuardrailsProps {
  /** Id of the project that contains the agents' accounts. All its accounts are restricted, so use a project only for agents. */
  readonly project: string;

  /** Addresses of the service accounts that apply the agents' stacks. */
  readonly pipelines: string[];

  /**
   * Email addresses of janitors of other apps (`ManagedAgentIdentity.janitorEmail`). Those of this app are always excepted.
   *
   * @default - none
   */
  readonly janitors?: string[];

  /**
   * Email address of the group that may bypass the pipeline in an emergency.
   *
   * @default - none: then only a principal that may change deny policies can
   */
  readonly breakGlassGroup?: string;

  /**
   * Whether keys may be uploaded, for agents with `AgentKey.uploaded`.
   *
   * @default false
   */
  readonly keyUploadAllowed?: boolean;

  /**
   * Email addresses of groups that may disable and enable accounts, to suspend and resume agents. They may change nothing else of them.
   *
   * @default - none
   */
  readonly responderGroups?: string[];

  /**
   * Who may act as accounts of the project. Everybody else is denied to get tokens of them, to sign as them and to attach them, whatever roles they have in
   * the project. The pipelines and the service agents of `serviceAgentProjectNumbers` are excepted too.
   *
   * @default - nobody is denied to act as the accounts
   */
  readonly impersonation?: ImpersonationGuard;
}

/** Who may act as the accounts of a project. */
export interface ImpersonationGuard {
  /**
   * Brokers, deployers and federated workloads: `serviceAccount:<email>`, `user:<email>` or `principal://...`. A workload of Google Kubernetes Engine is
   * `principal://iam.googleapis.com/projects/<number>/locations/global/workloadIdentityPools/<project>.svc.id.goog/subject/ns/<namespace>/sa/<account>`.
   *
   * @default - none
   */
  readonly principals?: string[];

  /**
   * Numbers of the project itself and of the projects in which its agents run. Google's service agents there get tokens of accounts for Cloud Run, Compute
   * Engine, Google Kubernetes Engine, Agent Engine, Cloud Scheduler and Workflows.
   */
  readonly serviceAgentProjectNumbers: string[];
}

const CONSTRAINTS = {
  NoKeys: 'iam.disableServiceAccountKeyCreation',
  NoUploads: 'iam.disableServiceAccountKeyUpload',
  NoAutomaticGrants: 'iam.automaticIamGrantsForDefaultServiceAccounts',
};

// Permissions that deny policies support. https://cloud.google.com/iam/docs/deny-permissions-support
const SWITCHES = ['disable', 'enable'].map((verb) => `iam.googleapis.com/serviceAccounts.${verb}`);
const CHANGES = [
  ...['create', 'delete', 'setIamPolicy', 'undelete', 'update'].map((verb) => `iam.googleapis.com/serviceAccounts.${verb}`),
  ...['create', 'delete', 'upload'].map((verb) => `iam.googleapis.com/serviceAccountKeys.${verb}`),
  // A principal that may change a provider can make it authenticate anyone.
  ...['workloadIdentityPools', 'workloadIdentityPoolProviders'].flatMap((resource) =>
    ['create', 'delete', 'undelete', 'update'].map((verb) => `iam.googleapis.com/${resource}.${verb}`)),
];

/** What a grant of `roles/iam.serviceAccountTokenCreator` or `roles/iam.serviceAccountUser` in the whole project would allow. */
const ACTS_AS = ['actAs', 'getAccessToken', 'getOpenIdToken', 'implicitDelegation', 'signBlob', 'signJwt'].map((verb) => `iam.googleapis.com/serviceAccounts.${verb}`);

/** Hosts of the service agents that get tokens of accounts. */
const SERVICE_AGENTS = [...Object.values(SERVICE_AGENT_HOSTS), 'container-engine-robot', 'gcp-sa-cloudscheduler', 'gcp-sa-workflows'];

/** A workload of Google Kubernetes Engine, whose pool deny policies name by the project's number. */
const GKE_WORKLOAD = /^principal:\/\/iam\.googleapis\.com\/projects\/\d+\/locations\/global\/workloadIdentityPools\/[a-z0-9.-]+\.svc\.id\.goog\/subject\/ns\/[a-z0-9-]+\/sa\/[a-z0-9-]+$/;

/**
 * Prevents everyone except the pipeline from changing agents' accounts and their federation, prevents the creation of keys, and, if asked, prevents everyone
 * else from acting as the accounts: organisation policies and a deny policy of the project. The identity that applies this needs `roles/orgpolicy.policyAdmin` and `roles/iam.denyAdmin` of the organisation,
 * so use another stack than the agents'.
 */
export class AgentGuardrails extends Construct {
  constructor(scope: Construct, id: string, props: AgentGuardrailsProps) {
    super(scope, id);
    const project = withPath(this, () => requireProjectId('project', props.project));
    const [pipelines, janitors, keyUploadAllowed] = withPath(this, () => [
      requireList('pipelines', props.pipelines), requireList('janitors', props.janitors), requireFlag('keyUploadAllowed', props.keyUploadAllowed, false),
    ] as const);
    if (pipelines.length === 0) {
      throw new InvalidInputError('PipelineMissing', `${this.node.path}: no pipeline is named, so nobody could deploy or remove an agent: name the service account that applies the agents' stacks`);
    }
    const accounts = withPath(this, () => [
      ...pipelines.map((email) => requireAccountEmail('the pipeline', email)),
      ...janitors.map((email) => requireAccountEmail('the janitor', email)),
    ]);
    const responders = withPath(this, () => requireList('responderGroups', props.responderGroups).map((email) => groupPrincipal(email)));
    const given = <T, R>(value: T | null | undefined, read: (value: T) => R): R[] => (
      value === undefined || value === null ? [] : [withPath(this, () => read(value))]);
    const [actors] = given(props.impersonation, actorsOf);
    const group = given(props.breakGlassGroup, groupPrincipal);

    for (const [part, constraint] of Object.entries(CONSTRAINTS)) {
      const enforced = !(part === 'NoUploads' && keyUploadAllowed);
      new OrgPolicyPolicy(this, part, {
        name: `projects/${project}/policies/${constraint}`,
        parent: `projects/${project}`,
        spec: { rules: [{ enforce: enforced ? 'TRUE' : 'FALSE' }] },
      });
    }
    // The janitors of this app are known after all its stacks are built.
    const excepted = () => [...new Set([...accounts, ...Janitor.inProject(this, project).map(({ email }) => email)])].map(accountPrincipal);
    const rule = (description: string, deniedPermissions: string[], more: readonly string[]) => ({
      description,
      denyRule: { deniedPrincipals: ['principalSet://goog/public:all'], deniedPermissions, exceptionPrincipals: lazyList(() => [...excepted(), ...group, ...more]) },
    });
    new IamDenyPolicy(this, 'OnlyPipeline', {
      name: 'nhi-agents-only-by-pipeline',
      displayName: 'Accounts of agents are changed by their pipeline only',
      parent: encodeURIComponent(`cloudresourcemanager.googleapis.com/projects/${project}`),
      rules: [
        rule('Nobody else makes, changes or deletes accounts, keys and workload identity pools of this project', CHANGES, []),
        rule('Nobody else disables or enables accounts of this project', SWITCHES, responders),
        ...actors === undefined ? [] : [rule('Nobody else acts as accounts of this project', ACTS_AS, actors)],
      ],
    });
  }
}

function actorsOf({ principals, serviceAgentProjectNumbers }: ImpersonationGuard): string[] {
  const numbers = requireList('serviceAgentProjectNumbers', serviceAgentProjectNumbers).map((number) => requireProjectNumber('the project number', number));
  if (numbers.length === 0) {
    throw new InvalidInputError('ProjectNumberMissing', 'impersonation names no project number, so Cloud Scheduler could not end agents: name that of the project in serviceAgentProjectNumbers');
  }
  return [
    ...requireList('principals', principals).map((member) => (GKE_WORKLOAD.test(requireLiteral('the principal', member)) ? member : asPrincipal(requireOnePrincipal('the principal', member)))),
    ...numbers.flatMap((number) => SERVICE_AGENTS.map((host) => accountPrincipal(`service-${number}@${host}.iam.gserviceaccount.com`))),
  ];
}

/** A member of allow policies as deny policies name it. */
function asPrincipal(member: string): string {
  const [, kind, email] = /^(serviceAccount|user):(.*)$/.exec(member) ?? [];
  return kind === undefined ? member : kind === 'user' ? `principal://goog/subject/${email}` : accountPrincipal(email);
}

function accountPrincipal(email: string): string {
  return `principal://iam.googleapis.com/projects/-/serviceAccounts/${email}`;
}

function groupPrincipal(email: string): string {
  return `principalSet://goog/group/${requireGroup(email)}`;
}

function requireGroup(email: string): string {
  if (!/^[a-z0-9][a-z0-9._-]*@[a-z0-9.-]+\.[a-z]+$/i.test(requireLiteral('the group', email))) {
    throw new InvalidInputError('PrincipalInvalid', `the group ${shown(email)} is not the address of a group: use one such as break-glass@example.com`);
  }
  return email;
}
