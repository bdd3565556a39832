import { App, aws_iam as iam, CfnResource, PermissionsBoundary, Stack, Stage, CfnParameter } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { agentIn, ENV, ELSEWHERE, synthError, only, TEST } from './agent-identity/agents';
import { LifecycleRegistry, AgentNaming } from '../../src/aws/lifecycle-registry';
import * as rendered from '../../src/aws/agent-identity/rendered';
import { ManagedAgentIdentity } from '../../src/aws/agent-identity';

const out = (...x: unknown[]) => process.stderr.write(x.map((y) => typeof y === 'string' ? y : JSON.stringify(y)).join(' ') + '\n');
const look = (stack: Stack) => {
  try {
    const t = Template.fromStack(stack);
    const role = only(t, 'AWS::IAM::Role', 'Role').Properties; const life = only(t, 'Custom::AgentLifecycle').Properties;
    return [role.PermissionsBoundary, life.Boundary, life.Access.Boundary, role.RoleName, role.Path];
  } catch (e) { return String(e).slice(0, 600); }
};
const managed = (s: Stack) => iam.ManagedPolicy.fromManagedPolicyArn(s, 'M', 'arn:aws:iam::111122223333:policy/org');
test('boundaries', () => {
  const mk = (f: (s: Stack, app: App) => void, ctx = {}) => { const app = new App({ context: ctx }); const s = new Stack(app, 'Own', { env: ENV }); f(s, app); return look(s); };
  out('prop', mk((s) => agentIn(s, { permissionsBoundary: managed(s) })));
  out('aspect', mk((s, app) => { agentIn(s); iam.PermissionsBoundary.of(app).apply(managed(s)); }));
  out('override', mk((s) => { const b = agentIn(s); (b.role.node.defaultChild as CfnResource).addPropertyOverride('PermissionsBoundary', 'arn:aws:iam::111122223333:policy/org'); }));
  out('assign', mk((s) => { const b = agentIn(s); (b.role.node.defaultChild as iam.CfnRole).permissionsBoundary = 'arn:aws:iam::111122223333:policy/org'; }));
  out('context', mk((s) => { agentIn(s); }, { '@aws-cdk/core:permissionsBoundary': { name: 'org-${Qualifier}' } }));
  out('own construct', mk((s) => { agentIn(s, { permissionsBoundary: new iam.ManagedPolicy(s, 'B', { statements: [new iam.PolicyStatement({ actions: ['dynamodb:*'], resources: ['*'] })] }) }); }));
  out('own construct aspect', mk((s, app) => { agentIn(s); iam.PermissionsBoundary.of(app).apply(new iam.ManagedPolicy(s, 'B', { statements: [new iam.PolicyStatement({ actions: ['dynamodb:*'], resources: ['*'] })] })); }));
  out('other stack prop', mk((s, app) => { const o = new Stack(app, 'Other', { env: ENV }); agentIn(s, { permissionsBoundary: new iam.ManagedPolicy(o, 'B', { statements: [new iam.PolicyStatement({ actions: ['dynamodb:*'], resources: ['*'] })] }) }); }));
  out('other stack aspect', mk((s, app) => { const o = new Stack(app, 'Other', { env: ENV }); agentIn(s); iam.PermissionsBoundary.of(app).apply(new iam.ManagedPolicy(o, 'B', { statements: [new iam.PolicyStatement({ actions: ['dynamodb:*'], resources: ['*'] })] })); }));
  out('other account', mk((s, app) => { const o = new Stack(app, 'Other', { env: ELSEWHERE }); agentIn(s, { permissionsBoundary: new iam.ManagedPolicy(o, 'B', { managedPolicyName: 'b', statements: [new iam.PolicyStatement({ actions: ['dynamodb:*'], resources: ['*'] })] }) }); }));
  out('parameter', mk((s) => { agentIn(s, { permissionsBoundary: iam.ManagedPolicy.fromManagedPolicyArn(s, 'P', new CfnParameter(s, 'Arn').valueAsString) }); }));
  out('aws managed', mk((s) => { agentIn(s, { permissionsBoundary: iam.ManagedPolicy.fromAwsManagedPolicyName('PowerUserAccess') }); }));
  out('bad override', mk((s) => { const b = agentIn(s); (b.role.node.defaultChild as CfnResource).addPropertyOverride('PermissionsBoundary', 'my-policy'); }));
  out('obj override', mk((s) => { const b = agentIn(s); (b.role.node.defaultChild as CfnResource).addPropertyOverride('PermissionsBoundary', ['arn:aws:iam::111122223333:policy/org']); }));
  { const app = new App(); const st = new Stage(app, 'Prod', { env: ENV, permissionsBoundary: PermissionsBoundary.fromName('org') }); const s = new Stack(st, 'Own'); agentIn(s); out('stage', look(s)); }
  { const app = new App(); const s = new Stack(app, 'Own', { env: ENV, permissionsBoundary: PermissionsBoundary.fromArn('arn:aws:iam::${AWS::AccountId}:policy/org') }); agentIn(s); out('stack fromArn', look(s)); }

});
test('generated', () => {
  const mk = (f: (s: Stack, app: App, b: ManagedAgentIdentity, r: any) => void) => { const app = new App(); const s = new Stack(app, 'Own', { env: ENV }); const registry = LifecycleRegistry.fromRegistryName(s, 'Registry', 'agents', { naming: AgentNaming.of({ generatedNames: true, tagPrefix: 'acme:' }) }); const b = agentIn(s, { registry }); f(s, app, b, registry); return look(s); };
  out('gen', mk(() => {}));
  out('gen elsewhere', mk((_s, app, b) => { const o = new Stack(app, 'Other', { env: ELSEWHERE }); new iam.Role(o, 'R', { assumedBy: new iam.ArnPrincipal(b.principalArn) }); }), );
  const app = new App(); const s = new Stack(app, 'Own', { env: ENV });
  const registry = LifecycleRegistry.fromRegistryName(s, 'Registry', 'agents', { naming: AgentNaming.of({ generatedNames: true }) }); const b = agentIn(s, { registry });
  const o = new Stack(app, 'Other', { env: ELSEWHERE }); new iam.Role(o, 'R', { assumedBy: new iam.ArnPrincipal(b.principalArn) });
  out('err', synthError(s));
  const app2 = new App(); const s2 = new Stack(app2, 'Own', { env: ENV });
  const reg2 = LifecycleRegistry.fromRegistryName(s2, 'Registry', 'agents', { naming: AgentNaming.of({ generatedNames: true }) }); agentIn(s2, { registry: reg2 });
  const o2 = new Stack(app2, 'Other', { env: ELSEWHERE }); const ref = ManagedAgentIdentity.fromAgentName(o2, 'Ref', { agentName: 'invoice-bot', stage: TEST, registry: reg2 }); new iam.Role(o2, 'R', { assumedBy: ref.principal });
  out('ref', Template.fromStack(o2).toJSON());
  const app3 = new App(); const s3 = new Stack(app3, 'Own', { env: ENV });
  const reg3 = LifecycleRegistry.fromRegistryName(s3, 'Registry', 'agents', { naming: AgentNaming.of({ generatedNames: true }) }); const b3 = agentIn(s3, { registry: reg3 });
  const o3 = new Stack(app3, 'Other', { env: ELSEWHERE }); new CfnResource(o3, 'X', { type: 'A::B::C', properties: { R: b3.role.roleArn } });
  out('role elsewhere', synthError(s3));
});
test('uses', () => {
  const spy = jest.spyOn(rendered, 'asChecked');
  const app = new App(); const s = new Stack(app, 'Own', { env: ENV }); const b = agentIn(s); app.synth();
  const role = spy.mock.calls.filter(([r]) => r === b.role.node.defaultChild).length;
  out('uses of role', role, 'others', spy.mock.calls.length - role);
});
