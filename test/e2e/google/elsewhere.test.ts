import { TerraformStack } from 'cdktf';
import { accountsOf, deploy, identity, inWorkspaces, PROJECT, RECORDS, rolesOf } from './bots';
import { Workspace } from './terraform';
import { AgentStage } from '../../../src/core';
import * as google from '../../../src/google';

let workspace: Workspace;

const SCOPE = 'organizations/42';
const certificate = async () => (await workspace.nhi('--google-registry', `gs://${RECORDS}`, 'certificate', 'mail-bot')).out;

function mailBot(stack: TerraformStack): void {
  const registry = google.LifecycleRegistry.fromRegistryName(stack, 'Registry', { project: PROJECT, searchScope: SCOPE, wipedProjects: ['acme-prod'] });
  identity(stack, 'mail-bot', AgentStage.TEST, { registry });
}

const retired = (stack: TerraformStack) => void new google.RetiredAgents(stack, 'Left', { agentNames: ['mail-bot'] });

/** Deploys the agent. Somebody gives it access in two projects of which the app declares nothing. */
async function withGrantsByHand(): Promise<string> {
  const { google: fake } = workspace;
  fake.now = new Date();
  [PROJECT, 'acme-test', 'acme-prod', 'acme-data'].forEach((id) => fake.inventory.addProject(id));
  await deploy(workspace, mailBot);
  const [{ email }] = accountsOf(fake, 'mail-bot');
  fake.policies.grant('projects/acme-prod', 'roles/byhand', `serviceAccount:${email}`);
  fake.policies.grant('projects/acme-data', 'roles/byhand', `serviceAccount:${email}`);
  fake.policies.grant('projects/acme-prod', 'roles/byhand', 'user:ada.park@example.com');
  return email;
}

describe('a leave with a search beyond the declared places, with the real Terraform and the command', () => {
  inWorkspaces((opened) => {
    workspace = opened;
  });

  test('removes a grant that was made by hand where the registry allows it, and reports the other one', async () => {
    const email = await withGrantsByHand();
    await deploy(workspace, retired);
    expect(accountsOf(workspace.google, 'mail-bot')).toEqual([]);
    expect(rolesOf(workspace.google, email)).toEqual(['roles/byhand on projects/acme-data']);
    expect(workspace.google.policies.of('projects/acme-prod').bindings.flatMap(({ members }) => members)).toEqual(['user:ada.park@example.com']);
    const out = await certificate();
    expect(out).toMatch(/^searched\n(?: {2}.*\n)* {2}grants elsewhere +2 found, 1 deleted, checked again /m);
    expect(out).toMatch(/deleted, and not found by a second search\n(?: {2}.*\n)* {2}roles\/byhand on projects\/acme-prod\n/);
    expect(out).toContain('roles/byhand on projects/acme-data: found by Cloud Asset; the registry does not allow teardowns to change project acme-data');
    expect(out).not.toContain('not searched');
  }, 400_000);

  test('without the right to search it leaves all the same, changes nothing there, and the certificate says that nothing was searched', async () => {
    const email = await withGrantsByHand();
    workspace.google.inventory.denied.add('cloudasset.assets.searchAllIamPolicies');
    await deploy(workspace, retired);
    expect(accountsOf(workspace.google, 'mail-bot')).toEqual([]);
    expect(rolesOf(workspace.google, email)).toEqual(['roles/byhand on projects/acme-data', 'roles/byhand on projects/acme-prod']);
    const out = await certificate();
    expect(out).toMatch(/not searched[^]*organizations\/42[^]*cloudasset\.assets\.searchAllIamPolicies/);
    expect(out).not.toContain('roles/byhand on projects/acme-prod');
  }, 400_000);
});
