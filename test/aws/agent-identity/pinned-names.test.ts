import { App, aws_iam as iam, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { agentIn, ENV, PRODUCTION, STAGING, TEST } from './agents';
import { AgentNaming, LifecycleRegistry } from '../../../src/aws/lifecycle-registry';
import { LIFECYCLE_ATTRIBUTES, physicalId, refusedId, roleIdIn } from '../../../src/contract/lifecycle-resource';
import { ACCESS_POLICY, GUARD_POLICY, QUARANTINE_POLICY, REDUCTION_POLICY } from '../../../src/contract/policy-names';
import { ownSecretPrefix, userPath } from '../../../src/contract/role-names';
import { AgentStage } from '../../../src/core';

// These are the names of deployed agents. If one of them changes, an upgrade of the library replaces principals, or leaves behind what it no longer finds. So this
// file is never adapted to the code: a name that is wrong is kept, and a new one applies to new agents only.

const OWN = AgentStage.of('pilotrun', {});
const TAGS = ['cost-center', 'expires', 'name', 'purpose', 'registry', 'sponsor', 'stage'];

interface Resource { readonly Type: string; readonly Properties: Record<string, any> }

function resourcesOf(build: (stack: Stack) => void): Record<string, Resource> {
  const stack = new Stack(new App(), 'Own', { env: ENV });
  build(stack);
  return Template.fromStack(stack).toJSON().Resources;
}

/** The end of an ARN. */
const ends = (arn: unknown): string => JSON.stringify(arn).replace(/^.*?:(\d{12}:[^"]*)".*$/, '$1');

test.each([
  ['standard', TEST, 'AgentInvoiceBotTestRolef6729edb', 'AgentInvoiceBotTestAccessf6729edb', '/agents/test/', 'invoice-bot-test'],
  ['standard', STAGING, 'AgentInvoiceBotStagingRole8d9e8955', 'AgentInvoiceBotStagingAccess8d9e8955', '/agents/staging/', 'invoice-bot-staging'],
  ['standard', PRODUCTION, 'AgentInvoiceBotProductionRole62e518ca', 'AgentInvoiceBotProductionAccess62e518ca', '/agents/production/', 'invoice-bot-production'],
  ['standard', OWN, 'AgentInvoiceBotPilotrunRoleba964d21', 'AgentInvoiceBotPilotrunAccessba964d21', '/agents/pilotrun/', 'invoice-bot-pilotrun'],
  ['generated', TEST, 'AgentInvoiceBotTestRolef6729edb', 'AgentInvoiceBotTestAccessf6729edb', '/agents/test/invoice-bot/', undefined],
  ['generated', STAGING, 'AgentInvoiceBotStagingRole8d9e8955', 'AgentInvoiceBotStagingAccess8d9e8955', '/agents/staging/invoice-bot/', undefined],
  ['generated', PRODUCTION, 'AgentInvoiceBotProductionRole62e518ca', 'AgentInvoiceBotProductionAccess62e518ca', '/agents/production/invoice-bot/', undefined],
  ['prefixed', TEST, 'AgentInvoiceBotTestRolef6729edb', 'AgentInvoiceBotTestAccessf6729edb', '/corp/bots/test/', 'acme-invoice-bot-test'],
])('an agent with %s names in %s', (names, stage, role, access, path, roleName) => {
  const naming = { standard: AgentNaming.standard(), generated: AgentNaming.of({ generatedNames: true }), prefixed: AgentNaming.of({ pathRoot: 'corp/bots', namePrefix: 'acme-' }) }[names];
  const root = names === 'prefixed' ? 'corp/bots' : 'agents';
  const build = (more: boolean) => resourcesOf((stack) => {
    const bot = agentIn(stack, { stage, registry: LifecycleRegistry.fromRegistryName(stack, 'R', 'agents', { naming, stages: [OWN] }) });
    if (more) {
      iam.Role.fromRoleArn(stack, 'Other', `arn:aws:iam::${ENV.account}:role/other`).grantAssumeRole(bot.access.grantPrincipal);
    }
  });
  const found = build(false);
  expect(Object.entries(found).map(([id, { Type: type }]) => [id, type]).sort()).toEqual([
    ['AgentInvoiceBotLifecycle39f15ec2', 'Custom::AgentLifecycle'], [role, 'AWS::IAM::Role'], [access, 'AWS::IAM::Policy'],
  ].sort());
  expect([found[role].Properties.Path, found[role].Properties.RoleName, found[access].Properties.PolicyName]).toEqual([path, roleName, 'access']);
  expect(found[role].Properties.ManagedPolicyArns.map(ends)).toEqual([
    `111122223333:policy/${root}/agents-guard-${stage.name}`, `111122223333:policy/${root}/agents-no-registry`, `111122223333:policy/${root}/agents-no-sessions`,
  ]);
  expect(found[role].Properties.Tags.map(({ Key }: { Key: string }) => Key)).toEqual(TAGS.filter((tag) => tag !== 'cost-center').map((tag) => `agent:${tag}`));
  expect(ends(found.AgentInvoiceBotLifecycle39f15ec2.Properties.ServiceToken)).toBe('111122223333:function:agents-nhi-lifecycle');
  expect(build(true)[role].Properties.Policies.map(({ PolicyName }: { PolicyName: string }) => PolicyName)).toEqual(['guard']);
});

test('what ledger, engine and template agree on', () => {
  expect([physicalId('invoice-bot', 'test', 'AROAEXAMPLE'), refusedId('r-1'), roleIdIn('invoice-bot/test/AROAEXAMPLE')]).toEqual(['invoice-bot/test/AROAEXAMPLE', 'refused/r-1', 'AROAEXAMPLE']);
  expect([ACCESS_POLICY, GUARD_POLICY, QUARANTINE_POLICY, REDUCTION_POLICY]).toEqual(['access', 'guard', 'nhi-quarantine', 'nhi-reduction']);
  expect(LIFECYCLE_ATTRIBUTES).toEqual({ principalArn: 'PrincipalArn', principalId: 'PrincipalId' });
  expect([userPath('/agents/', 'invoice-bot'), ownSecretPrefix('agents', 'invoice-bot')]).toEqual(['/agents/invoice-bot/', 'agents/invoice-bot/']);
});

test('what keeps a registry\'s records, and what agents and operators refer to by name', () => {
  const found = resourcesOf((stack) => void new LifecycleRegistry(stack, 'Agents'));
  const names = ({ Properties: of }: Resource) =>
    of.TableName ?? of.BucketName ?? of.RoleName ?? of.FunctionName ?? of.ManagedPolicyName ?? of.StateMachineName ?? of.Name;
  expect(Object.fromEntries(Object.entries(found).map(([id, resource]) => [id, names(resource)]))).toMatchObject({
    AgentsLedger7AC01EE7: 'agents-nhi-ledger',
    AgentsEvidence0A87940B: 'agents-nhi-evidence-111122223333-eu-west-1',
    AgentsBusA115BFD9: 'agents-nhi-lifecycle',
    AgentsEngineFunctionagentsnhilifecycleAD3C2EF5: 'agents-nhi-lifecycle',
    AgentsEngineFunctionagentsnhilifecyclestepsD5112CFE: 'agents-nhi-lifecycle-steps',
    AgentsEngineFunctionagentsnhideletioncheck77869943: 'agents-nhi-deletion-check',
    AgentsEngineRoleagentsnhilifecycleengine065921AC: 'agents-nhi-lifecycle-engine',
    AgentsEngineRoleagentsnhilifecyclerequest388D7E3A: 'agents-nhi-lifecycle-request',
    AgentsEngineRoleagentsnhilifecyclemachine9F797422: 'agents-nhi-lifecycle-machine',
    AgentsEngineMachine163FA58F: 'agents-nhi-lifecycle',
    AgentsEngineSweeps52B31522: 'agents-nhi-agenda',
    AgentsGuardtest6804C32F: 'agents-guard-test',
    AgentsGuardstaging87BE4943: 'agents-guard-staging',
    AgentsGuardproduction439A8531: 'agents-guard-production',
    AgentsNoSessions11AFCD0F: 'agents-no-sessions',
    AgentsNoRegistry423D71CD: 'agents-no-registry',
    AgentsRegistryReader5166224A: 'agents-registry-reader',
    AgentsMaySuspend35BB3F6A: 'agents-may-suspend',
    AgentsMayResume776B1094: 'agents-may-resume',
    AgentsMayApproveSweeps5490C527: 'agents-may-approve-sweeps',
  });
});
