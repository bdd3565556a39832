import { createHash } from 'node:crypto';
import { Testing } from 'cdktf';
import { agentIn, appOf, codeOf, only, PRODUCTION, resources, stackOf, TEST } from './agents';
import { AgentRegistry, AgentRegistryProps, ManagedAgentIdentityProps } from '../../src/google';

const registryIn = (props: Partial<AgentRegistryProps> = {}) => {
  const stack = stackOf();
  const registry = new AgentRegistry(stack, 'Agents', { project: 'acme-agents', location: 'EU', ...props });
  return { stack, registry, synth: () => Testing.synth(stack) };
};

test('keeps records that nobody can change, and a topic for events', () => {
  const { synth, registry } = registryIn();

  expect(synth()).toHaveResourceWithProperties({ tfResourceType: 'google_storage_bucket' }, {
    name: 'acme-agents-agents-registry',
    location: 'EU',
    uniform_bucket_level_access: true,
    public_access_prevention: 'enforced',
    retention_policy: { retention_period: 365 * 86_400, is_locked: true },
  });
  expect(synth()).toHaveResourceWithProperties({ tfResourceType: 'google_pubsub_topic' }, { name: 'agents-lifecycle', project: 'acme-agents' });
  expect(registry.topicName).toBe('projects/acme-agents/topics/agents-lifecycle');
});

test('is found by name with the same names', () => {
  const { registry } = registryIn({ registryName: 'bots' });
  const found = AgentRegistry.fromRegistryName(stackOf(), 'Found', { project: 'acme-agents', registryName: 'bots' });

  expect([found.topicName, found.bucketName, found.stages]).toEqual([registry.topicName, registry.bucketName, registry.stages]);
});

test.each([
  ['of the same stack', true],
  ['of another stack', false],
])('what an agent tells a registry %s comes before the registry goes: %s', (_where, same) => {
  const app = appOf();
  const stack = stackOf(app);
  const registry = new AgentRegistry(same ? stack : stackOf(app, 'platform'), 'Agents', { project: 'acme-agents', location: 'EU' });
  agentIn(stack, { registry });

  const ofAgent = (part: string) => Object.entries(resources(stack, 'terraform_data')).find(([address]) => address.startsWith(`agent_invoice_bot_${part}`))![1];
  const told = [ofAgent('leaver'), ofAgent('events'), only(resources(stack, 'google_storage_bucket_object'))].map(({ depends_on: needs = [] }) => (needs as string[]).filter((address) => /^google_(pubsub_topic|storage_bucket)\./.test(address)).length);

  expect(told).toEqual(same ? [2, 2, 2] : [0, 0, 0]);
});

describe('the record of an agent', () => {
  const recordOf = (props: Partial<ManagedAgentIdentityProps> = {}) => {
    const stack = stackOf();
    const registry = AgentRegistry.fromRegistryName(stack, 'Agents', { project: 'acme-agents' });
    const bot = agentIn(stack, { registry, ...props });
    bot.accessIn(TEST).toProject('acme-test', 'roles/bigquery.dataViewer');
    bot.accessIn(PRODUCTION).toSecret('projects/acme-prod/secrets/erp', 'roles/secretmanager.secretAccessor');
    return only(resources(stack, 'google_storage_bucket_object'));
  };

  test('says who answers for it, until when, and what it may, live and dormant', () => {
    expect(JSON.parse(recordOf().content)).toMatchObject({
      agentName: 'invoice-bot',
      project: 'acme-agents',
      stage: 'test',
      expires: '2999-04-01T00:00:00Z',
      runtime: 'cloud-run',
      sponsor: { kind: 'person', accountableEmail: 'ada.park@example.com', backupEmail: 'li.chen@example.com' },
      access: [
        { live: true, stages: ['test'], role: 'roles/bigquery.dataViewer', resource: 'acme-test' },
        { live: false, stages: ['production'], role: 'roles/secretmanager.secretAccessor', resource: 'projects/acme-prod/secrets/erp' },
      ],
    });
  });

  test('is named by its content, and left in its place when it changes', () => {
    const [before, after] = [recordOf(), recordOf({ stage: PRODUCTION })];

    expect(before.name).toBe(`agents/acme-agents/invoice-bot/${createHash('sha256').update(before.content).digest('hex')}.json`);
    expect(after.name).not.toBe(before.name);
    expect(before.deletion_policy).toBe('ABANDON');
  });
});

describe('the events of an agent', () => {
  const withRegistry = (props: Partial<ManagedAgentIdentityProps> = {}) => {
    const stack = stackOf();
    agentIn(stack, { registry: AgentRegistry.fromRegistryName(stack, 'Agents', { project: 'acme-agents' }), ...props });
    const found = resources(stack, 'terraform_data');
    const part = (name: string) => Object.entries(found).filter(([address]) => address.includes(`_${name}_`)).map(([address, resource]): Record<string, any> => ({ address, ...resource }))[0];
    return { account: only(resources(stack, 'google_service_account')), events: part('events'), leaver: part('leaver') };
  };

  test('are told when stage, account, sponsor or end change, after the account and its teardown stand', () => {
    const { events } = withRegistry();

    expect(JSON.parse(events.triggers_replace)).toEqual(['test', 'ada.park@example.com', '2999-04-01T00:00:00Z', '${google_service_account.agent_invoice_bot.unique_id}']);
    expect(events.depends_on).toEqual(['terraform_data.agent_invoice_bot']);
    expect(events.provisioner).toEqual([{ 'local-exec': { interpreter: ['node'], command: expect.stringMatching(/^assets\/agent-record\//), environment: { NHI_RECORD: '${self.input}' } } }]);
    expect(JSON.parse(events.input)).toMatchObject({
      version: 1, registry: 'agents', bucket: 'acme-agents-agents-registry', topic: 'projects/acme-agents/topics/agents-lifecycle', agentName: 'invoice-bot', stage: 'test',
    });
  });

  test('that it has left is told when the account is gone, and not as it moves', () => {
    const [before, after] = [withRegistry(), withRegistry({ stage: PRODUCTION })];

    expect(before.account.depends_on).toEqual([`terraform_data.${before.leaver.address}`]);
    expect(before.leaver.input).not.toContain('google_service_account.');
    expect(before.leaver.triggers_replace).toBeUndefined();
    expect(before.leaver.provisioner[0]['local-exec']).toMatchObject({ when: 'destroy', environment: { NHI_RECORD: '${self.input}', NHI_RECORD_EVENT: 'left' } });
    expect(after.leaver.address).toBe(before.leaver.address);
    expect(after.events.address).toBe(before.events.address);
  });
});

describe.each<[code: string, what: string, bad: Partial<AgentRegistryProps>, good: Partial<AgentRegistryProps>]>([
  ['RegistryNameInvalid', 'capitals', { registryName: 'Agents' }, { registryName: 'agents' }],
  ['RegistryNameInvalid', 'what Google keeps for itself', { registryName: 'goog-agents' }, { registryName: 'agents-eu' }],
  ['RegistryNameInvalid', '21 characters', { registryName: 'a'.repeat(21) }, { registryName: 'a'.repeat(20) }],
  ['RetentionInvalid', 'no retention', { retentionDays: 0 }, { retentionDays: 1 }],
  ['RetentionInvalid', 'more than a century', { retentionDays: 36_501 }, { retentionDays: 36_500 }],
  ['ProjectIdInvalid', 'a project number', { project: '123456789012' }, { project: 'acme-agents' }],
])('%s: %s', (code, _what, bad, good) => {
  test('is refused, its good twin is not', () => {
    expect(codeOf(() => registryIn(bad))).toBe(code);
    expect(codeOf(() => registryIn(good))).toBeUndefined();
  });
});
