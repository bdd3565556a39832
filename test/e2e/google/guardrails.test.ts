import { deploy, inWorkspaces, PROJECT } from './bots';
import { Workspace } from './terraform';
import * as google from '../../../src/google';

let workspace: Workspace;
const ORGANIZATION = '123456789012';

describe('guardrails on the real Terraform', () => {
  inWorkspaces((opened) => {
    workspace = opened;
  });

  test('deny policy, boundary and roles are made, then a plan changes nothing, and all of it is removed', async () => {
    const { documents } = workspace.google;
    await deploy(workspace, (stack) => {
      new google.AgentGuardrails(stack, 'Guardrails', {
        project: PROJECT,
        pipelines: [`deployer@${PROJECT}.iam.gserviceaccount.com`],
        responderGroups: ['responders@example.com'],
        impersonation: { principals: ['user:ada.park@example.com'], serviceAgentProjectNumbers: ['700000000001'] },
      });
      new google.AgentAccessBoundary(stack, 'Boundary', { organization: ORGANIZATION, project: PROJECT, reachable: ['projects/acme-test'] });
      new google.SuspensionRoles(stack, 'Roles', { organization: ORGANIZATION });
    });
    expect(documents.names('google_iam_principal_access_boundary_policy')).toEqual([`organizations/${ORGANIZATION}/locations/global/principalAccessBoundaryPolicies/nhi-agents-${PROJECT}`]);
    expect(documents.names('google_iam_projects_policy_binding')).toHaveLength(1);
    expect(documents.names('google_organization_iam_custom_role').sort()).toEqual([`organizations/${ORGANIZATION}/roles/nhiSuspendAgents`, `organizations/${ORGANIZATION}/roles/nhiResumeAgents`].sort());
    expect(documents.names('google_iam_deny_policy')).toHaveLength(1);
    expect(await workspace.plannedChanges()).toBe('');
    await workspace.destroy();
    expect(documents.names('google_iam_deny_policy')).toEqual([]);
    expect(documents.names('google_iam_projects_policy_binding')).toEqual([]);
  });
});
