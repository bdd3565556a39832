import { Construct } from 'constructs';
import { requireProjectId } from '../../contract/google';
import { InvalidInputError } from '../../core/errors';
import { requireFlag, requireList } from '../../core/kind';
import { requireLiteral } from '../../core/literal';
import { withPath } from '../../core/scope';
import { shown } from '../../core/shown';
import { requireAccountEmail } from '../access/principal-rules';
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
}

const CONSTRAINTS = {
  NoKeys: 'iam.disableServiceAccountKeyCreation',
  NoUploads: 'iam.disableServiceAccountKeyUpload',
  NoAutomaticGrants: 'iam.automaticIamGrantsForDefaultServiceAccounts',
};

/** Permissions that deny policies support. https://cloud.google.com/iam/docs/deny-permissions-support */
const CHANGES = [
  ...['create', 'delete', 'disable', 'enable', 'setIamPolicy', 'undelete', 'update'].map((verb) => `iam.googleapis.com/serviceAccounts.${verb}`),
  ...['create', 'delete', 'upload'].map((verb) => `iam.googleapis.com/serviceAccountKeys.${verb}`),
  // A principal that may change a provider can make it authenticate anyone.
  ...['workloadIdentityPools', 'workloadIdentityPoolProviders'].flatMap((resource) =>
    ['create', 'delete', 'undelete', 'update'].map((verb) => `iam.googleapis.com/${resource}.${verb}`)),
];

/**
 * Prevents everyone except the pipeline from changing agents' accounts and their federation, and prevents the creation of keys: organisation policies
 * and a deny policy of the project. The identity that applies this needs `roles/orgpolicy.policyAdmin` and `roles/iam.denyAdmin` of the organisation,
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
    const group = props.breakGlassGroup === undefined || props.breakGlassGroup === null ? [] : [withPath(this, () => `principalSet://goog/group/${requireGroup(props.breakGlassGroup!)}`)];

    for (const [part, constraint] of Object.entries(CONSTRAINTS)) {
      const enforced = !(part === 'NoUploads' && keyUploadAllowed);
      new OrgPolicyPolicy(this, part, {
        name: `projects/${project}/policies/${constraint}`,
        parent: `projects/${project}`,
        spec: { rules: [{ enforce: enforced ? 'TRUE' : 'FALSE' }] },
      });
    }
    // The janitors of this app are known after all its stacks are built.
    const excepted = () => [...new Set([...accounts, ...Janitor.inProject(this, project).map(({ email }) => email)])]
      .map((email) => `principal://iam.googleapis.com/projects/-/serviceAccounts/${email}`);
    new IamDenyPolicy(this, 'OnlyPipeline', {
      name: 'nhi-agents-only-by-pipeline',
      displayName: 'Accounts of agents are changed by their pipeline only',
      parent: encodeURIComponent(`cloudresourcemanager.googleapis.com/projects/${project}`),
      rules: [{
        description: 'Nobody else makes, changes, disables or deletes accounts, keys and workload identity pools of this project',
        denyRule: {
          deniedPrincipals: ['principalSet://goog/public:all'],
          deniedPermissions: CHANGES,
          exceptionPrincipals: lazyList(() => [...excepted(), ...group]),
        },
      }],
    });
  }
}

function requireGroup(email: string): string {
  if (!/^[a-z0-9][a-z0-9._-]*@[a-z0-9.-]+\.[a-z]+$/i.test(requireLiteral('the group', email))) {
    throw new InvalidInputError('PrincipalInvalid', `the group ${shown(email)} is no address of a group: use one such as break-glass@example.com`);
  }
  return email;
}
