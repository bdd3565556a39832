import { StorageBucket } from '@cdktf/provider-google/lib/storage-bucket';
import { Testing } from 'cdktf';
import { Expiry, Sponsor } from '../../../src/core';
import { AgentDefaults, AgentRuntime } from '../../../src/google';
import { ADA, agent, agentIn, only, PRODUCTION, stackOf, TEST } from '../agents';

describe('joiner', () => {
  test('makes one account whose sponsor, purpose, stage and end can be read on it', () => {
    expect(agent({ expires: Expiry.on('2999-03-31') }).synth()).toHaveResourceWithProperties({ tfResourceType: 'google_service_account' }, {
      account_id: 'invoice-bot-test-24jksteni8',
      project: 'acme-agents',
      display_name: 'invoice-bot, test, until 2999-04-01T00:00:00Z',
      description: 'sponsor ada.park@example.com, backup li.chen@example.com: Matches supplier invoices to purchase orders',
    });
  });

  test('keeps both texts within what Google takes, in bytes, and cuts the purpose first', () => {
    const { display_name: display, description } = only(agent({ agentName: 'a'.repeat(48), purpose: 'ü'.repeat(256) }).resources('google_service_account'));

    expect(Buffer.byteLength(display)).toBeLessThanOrEqual(100);
    expect(Buffer.byteLength(description)).toBeLessThanOrEqual(256);
    expect(description).toMatch(/^sponsor ada\.park@example\.com, backup li\.chen@example\.com: ü+\.\.\.$/);
  });

  test('hands people\'s words to Google as they are, for Terraform not to evaluate', () => {
    const { description } = only(agent({ purpose: 'Pays ${var.amount} at %{if true}once%{endif}, $5' }).resources('google_service_account'));

    expect(description).toMatch(/: Pays \$\$\{var\.amount\} at %%\{if true\}once%%\{endif\}, \$5$/);
  });

  test('names the accountable person of a team', () => {
    const sponsor = Sponsor.team({
      name: 'Payables', mailbox: 'payables@example.com', accountableName: 'Ada Park', accountableEmail: 'ada.park@example.com', backupEmail: 'li.chen@example.com',
    });

    expect(only(agent({ sponsor }).resources('google_service_account')).description).toMatch(/^sponsor ada\.park@example\.com/);
  });

  test('leaves a disabled account disabled', () => {
    expect(only(agent().resources('google_service_account')).lifecycle).toEqual({ ignore_changes: ['disabled', 'description'] });
  });

  test('takes what it is not told from the defaults of its scope', () => {
    const stack = stackOf();
    AgentDefaults.of(stack).set({ project: 'acme-agents', sponsor: ADA, stage: PRODUCTION, expires: Expiry.on('2999-03-31'), region: 'europe-west4' });
    const bot = agentIn(stack, { project: undefined, sponsor: undefined, stage: undefined, expires: undefined });

    expect(bot.stage).toBe(PRODUCTION);
    expect(Testing.synth(stack)).toHaveResourceWithProperties({ tfResourceType: 'google_cloud_scheduler_job' }, { name: bot.accountId, region: 'europe-west4' });
  });

  test('has its runtime from the defaults too, and none that are set after it', () => {
    const stack = stackOf();
    AgentDefaults.of(stack).set({ runtime: AgentRuntime.broker('user:ada.park@example.com') });
    agentIn(stack, { runtime: undefined });

    expect(Testing.synth(stack)).toHaveResourceWithProperties({ tfResourceType: 'google_service_account_iam_member' }, { member: 'user:ada.park@example.com' });
    expect(() => AgentDefaults.of(stack).set({ stage: PRODUCTION })).toThrow(/^DefaultsTooLate: /);
  });
});

describe('order', () => {
  const lifecycleOf = (props = {}) => agent(props).resources('terraform_data').agent_invoice_bot;

  test('the teardown stands between the grants and the account', () => {
    const { bot, resources } = agent({ runtime: AgentRuntime.broker('user:ada.park@example.com') });
    bot.access.toProject('acme-test', 'roles/bigquery.dataViewer');
    bot.access.toTopic('projects/acme-test/topics/invoices', 'roles/pubsub.publisher');

    const acting = Object.entries(resources('google_service_account_iam_member')).filter(([address]) => /_broker_/.test(address)).map(([, member]) => member);
    const grants = [only(resources('google_project_iam_member')), only(resources('google_pubsub_topic_iam_member')), ...acting];
    expect(grants.map(({ depends_on: dependsOn }) => dependsOn)).toEqual([1, 2, 3].map(() => ['terraform_data.agent_invoice_bot']));
    // If an account is created again at its address, Terraform considers the grants unchanged, although Google no longer has them.
    expect(grants.map(({ lifecycle }) => lifecycle.replace_triggered_by)).toEqual([1, 2, 3].map(() => ['terraform_data.agent_invoice_bot.id']));
    expect(lifecycleOf().triggers_replace).toBe('${google_service_account.agent_invoice_bot.unique_id}');
  });

  test('account and teardown keep their addresses over stages, construct ids and scopes; only the account id changes', () => {
    const at = (stage: typeof TEST, id: string) => {
      const stack = stackOf();
      agentIn(stack, { stage }, id);
      const { resource } = JSON.parse(Testing.synth(stack));
      const own = (type: string) => Object.keys(resource[type]).filter((address) => address.startsWith('agent_'));
      return { addresses: ['google_service_account', 'terraform_data', 'google_cloud_scheduler_job'].map(own), id: only(resource.google_service_account).account_id };
    };

    const [before, after] = [at(TEST, 'Bot'), at(PRODUCTION, 'Renamed')];

    expect(after.addresses).toEqual(before.addresses);
    expect(after.id).not.toBe(before.id);
  });

  test('nothing asks for create_before_destroy', () => {
    expect(agent().synth()).not.toMatch(/create_before_destroy/);
  });

  test('after each teardown of an agent that stays, a program enables the account again, and it keeps the description', () => {
    const found = agent({ purpose: 'Pays ${var.amount}' }).resources('terraform_data');
    const [[, enabled]] = Object.entries(found).filter(([address]) => address.includes('_enabled_'));

    expect(enabled).toMatchObject({ depends_on: ['terraform_data.agent_invoice_bot'], lifecycle: { replace_triggered_by: ['terraform_data.agent_invoice_bot.id'] } });
    const [description, input] = enabled.triggers_replace;
    expect(description).toMatch(/^sponsor ada\.park@example\.com, .*: Pays \$\$\{var\.amount\}$/);
    // It has everything that the teardown receives, so that an invalid name fails now.
    expect([input, enabled.input]).toEqual([found.agent_invoice_bot.input, found.agent_invoice_bot.input]);
    expect(enabled.provisioner).toEqual([{
      'local-exec': {
        interpreter: ['node'], command: expect.stringMatching(/^assets\/agent-enable\//), environment: { NHI_TEARDOWN: '${base64gzip(self.input)}', NHI_DESCRIPTION: description },
      },
    }]);
  });

  test('before the account is made, a program proves that the agent can be torn down, in all places that are written out', () => {
    const { stack, bot, resources } = agent({ ownSecrets: ['projects/acme-agents/secrets/bot-token'] });
    const bucket = new StorageBucket(stack, 'Invoices', { name: 'acme-invoices', location: 'EU', labels: { of: bot.accountId } });
    bot.access.toBucket(bucket.name, 'roles/storage.objectViewer');
    bot.access.toProject('acme-test', 'roles/bigquery.dataViewer');
    bot.accessIn(PRODUCTION).toProject('acme-prod', 'roles/bigquery.dataViewer');
    const [[address, preflight]] = Object.entries(resources('terraform_data')).filter(([name]) => name.includes('_preflight_'));

    expect(only(resources('google_service_account')).depends_on).toContain(`terraform_data.${address}`);
    expect(JSON.parse(preflight.input)).toMatchObject({ projects: ['acme-agents', 'acme-test'], resources: [], ownSecrets: ['projects/acme-agents/secrets/bot-token'] });
    // It contains nothing that may need the account, because that would be a circle.
    expect(preflight.input).not.toContain('${');
    expect(preflight.triggers_replace).toBe(preflight.input);
    expect(preflight.provisioner).toEqual([{
      'local-exec': { interpreter: ['node'], command: expect.stringMatching(/^assets\/agent-preflight\//), environment: { NHI_TEARDOWN: '${base64gzip(self.input)}' } },
    }]);
  });

  test('the provisioner runs the shipped program at destroy, by a path relative to the stack, and refers to self only', () => {
    const [{ 'local-exec': provisioner }] = lifecycleOf().provisioner;

    expect(provisioner).toEqual({
      when: 'destroy', interpreter: ['node'], command: expect.stringMatching(/^assets\/agent-teardown\/[0-9A-F]+\/index\.js$/), environment: { NHI_TEARDOWN: '${base64gzip(self.input)}', NHI_STAGE_NOW: 'test' },
    });
  });

  test('the teardown receives where the agent had access, each place once, and nothing dormant', () => {
    const { bot, resources } = agent();
    bot.access.toProject('acme-test', 'roles/bigquery.dataViewer');
    bot.access.toProject('acme-test', 'roles/bigquery.jobUser');
    bot.access.toFolder('folders/123456789012', 'roles/logging.viewer');
    bot.access.toSecret('projects/acme-test/secrets/erp', 'roles/secretmanager.secretAccessor');
    bot.access.toBucket('acme-invoices', 'roles/storage.objectViewer');
    bot.accessIn(PRODUCTION).toProject('acme-prod', 'roles/bigquery.dataViewer');

    expect(JSON.parse(resources('terraform_data').agent_invoice_bot.input)).toEqual({
      version: 1,
      agentName: 'invoice-bot',
      stage: 'test',
      expires: '2999-04-01T00:00:00Z',
      project: 'acme-agents',
      accountEmail: '${google_service_account.agent_invoice_bot.email}',
      accountUniqueId: '${google_service_account.agent_invoice_bot.unique_id}',
      projects: ['acme-agents', 'acme-test'],
      folders: ['folders/123456789012'],
      resources: [{ kind: 'bucket', name: 'acme-invoices' }, { kind: 'secret', name: 'projects/acme-test/secrets/erp' }],
      ownSecrets: [],
    });
  });

  test('own secrets are wiped by what a move does not replace', () => {
    const found = agent({ ownSecrets: ['projects/acme-agents/secrets/bot-token'] }).resources('terraform_data');
    const [[, secrets]] = Object.entries(found).filter(([address]) => address.includes('own_secrets'));

    expect(JSON.parse(secrets.input).ownSecrets).toEqual(['projects/acme-agents/secrets/bot-token']);
    expect(secrets.triggers_replace).toBeUndefined();
    // Own secrets never move, so their provisioner has no stage.
    expect(secrets.provisioner[0]['local-exec'].environment).toEqual({ NHI_TEARDOWN: '${base64gzip(self.input)}' });
    expect(JSON.parse(found.agent_invoice_bot.input).ownSecrets).toEqual([]);
    // Wiped after no account has the address any longer.
    expect(JSON.parse(secrets.input)).toMatchObject({ accountEmail: 'invoice-bot-test-24jksteni8@acme-agents.iam.gserviceaccount.com' });
    expect(JSON.parse(secrets.input).accountUniqueId).toBeUndefined();
  });
});
