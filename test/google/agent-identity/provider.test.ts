import { GoogleProvider } from '@cdktf/provider-google/lib/provider';
import { TerraformProvider, TerraformStack, Testing } from 'cdktf';
import { Construct } from 'constructs';
import { AgentDefaults, AgentRuntime, FederatedIdentity, IGoogleProvider, LifecycleRegistry } from '../../../src/google';
import { agentIn, appOf, codeOf, stackOf, TEST } from '../agents';

const RUNTIME = AgentRuntime.workloadIdentityFederation(FederatedIdentity.awsRole({ accountId: '111122223333', roleName: 'invoice-bot-test' }));
const aliased = (stack: TerraformStack, alias = 'agents') => new GoogleProvider(stack, `google-${alias}`, { alias, impersonateServiceAccount: 'pipeline@acme-agents.iam.gserviceaccount.com' });

/** The providers of the stack's resources, by type and address. */
function providersOf(stack: TerraformStack): Map<string, unknown> {
  const { resource } = JSON.parse(Testing.synth(stack, true)) as { resource: Record<string, Record<string, { provider?: string }>> };
  return new Map(Object.entries(resource).flatMap(([type, blocks]) => Object.entries(blocks).map(([address, { provider }]) => [`${type}.${address}`, provider])));
}

describe('an agent with a provider of its own', () => {
  test('has it for all that Google has of the agent, whenever it is granted', () => {
    const stack = stackOf();
    const bot = agentIn(stack, { provider: aliased(stack), runtime: RUNTIME });
    bot.accessIn(TEST).toTopic('projects/acme-test/topics/invoices', 'roles/pubsub.publisher');
    const providers = providersOf(stack);
    const ofGoogle = [...providers].filter(([address]) => address.startsWith('google_'));
    expect(ofGoogle.filter(([, provider]) => provider !== 'google.agents')).toEqual([]);
    // The account, the pool with its provider, four members, the janitor with two jobs, role and workflow.
    expect(ofGoogle.length).toBeGreaterThan(9);
    expect([...providers].filter(([address, provider]) => address.startsWith('terraform_data.') && provider !== undefined)).toEqual([]);
  });

  test('one without has the stack\'s provider', () => {
    const stack = stackOf();
    agentIn(stack, { runtime: RUNTIME });
    expect([...providersOf(stack).values()].filter((provider) => provider !== undefined)).toEqual([]);
  });

  test('takes it from the defaults of its scope', () => {
    const stack = stackOf();
    AgentDefaults.of(stack).set({ provider: aliased(stack) });
    agentIn(stack);
    expect(providersOf(stack).get('google_service_account.agent_invoice_bot')).toBe('google.agents');
  });

  test('ProviderDiffers: agents that one janitor ends have one provider', () => {
    const stack = stackOf();
    const provider = aliased(stack);
    agentIn(stack, { provider });
    expect(codeOf(() => agentIn(stack, { agentName: 'other-bot' }, 'Other'))).toBe('ProviderDiffers');
    expect(() => agentIn(stack, { agentName: 'third-bot', provider: aliased(stack, 'eu') }, 'Third')).toThrow(/^ProviderDiffers: own\/Third: /);
    expect(codeOf(() => agentIn(stack, { agentName: 'fourth-bot', provider }, 'Fourth'))).toBeUndefined();
    expect(codeOf(() => agentIn(stack, { agentName: 'fifth-bot', project: 'acme-others' }, 'Fifth'))).toBeUndefined();
  });
});

test('a registry has it for bucket and topic, and one without has the stack\'s', () => {
  const stack = stackOf();
  new LifecycleRegistry(stack, 'Agents', { project: 'acme-agents', location: 'EU', provider: aliased(stack) });
  expect([...providersOf(stack).values()]).toEqual(['google.agents', 'google.agents']);
  const other = stackOf();
  new LifecycleRegistry(other, 'Agents', { project: 'acme-agents', location: 'EU' });
  expect([...providersOf(other).values()]).toEqual([undefined, undefined]);
});

describe.each<[code: string, make: (stack: TerraformStack) => IGoogleProvider]>([
  ['ProviderNotGoogle', (stack) => new (class extends TerraformProvider {})(stack, 'aws', { terraformResourceType: 'aws' })],
  ['ProviderNotGoogle', (stack) => Object.assign(new Construct(stack, 'Foreign'), { fqn: 'google.x${file("y")}', terraformResourceType: 'google' })],
  ['ProviderElsewhere', (stack) => aliased(stackOf(stack.node.root as Construct, 'elsewhere'))],
])('%s', (code, make) => {
  test('is refused for an agent and for a registry, and the stack\'s own Google provider is not', () => {
    const stack = stackOf(appOf());
    const bad = make(stack);
    expect(codeOf(() => agentIn(stack, { provider: bad }))).toBe(code);
    expect(codeOf(() => new LifecycleRegistry(stack, 'Agents', { project: 'acme-agents', location: 'EU', provider: bad }))).toBe(code);
    expect(codeOf(() => agentIn(stackOf(), { provider: undefined }))).toBeUndefined();
    const good = aliased(stack);
    expect(codeOf(() => agentIn(stack, { provider: good, agentName: 'good-bot' }, 'Good'))).toBeUndefined();
    expect(codeOf(() => new LifecycleRegistry(stack, 'Good agents', { project: 'acme-agents', location: 'EU', provider: good }))).toBeUndefined();
  });
});
