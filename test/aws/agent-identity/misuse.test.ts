import { aws_events as events, aws_iam as iam } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { agentIn, codeOf, stackOf, synthError, TEST } from './agents';
import { ManagedAgentIdentity } from '../../../src/aws/agent-identity';
import { ILifecycleRegistry, LifecycleRegistry } from '../../../src/aws/lifecycle-registry';

describe('customized roles', () => {
  /** With `preventSynthesis: false`, CDK 2.276 keeps the role in the template, names another one where it is used, and drops what is granted to it. */
  const modes: [string, iam.CustomizeRolesOptions | undefined][] = [
    ['no role is created', undefined],
    ['this role exists already', { usePrecreatedRoles: { 'Own/Bot/Role': 'precreated', 'Own/Agents/Engine/Role-agents-nhi-lifecycle-machine': 'agents-nhi-lifecycle-machine' } }],
    ['another role exists already', { usePrecreatedRoles: { 'Own/Other': 'precreated' } }],
    ['roles are only reported', { preventSynthesis: false }],
    ['roles are reported, and this one exists', { preventSynthesis: false, usePrecreatedRoles: { 'Own/Bot/Role': 'precreated' } }],
  ];

  test.each(modes)('RolesCustomized: fails for an agent where %s, and names the way for roles of others', (_what, options) => {
    const stack = stackOf();
    iam.Role.customizeRoles(stack, options);
    expect(() => agentIn(stack)).toThrow(/^RolesCustomized: Own\/Bot: .*ManagedAgentIdentity\.adopt\(\)/);
  });

  test.each(modes)('RolesCustomized: fails for a registry where %s: its guards would not be created either', (_what, options) => {
    const stack = stackOf();
    iam.Role.customizeRoles(stack, options);
    expect(() => new LifecycleRegistry(stack, 'Agents')).toThrow(/^RolesCustomized: Own\/Agents\/Engine\/Role-/);
  });

  test('a reference to a registry creates no role, so it works there', () => {
    const stack = stackOf();
    iam.Role.customizeRoles(stack);
    expect(codeOf(() => LifecycleRegistry.fromRegistryName(stack, 'Agents', 'agents'))).toBeUndefined();
  });

  test('outside the agent\'s scope they are no hindrance', () => {
    const stack = stackOf();
    iam.Role.customizeRoles(new Construct(stack, 'Others'), { preventSynthesis: true });
    new LifecycleRegistry(stack, 'Registry');
    agentIn(stack);
    expect(synthError(stack)).toBe('');
  });
});

describe('RegistryForeign', () => {
  /** An object with the shape of a registry. It could name any registry and bypass the guards. */
  function foreign(): ILifecycleRegistry {
    const registry = new Construct(stackOf(), 'Foreign');
    return Object.assign(registry, { registryName: 'agents', eventBus: events.EventBus.fromEventBusName(registry, 'Bus', 'agents-nhi-lifecycle') }) as unknown as ILifecycleRegistry;
  }

  test('fails for an agent in something that only has the shape of a registry', () => {
    expect(codeOf(() => agentIn(stackOf(), { registry: foreign() }))).toBe('RegistryForeign');
    const stack = stackOf();
    expect(codeOf(() => agentIn(stack, { registry: LifecycleRegistry.fromRegistryName(stack, 'Real', 'agents') }))).toBeUndefined();
  });

  test('and for a reference to an agent in it', () => {
    const reference = { agentName: 'invoice-bot', stage: TEST, registry: foreign() };
    expect(codeOf(() => ManagedAgentIdentity.fromAgentName(stackOf(), 'Ref', reference))).toBe('RegistryForeign');
  });
});
