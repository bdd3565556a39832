import { Construct } from 'constructs';
import { InvalidInputError } from '../../core/errors';
import { requireLiteral } from '../../core/literal';
import { shown } from '../../core/shown';
import { requireAccountEmail } from '../access/principal-rules';
import { lazyList } from '../cdktf';
import { Janitor } from '../janitor/janitor';
import { named } from '../named';
import { requireProjectId } from '../project-id';
import { IamDenyPolicy, OrgPolicyPolicy } from '../provider';

/** What holds in a project of agents. */
export interface AgentGuardrailsProps {
  /** Id of the project that the agents' accounts live in. All accounts of it are guarded: give agents a project of their own. */
  readonly project: string;

  /** Addresses of the service accounts that apply the agents' stacks. */
  readonly pipelines: string[];

  /**
   * Addresses of janitors of other apps, as `ManagedAgentIdentity.janitorEmail` says them. Those of this app are excepted anyway.
   *
   * @default - none
   */
  readonly janitors?: string[];

  /**
   * Address of the group that may act past the pipeline in an emergency.
   *
   * @default - none: then only whoever may change deny policies can
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

/** Of those that deny policies know. https://cloud.google.com/iam/docs/deny-permissions-support */
const CHANGES = [
  ...['create', 'delete', 'disable', 'enable', 'setIamPolicy', 'undelete', 'update'].map((verb) => `iam.googleapis.com/serviceAccounts.${verb}`),
  ...['create', 'delete', 'upload'].map((verb) => `iam.googleapis.com/serviceAccountKeys.${verb}`),
  // Whoever may change a provider is whoever it vouches for.
  ...['workloadIdentityPools', 'workloadIdentityPoolProviders'].flatMap((resource) =>
    ['create', 'delete', 'undelete', 'update'].map((verb) => `iam.googleapis.com/${resource}.${verb}`)),
];

/**
 * Keeps everybody but the pipeline from changing agents' accounts and who federates with them, and keys from being made: organisation policies and a deny policy of the project.
 * Whoever applies this needs `roles/orgpolicy.policyAdmin` and `roles/iam.denyAdmin` of the organisation: best another stack than the agents'.
 */
export class AgentGuardrails extends Construct {
  constructor(scope: Construct, id: string, props: AgentGuardrailsProps) {
    super(scope, id);
    const project = named(this, () => requireProjectId('project', props.project));
    if (props.pipelines.length === 0) {
      throw new InvalidInputError('PipelineMissing', `${this.node.path}: no pipeline is named, so nobody could deploy or remove an agent: name the service account that applies the agents' stacks`);
    }
    const accounts = named(this, () => [
      ...props.pipelines.map((email) => requireAccountEmail('the pipeline', email)),
      ...(props.janitors ?? []).map((email) => requireAccountEmail('the janitor', email)),
    ]);
    const group = props.breakGlassGroup === undefined ? [] : [named(this, () => `principalSet://goog/group/${requireGroup(props.breakGlassGroup!)}`)];

    for (const [part, constraint] of Object.entries(CONSTRAINTS)) {
      const enforced = !(part === 'NoUploads' && props.keyUploadAllowed === true);
      new OrgPolicyPolicy(this, part, {
        name: `projects/${project}/policies/${constraint}`,
        parent: `projects/${project}`,
        spec: { rules: [{ enforce: enforced ? 'TRUE' : 'FALSE' }] },
      });
    }
    // Janitors of this app are known when all its stacks are.
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
