import { aws_events as events, aws_iam as iam } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { agentIn, codeOf, stackOf, synthError, TEST } from './agents';
import { ManagedAgentIdentity } from '../../../src/aws/agent-identity';
import { ILifecycleRegistry, LifecycleRegistry } from '../../../src/aws/lifecycle-registry';

describe('customized roles', () => {
  test('RolesCustomized: fails when CDK is to create no role, with our error and not a TypeError', () => {
    const stack = stackOf();
    iam.Role.customizeRoles(stack, { preventSynthesis: true, usePrecreatedRoles: { 'Own/Bot/Role': 'precreated' } });
    expect(codeOf(() => agentIn(stack))).toBe('RolesCustomized');
  });

  test('an agent without a precreated role fails alike', () => {
    const stack = stackOf();
    iam.Role.customizeRoles(stack, { preventSynthesis: true });
    expect(codeOf(() => agentIn(stack))).toBe('RolesCustomized');
  });

  test('outside the agent\'s scope they are no hindrance', () => {
    const stack = stackOf();
    iam.Role.customizeRoles(new Construct(stack, 'Others'), { preventSynthesis: true });
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
