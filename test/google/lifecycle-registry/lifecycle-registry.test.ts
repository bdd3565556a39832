import { Testing } from 'cdktf';
import { Construct } from 'constructs';
import { AgentStage } from '../../../src/core';
import { LifecycleRegistry, LifecycleRegistryProps, ManagedAgentIdentityProps } from '../../../src/google';
import { agent, agentIn, appOf, codeOf, only, PRODUCTION, resources, stackOf, TEST } from '../agents';

const registryIn = (props: Partial<LifecycleRegistryProps> = {}) => {
  const stack = stackOf();
  const registry = new LifecycleRegistry(stack, 'Agents', { project: 'acme-agents', location: 'EU', ...props });
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
  const found = LifecycleRegistry.fromRegistryName(stackOf(), 'Found', { project: 'acme-agents', registryName: 'bots' });

  expect([found.topicName, found.bucketName, found.stages]).toEqual([registry.topicName, registry.bucketName, registry.stages]);
});

test.each([
  ['its own', 'acme-agents', undefined],
  ['another', 'acme-payments', 'RegistryInvalid'],
])('an implementation of the registry with a topic of %s project', (_whose, project, code) => {
  const stack = stackOf();
  const names = { registryName: 'agents', project: 'acme-agents', topicName: `projects/${project}/topics/agents-lifecycle`, bucketName: 'acme-agents-agents-registry', stages: [TEST] };

  expect(codeOf(() => agentIn(stack, { registry: Object.assign(new Construct(stack, 'Foreign'), names) }))).toBe(code);
});

test.each([
  ['of the same stack', true],
  ['of another stack', false],
])('what an agent tells a registry %s comes before the registry goes: %s', (_where, same) => {
  const app = appOf();
  const stack = stackOf(app);
  const registry = new LifecycleRegistry(same ? stack : stackOf(app, 'platform'), 'Agents', { project: 'acme-agents', location: 'EU' });
  agentIn(stack, { registry });

  const ofAgent = (part: string) => Object.entries(resources(stack, 'terraform_data')).find(([address]) => address.startsWith(`agent_invoice_bot_${part}`))![1];
  const told = [ofAgent('leaver'), ofAgent('events')].map(({ depends_on: needs = [] }) => (needs as string[]).filter((address) => /^google_(pubsub_topic|storage_bucket)\./.test(address)).length);

  expect(told).toEqual(same ? [2, 2] : [0, 0]);
});

test.each([
  ['with a registry is recorded', true, ['terraform_data.agent_invoice_bot', expect.stringMatching(/^terraform_data\.agent_invoice_bot_events_\w+$/)]],
  ['without one is made', false, ['terraform_data.agent_invoice_bot']],
])('an agent %s before its account is enabled or disabled, so that a suspension finds it', (_what, isRegistered, needed) => {
  const stack = stackOf();
  agentIn(stack, isRegistered ? { registry: LifecycleRegistry.fromRegistryName(stack, 'Agents', { project: 'acme-agents' }) } : {});
  const found = resources(stack, 'terraform_data');
  const [, enabled] = Object.entries(found).find(([address]) => address.includes('_enabled_'))!;
  const dependsOn = enabled.depends_on as string[];

  expect(dependsOn).toEqual(needed);
  expect(dependsOn.map((address) => found[address.replace('terraform_data.', '')])).not.toContain(undefined);
});

describe('the record of an agent', () => {
  const recordOf = (props: Partial<ManagedAgentIdentityProps> = {}) => {
    const stack = stackOf();
    const registry = LifecycleRegistry.fromRegistryName(stack, 'Agents', { project: 'acme-agents' });
    const bot = agentIn(stack, { registry, ...props });
    bot.accessIn(TEST).toProject('acme-test', 'roles/bigquery.dataViewer');
    bot.accessIn(PRODUCTION).toSecret('projects/acme-prod/secrets/erp', 'roles/secretmanager.secretAccessor');
    const [, events] = Object.entries(resources(stack, 'terraform_data')).find(([address]) => address.includes('_events_'))!;
    return events;
  };

  test('says who is accountable for it, until when, and what it may, live and dormant', () => {
    expect(JSON.parse(recordOf().input).record).toMatchObject({
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

  test('is written by a program, which runs again whenever anything of it changes', () => {
    const [before, after] = [recordOf(), recordOf({ purpose: 'Another' })];

    expect(before.triggers_replace).toBe(before.input);
    expect(after.triggers_replace).not.toBe(before.triggers_replace);
    expect(JSON.parse(before.input).accountUniqueId).toBe('${google_service_account.agent_invoice_bot.unique_id}');
  });

  test('hands people\'s words on as they are, for Terraform not to evaluate', () => {
    expect(JSON.parse(recordOf({ purpose: 'Pays ${var.amount}' }).input).record.purpose).toBe('Pays $${var.amount}');
  });
});

describe('the events of an agent', () => {
  const withRegistry = (props: Partial<ManagedAgentIdentityProps> = {}) => {
    const stack = stackOf();
    agentIn(stack, { registry: LifecycleRegistry.fromRegistryName(stack, 'Agents', { project: 'acme-agents' }), ...props });
    const found = resources(stack, 'terraform_data');
    const part = (name: string) => Object.entries(found).filter(([address]) => address.includes(`_${name}_`)).map(([address, resource]): Record<string, any> => ({ address, ...resource }))[0];
    return {
      account: only(resources(stack, 'google_service_account')),
      lifecycle: found.agent_invoice_bot,
      events: part('events'),
      leaver: part('leaver'),
      secrets: part('own_secrets'),
    };
  };

  test('receive when stage, account, sponsor or end change, after the account and its teardown exist', () => {
    const { events } = withRegistry();

    expect(events.depends_on).toEqual(['terraform_data.agent_invoice_bot']);
    expect(events.provisioner).toEqual([{ 'local-exec': { interpreter: ['node'], command: expect.stringMatching(/^assets\/agent-record\//), environment: { NHI_RECORD: '${base64gzip(self.input)}' } } }]);
    expect(JSON.parse(events.input)).toMatchObject({
      version: 1, registry: 'agents', bucket: 'acme-agents-agents-registry', topic: 'projects/acme-agents/topics/agents-lifecycle', agentName: 'invoice-bot', stage: 'test',
    });
  });

  test('that it has left is reported when the account no longer exists, and not as it moves', () => {
    const [before, after] = [withRegistry(), withRegistry({ stage: PRODUCTION })];

    expect(before.account.depends_on).toContain(`terraform_data.${before.leaver.address}`);
    expect(before.leaver.input).not.toContain('google_service_account.');
    expect(before.leaver.triggers_replace).toBeUndefined();
    expect(before.leaver.provisioner[0]['local-exec']).toMatchObject({ when: 'destroy', environment: { NHI_RECORD: '${base64gzip(self.input)}', NHI_RECORD_EVENT: 'left' } });
    expect(after.leaver.address).toBe(before.leaver.address);
    expect(after.events.address).toBe(before.events.address);
  });

  test('each teardown knows where to record what it did, and for which stack', () => {
    const ownSecrets = ['projects/acme-agents/secrets/own'];
    const { lifecycle, secrets } = withRegistry({ ownSecrets });
    const records = { bucket: 'acme-agents-agents-registry', topic: 'projects/acme-agents/topics/agents-lifecycle', actor: 'terraform:own' };

    expect([lifecycle, secrets].map(({ input }) => JSON.parse(input).records)).toEqual([records, records]);
    expect(JSON.parse(agent({ ownSecrets }).resources('terraform_data').agent_invoice_bot.input)).not.toHaveProperty('records');
  });

  test('own secrets are destroyed before the leave is reported, so that the certificate has them', () => {
    const { leaver, secrets } = withRegistry({ ownSecrets: ['projects/acme-agents/secrets/own'] });

    expect(secrets.depends_on).toEqual([`terraform_data.${leaver.address}`]);
  });
});

describe.each<[code: string, what: string, bad: Partial<LifecycleRegistryProps>, good: Partial<LifecycleRegistryProps>]>([
  ['RegistryNameInvalid', 'capitals', { registryName: 'Agents' }, { registryName: 'agents' }],
  ['RegistryNameInvalid', 'what Google keeps for itself', { registryName: 'goog-agents' }, { registryName: 'agents-eu' }],
  ['RegistryNameInvalid', '21 characters', { registryName: 'a'.repeat(21) }, { registryName: 'a'.repeat(20) }],
  ['BucketNameInvalid', 'a domain with which the bucket\'s name is too long', { project: `${'a'.repeat(20)}.example.com:${'b'.repeat(20)}` }, { project: 'example.com:acme-agents' }],
  ['BucketNameInvalid', 'a project with which the bucket\'s name begins as Google\'s own', { project: 'goog-agents' }, { project: 'agents-goog' }],
  ['LocationInvalid', 'a location that Terraform evaluates', { location: '${file("x")}' }, { location: 'europe-west1' }],
  ['LocationInvalid', 'an invalid location', { location: 'europe west' }, { location: 'EUR4' }],
  ['WrongType', 'a text for a flag', { lockRetention: 'false' as unknown as boolean }, { lockRetention: false }],
  ['WrongType', 'names for stages', { stages: ['test'] as unknown as AgentStage[] }, { stages: [TEST] }],
  ['RetentionInvalid', 'no retention', { retentionDays: 0 }, { retentionDays: 1 }],
  ['RetentionInvalid', 'more than a century', { retentionDays: 36_501 }, { retentionDays: 36_500 }],
  ['ProjectIdInvalid', 'a project number', { project: '123456789012' }, { project: 'acme-agents' }],
])('%s: %s', (code, _what, bad, good) => {
  test('is refused, its good twin is not', () => {
    expect(codeOf(() => registryIn(bad))).toBe(code);
    expect(codeOf(() => registryIn(good))).toBeUndefined();
  });
});
