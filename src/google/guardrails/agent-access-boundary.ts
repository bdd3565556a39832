import { Construct } from 'constructs';
import { requireOrganization } from './organization';
import { requireProjectId } from '../../contract/google';
import { InvalidInputError } from '../../core/errors';
import { requireList } from '../../core/kind';
import { requireLiteral } from '../../core/literal';
import { withPath } from '../../core/scope';
import { shown } from '../../core/shown';
import { IamPrincipalAccessBoundaryPolicy, IamProjectsPolicyBinding } from '../provider';

/** What the accounts of a project can reach. */
export interface AgentAccessBoundaryProps {
  /** Number of the organization of the project. */
  readonly organization: string;

  /** Id of the project that contains the agents' accounts. The boundary holds for all its accounts and workload identities. */
  readonly project: string;

  /**
   * Where the accounts may have access: `projects/<id>`, `folders/<number>` or `organizations/<number>`, with everything below. The project itself is
   * always included. Access anywhere else has no effect, whatever roles somebody grants.
   */
  readonly reachable: string[];

  /**
   * Version of Google's list of permissions that a boundary blocks: a number from 1, or `latest`. A later version blocks more.
   *
   * @default 3
   */
  readonly enforcementVersion?: string;
}

const POLICY_ID = 'nhi-agents';
const MOST_RESOURCES = 500;

/**
 * A principal access boundary for the accounts of a project with agents. Unlike deny policies it is bound to the principals, so it also holds in other
 * organizations. The identity that applies it needs `roles/iam.principalAccessBoundaryAdmin` of the organization and `roles/resourcemanager.projectIamAdmin`
 * of the project, so use another stack than the agents'.
 */
export class AgentAccessBoundary extends Construct {
  constructor(scope: Construct, id: string, props: AgentAccessBoundaryProps) {
    super(scope, id);
    const { organization, project, resources, enforcementVersion } = withPath(this, () => checked(props));
    const policyId = `${POLICY_ID}-${project.replace(/[.:]/g, '-')}`;
    const policy = new IamPrincipalAccessBoundaryPolicy(this, 'Policy', {
      organization,
      location: 'global',
      principalAccessBoundaryPolicyId: policyId,
      displayName: `What agents of ${project} can reach`,
      details: { enforcementVersion, rules: [{ description: 'Nothing else', effect: 'ALLOW', resources }] },
    });
    new IamProjectsPolicyBinding(this, 'Binding', {
      project,
      location: 'global',
      policyBindingId: policyId,
      displayName: `All accounts of ${project}`,
      policyKind: 'PRINCIPAL_ACCESS_BOUNDARY',
      policy: `organizations/${organization}/locations/global/principalAccessBoundaryPolicies/${policyId}`,
      target: { principalSet: `//cloudresourcemanager.googleapis.com/projects/${project}` },
      // The policy is named as a literal.
      dependsOn: [policy],
    });
  }
}

function checked({ organization, project, reachable, enforcementVersion }: AgentAccessBoundaryProps) {
  const own = requireProjectId('project', project);
  const version = requireLiteral('enforcementVersion', enforcementVersion ?? '3');
  if (!/^(?:[1-9]\d?|latest)$/.test(version)) {
    throw new InvalidInputError('EnforcementVersionInvalid', `enforcementVersion ${shown(version)} is not allowed: use a number from 1, or latest`);
  }
  const resources = [...new Set([`projects/${own}`, ...requireList('reachable', reachable).map(requireReachable)])].sort();
  if (resources.length > MOST_RESOURCES) {
    throw new InvalidInputError('BoundaryTooLarge', `reachable names ${resources.length} resources, and Google allows ${MOST_RESOURCES}: name folders instead of projects`);
  }
  return {
    organization: requireOrganization(organization), project: own, enforcementVersion: version, resources: resources.map((name) => `//cloudresourcemanager.googleapis.com/${name}`),
  };
}

function requireReachable(name: string): string {
  const [, project] = /^projects\/(.*)$/.exec(requireLiteral('the reachable resource', name)) ?? [];
  if (project !== undefined) {
    return `projects/${requireProjectId('the project', project)}`;
  }
  if (!/^(?:folders|organizations)\/\d+$/.test(name)) {
    throw new InvalidInputError('ScopeInvalid', `reachable ${shown(name)} is no project, folder or organization: use one such as projects/acme-test or folders/123456789012`);
  }
  return name;
}
