import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, TerraformStack, Testing } from 'cdktf';
import { agentAddress, leaverAddress, ownSecretsAddress } from '../../../src/contract/google';
import { Expiry } from '../../../src/core';
import { LifecycleRegistry, RetiredAgents } from '../../../src/google';
import { PROGRAMS_CONTEXT } from '../../../src/google/teardown/program-files';
import { agentIn, appOf, codeOf, resources, stackOf } from '../agents';

const removedOf = (stack: TerraformStack) => JSON.parse(Testing.synth(stack, true)).removed;

test('renders a removed block with the teardown for each agent', () => {
  const stack = stackOf();
  new RetiredAgents(stack, 'Retired', { agentNames: ['invoice-bot', 'other-bot', 'invoice-bot'] });
  const blocks = removedOf(stack);

  expect(blocks.map(({ from }: { from: string }) => from.replace(/[a-v0-9]{10}$/, '...'))).toEqual([
    'terraform_data.agent_invoice_bot', 'terraform_data.agent_invoice_bot_own_secrets_...', 'terraform_data.agent_invoice_bot_leaver_...',
    'terraform_data.agent_other_bot', 'terraform_data.agent_other_bot_own_secrets_...', 'terraform_data.agent_other_bot_leaver_...',
  ]);
  // No stage: a retired agent leaves and doesn't move.
  expect(blocks[0].provisioner[0]['local-exec'].environment).toEqual({ NHI_TEARDOWN: '${base64gzip(self.input)}' });
  expect(blocks[0]).toMatchObject({
    lifecycle: { destroy: true }, provisioner: [{ 'local-exec': { when: 'destroy', interpreter: ['node'], environment: { NHI_TEARDOWN: '${base64gzip(self.input)}' } } }],
  });
});

test('the removed block names what the agent was deployed as', () => {
  const declared = stackOf();
  const registry = LifecycleRegistry.fromRegistryName(declared, 'Registry', { project: 'acme-agents' });
  agentIn(declared, { ownSecrets: ['projects/acme-agents/secrets/bot-token'], registry });
  const retired = stackOf();
  new RetiredAgents(retired, 'Retired', { agentNames: ['invoice-bot'] });
  const addresses = Object.entries(resources(declared, 'terraform_data'))
    .filter(([address, { provisioner }]) => address.startsWith('agent_') && provisioner[0]['local-exec'].when === 'destroy')
    .map(([address]) => address);

  expect(removedOf(retired).map(({ from }: { from: string }) => from).sort()).toEqual(addresses.map((address) => `terraform_data.${address}`).sort());
});

test('a stack with retired agents wants a Terraform that runs the provisioners of removed blocks, unless it says itself what it wants', () => {
  const wanted = (prepare: (stack: TerraformStack) => void) => {
    const stack = stackOf();
    prepare(stack);
    new RetiredAgents(stack, 'Retired', { agentNames: ['invoice-bot'] });
    return JSON.parse(Testing.synth(stack, true)).terraform.required_version;
  };

  expect(wanted(() => {})).toBe('>= 1.9');
  expect(wanted((stack) => stack.addOverride('terraform.required_version', '~> 1.15'))).toBe('~> 1.15');
});

test('two lists in one stack add up', () => {
  const stack = stackOf();
  new RetiredAgents(stack, 'One', { agentNames: ['one-bot'] });
  new RetiredAgents(stack, 'Two', { agentNames: ['two-bot'] });

  expect(removedOf(stack)).toHaveLength(6);
});

describe('removed blocks of others', () => {
  const KEPT = { from: 'google_pubsub_topic.kept', lifecycle: { destroy: false } };
  const retire = (stack: TerraformStack) => new RetiredAgents(stack, 'Retired', { agentNames: ['invoice-bot'] });

  test.each<[string, (stack: TerraformStack) => void]>([
    ['a list, said before', (stack) => {
      stack.addOverride('removed', [KEPT]);
      retire(stack);
    }],
    ['a list, said after', (stack) => {
      retire(stack);
      stack.addOverride('removed', [KEPT]);
    }],
    ['one block', (stack) => {
      retire(stack);
      stack.addOverride('removed', KEPT);
    }],
    ['a block by its number', (stack) => {
      retire(stack);
      stack.addOverride('removed.0', KEPT);
    }],
  ])('are rendered beside ours: %s', (_how, fill) => {
    const stack = stackOf();
    fill(stack);

    expect(removedOf(stack)[0]).toEqual(KEPT);
    expect(removedOf(stack)).toHaveLength(4);
  });

  test('RemovedTwice: one for an agent is refused, as it has no teardown', () => {
    const stack = stackOf();
    retire(stack);
    stack.addOverride('removed', [{ from: 'terraform_data.agent_invoice_bot', lifecycle: { destroy: true } }]);

    expect(() => Testing.synth(stack)).toThrow(/^RemovedTwice: own: terraform_data\.agent_invoice_bot /);
  });
});

describe('what must be in the output', () => {
  const full = () => {
    const stack = stackOf();
    const registry = LifecycleRegistry.fromRegistryName(stack, 'Registry', { project: 'acme-agents' });
    agentIn(stack, { ownSecrets: ['projects/acme-agents/secrets/bot-token'], registry });
    return stack;
  };
  const GUARDED = ['agents_roster', agentAddress('invoice-bot'), ownSecretsAddress('invoice-bot'), leaverAddress('invoice-bot')];
  const LOCAL_EXEC = 'provisioner.0.local-exec';

  test('these addresses are all that run something at destroy', () => {
    const running = Object.entries(resources(full(), 'terraform_data')).filter(([, { provisioner = [] }]) => provisioner.some((each: any) => each['local-exec'].when === 'destroy'));

    expect(running.map(([address]) => address).sort()).toEqual([...GUARDED].sort());
  });

  describe.each(GUARDED)('TeardownMissing: terraform_data.%s', (address) => {
    test.each<[string, string, unknown]>([
      ['is not removed', '', undefined],
      ['keeps its provisioner', '.provisioner', null],
      ['has no other provisioner in its place', '.provisioner.0', 'true'],
      ['does not go on when its program fails', `.${LOCAL_EXEC}.on_failure`, 'continue'],
      ['runs its program', `.${LOCAL_EXEC}.command`, '-e 0'],
      ['runs it with its interpreter', `.${LOCAL_EXEC}.interpreter`, ['true']],
      ['runs it at destroy', `.${LOCAL_EXEC}.when`, 'create'],
      ['asks no other Google', `.${LOCAL_EXEC}.environment.NHI_GOOGLE_ENDPOINT`, 'http://127.0.0.1:8080'],
    ])('%s', (_what, path, value) => {
      const stack = full();
      stack.addOverride(`resource.terraform_data.${address}${path}`, value);

      expect(() => Testing.synth(stack)).toThrow(new RegExp(`^TeardownMissing: own: terraform_data\\.${address} `));
    });

    test('may have a further one, and other overrides', () => {
      const stack = full();
      stack.addOverride(`resource.terraform_data.${address}.provisioner.1`, { 'local-exec': { command: 'echo made' } });
      stack.addOverride(`resource.terraform_data.${address}.lifecycle.prevent_destroy`, true);

      expect(() => Testing.synth(stack)).not.toThrow();
    });
  });

  test('HclOutputUnsupported: nothing is rendered as HCL', () => {
    const stack = stackOf();
    agentIn(stack);

    expect(() => stack.toHclTerraform()).toThrow(/^HclOutputUnsupported: own: /);
  });
});

describe('bad lists', () => {
  test('RetiredAgentDeclared: an agent is declared or retired, not both', () => {
    const stack = stackOf();
    new RetiredAgents(stack, 'Retired', { agentNames: ['invoice-bot'] });
    agentIn(stack);

    expect(() => Testing.synth(stack, true)).toThrow(/RetiredAgentDeclared: agent invoice-bot/);
  });

  test('AgentNameInvalid', () => {
    expect(codeOf(() => new RetiredAgents(stackOf(), 'Retired', { agentNames: ['Invoice Bot'] }))).toBe('AgentNameInvalid');
  });
});

/** Within the tenure that each stage allows. */
const SOON = Expiry.at(new Date(Date.now() + 30 * 86_400_000).toISOString().replace(/\.\d+Z$/, 'Z'));

describe('a removal that is not declared', () => {
  /** The error of the roster's provisioner when Terraform destroys an agent's instance under the configuration of the stack. */
  const destroy = (stack: TerraformStack, agent: string) => {
    const [{ 'local-exec': { interpreter: [command, flag], command: script, environment } }] = resources(stack, 'terraform_data').agents_roster.provisioner;
    expect([command, flag, environment.NHI_AGENT]).toEqual(['node', '-e', '${self.input}']);
    try {
      execFileSync(process.execPath, [flag, script], { env: { ...environment, NHI_AGENT: agent }, stdio: 'pipe', encoding: 'utf8' });
      return 'passes';
    } catch (error) {
      return (error as { stderr: string }).stderr.trim();
    }
  };
  const one = () => {
    const stack = stackOf();
    agentIn(stack);
    return stack;
  };

  test('fails the apply, with the name and what to do', () => {
    expect(destroy(one(), 'gone-bot')).toMatch(/^AgentRemovedUnretired: gone-bot would be deleted without teardown.*RetiredAgents/);
  });

  test('passes once the agent is retired, and when the whole stack is destroyed', () => {
    const retired = one();
    new RetiredAgents(retired, 'Retired', { agentNames: ['gone-bot'] });

    expect(destroy(retired, 'gone-bot')).toBe('passes');
    expect(destroy(one(), 'invoice-bot')).toBe('passes');
  });

  test('each agent has an instance of its own, which nothing replaces', () => {
    const stack = stackOf();
    agentIn(stack, { agentName: 'other-bot' }, 'Other');
    agentIn(stack);
    const { for_each: forEach, input, triggers_replace: triggers } = resources(stack, 'terraform_data').agents_roster;

    expect([forEach, input, triggers]).toEqual(['${toset(["invoice-bot","other-bot"])}', '${each.key}', undefined]);
  });

  test('the removal of the last one fails too, where the stack still names the retired', () => {
    const stack = stackOf();
    new RetiredAgents(stack, 'Retired', { agentNames: ['other-bot'] });

    expect(resources(stack, 'terraform_data').agents_roster.for_each).toBe('${toset([])}');
    expect(destroy(stack, 'invoice-bot')).toMatch(/^AgentRemovedUnretired: invoice-bot /);
    expect(destroy(stack, 'other-bot')).toBe('passes');
  });

  test('an instance is destroyed before anything of the agents is, as the block depends on all of it', () => {
    const stack = stackOf();
    const bot = agentIn(stack, { ownSecrets: ['projects/acme-agents/secrets/bot-token'] });
    bot.access.toProject('acme-test', 'roles/bigquery.dataViewer');

    expect(resources(stack, 'terraform_data').agents_roster.depends_on).toEqual(expect.arrayContaining([
      'google_service_account.agent_invoice_bot',
      'terraform_data.agent_invoice_bot',
      expect.stringMatching(/^terraform_data\.agent_invoice_bot_own_secrets_/),
      expect.stringMatching(/^google_cloud_scheduler_job\.agent_invoice_bot_expiry_/),
      expect.stringMatching(/^google_project_iam_member\.agent_invoice_bot_bigquery_dataviewer_/),
    ]));
  });

  test('warns at synthesis where the last one still lies', () => {
    const outdir = mkdtempSync(join(tmpdir(), 'nhi-google-'));
    const synth = (...agents: string[]) => {
      const app = new App({ outdir, context: { [PROGRAMS_CONTEXT]: join(__dirname, '..', 'programs') } });
      const stack = stackOf(app);
      agents.forEach((agentName) => agentIn(stack, { agentName, expires: SOON }, agentName));
      app.synth();
      return app.manifest.forStack(stack).annotations.map(({ message }) => message).filter((message) => message.startsWith('AgentRemovedUnretired'));
    };
    try {
      expect(synth('invoice-bot', 'gone-bot')).toEqual([]);
      expect(synth('invoice-bot', 'gone-bot')).toEqual([]);
      expect(synth('invoice-bot')).toEqual([expect.stringMatching(/agent gone-bot was in this stack/)]);
    } finally {
      rmSync(outdir, { recursive: true, force: true });
    }
  });
});

test('an agent named roster has an address of its own', () => {
  const stack = stackOf(appOf());
  agentIn(stack, { agentName: 'roster' });

  expect(Object.keys(resources(stack, 'terraform_data')).filter((address) => address.endsWith('roster')).sort()).toEqual(['agent_roster', 'agents_roster']);
});
