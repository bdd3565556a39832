import { PubsubTopic } from '@cdktf/provider-google/lib/pubsub-topic';
import { TerraformStack } from 'cdktf';
import * as bots from './bots';
import { accountsOf, identity, inWorkspaces, OWN_SECRET, PROJECT } from './bots';
import { story } from './story';
import { Workspace } from './terraform';
import { AgentStage } from '../../../src/core';
import * as google from '../../../src/google';

let workspace: Workspace;

function twoBots(stack: TerraformStack): void {
  identity(stack, 'mail-bot', AgentStage.TEST);
  identity(stack, 'invoice-bot', AgentStage.TEST, { ownSecrets: [OWN_SECRET] }).access.toProject('acme-test', 'roles/bigquery.dataViewer');
}

const configure = (fill: (stack: TerraformStack) => void) => bots.configure(workspace, fill);
const deploy = (fill: (stack: TerraformStack) => void) => bots.deploy(workspace, fill);

describe('the retirement of agents on the real Terraform', () => {
  inWorkspaces((opened) => {
    workspace = opened;
  });

  test('an agent can\'t be removed unseen: the apply is refused before anything is touched', async () => {
    const fake = workspace.google;
    await deploy(twoBots);
    const [account] = accountsOf(fake, 'invoice-bot');
    const traces = fake.tracesOf(account.email);
    const addresses = await workspace.addresses();
    await configure((stack) => identity(stack, 'mail-bot', AgentStage.TEST));
    const refused = await workspace.run('apply', '-auto-approve', '-input=false');
    expect(refused.code).not.toBe(0);
    expect(refused.out + refused.err).toContain('AgentRemovedUnretired: invoice-bot');
    expect(fake.tracesOf(account.email)).toEqual(traces);
    const ofBot = (all: string[]) => all.filter((address) => address.includes('invoice_bot'));
    expect(ofBot(await workspace.addresses())).toEqual(ofBot(addresses));

    await deploy((stack) => {
      identity(stack, 'mail-bot', AgentStage.TEST);
      new google.RetiredAgents(stack, 'Retired', { agentNames: ['invoice-bot'] });
    });
    expect(fake.tracesOf(account.email)).toEqual([]);
    expect(fake.documents.has(OWN_SECRET)).toBe(false);
  });

  test('an agent can\'t be removed unseen after an apply that failed, nor as the last one', async () => {
    const fake = workspace.google;
    const named = (...names: string[]) => (stack: TerraformStack) => names.forEach((name) => identity(stack, name, AgentStage.TEST));
    const granted = (stack: TerraformStack) => {
      identity(stack, 'a-bot', AgentStage.TEST).access.toProject('acme-test', 'roles/bigquery.dataViewer');
      identity(stack, 'b-bot', AgentStage.TEST);
    };
    await deploy(named('a-bot', 'b-bot'));
    // The guard was created before the grant, and must nevertheless know it.
    await deploy(granted);
    fake.fail({ matching: /^POST .*\/serviceAccounts$/, status: 403 });
    await configure((stack) => {
      granted(stack);
      identity(stack, 'c-bot', AgentStage.TEST);
    });
    expect((await workspace.run('apply', '-auto-approve', '-input=false')).code).not.toBe(0);
    fake.heal();

    const [account] = accountsOf(fake, 'a-bot');
    fake.policies.grant('projects/acme-test', 'roles/byhand', `serviceAccount:${account.email}`);
    const before = { traces: fake.tracesOf(account.email), addresses: await workspace.addresses() };
    const unretired = async (fill: (stack: TerraformStack) => void) => {
      await configure(fill);
      const { code, out, err } = await workspace.run('apply', '-auto-approve', '-input=false');
      expect(code).not.toBe(0);
      expect(out + err).toContain('AgentRemovedUnretired: a-bot');
      expect(fake.tracesOf(account.email)).toEqual(before.traces);
      expect((await workspace.addresses()).filter((address) => address.includes('a_bot'))).toEqual(before.addresses.filter((address) => address.includes('a_bot')));
    };
    await unretired(named('b-bot'));
    await deploy((stack) => {
      granted(stack);
      new google.RetiredAgents(stack, 'Retired', { agentNames: ['c-bot'] });
    });
    await unretired((stack) => {
      new google.RetiredAgents(stack, 'Retired', { agentNames: ['b-bot', 'c-bot'] });
    });

    fake.calls.length = 0;
    await deploy((stack) => {
      new google.RetiredAgents(stack, 'Retired', { agentNames: ['a-bot', 'b-bot', 'c-bot'] });
    });
    expect(story(fake.calls)).toContain('teardown disables');
    expect(fake.tracesOf(account.email)).toEqual([]);
    expect(fake.accounts.all()).toEqual([]);
    expect(await workspace.plannedChanges()).toBe('');
  });

  test('an agent that is named as retired leaves, and others stay', async () => {
    const fake = workspace.google;
    await deploy(twoBots);
    const [account] = accountsOf(fake, 'invoice-bot');
    const [other] = accountsOf(fake, 'mail-bot');
    fake.accounts.addKey(account.email);
    fake.policies.grant('projects/acme-test', 'roles/byhand', `serviceAccount:${account.email}`);
    const otherTraces = fake.tracesOf(other.email);
    fake.calls.length = 0;
    await deploy((stack) => {
      identity(stack, 'mail-bot', AgentStage.TEST);
      new google.RetiredAgents(stack, 'Retired', { agentNames: ['invoice-bot'] });
    });
    expect(fake.tracesOf(account.email)).toEqual([]);
    expect(fake.documents.has(OWN_SECRET)).toBe(false);
    expect(story(fake.calls)).toContain('teardown disables');
    expect(story(fake.calls).slice(-2)).toEqual(['terraform deletes the account', 'teardown deletes a secret']);
    expect(fake.tracesOf(other.email)).toEqual(otherTraces);
    expect(other.disabled).toBe(false);
    expect(await workspace.plannedChanges()).toBe('');
  });

  test.each(['before', 'after'])('what others keep with a removed block, said %s RetiredAgents, is kept, and the agent is torn down', async (when) => {
    const fake = workspace.google;
    const kept = 'projects/acme-agents/topics/kept';
    await deploy((stack) => {
      new PubsubTopic(stack, 'Kept', { project: PROJECT, name: 'kept' });
      twoBots(stack);
    });
    fake.calls.length = 0;
    await deploy((stack) => {
      const keep = () => stack.addOverride('removed', [{ from: 'google_pubsub_topic.Kept', lifecycle: { destroy: false } }]);
      if (when === 'before') {
        keep();
      }
      identity(stack, 'mail-bot', AgentStage.TEST);
      new google.RetiredAgents(stack, 'Retired', { agentNames: ['invoice-bot'] });
      if (when === 'after') {
        keep();
      }
    });
    expect(fake.documents.has(kept)).toBe(true);
    expect(story(fake.calls)).toContain('teardown disables');
    expect(accountsOf(fake, 'invoice-bot')).toEqual([]);
    expect(await workspace.addresses()).not.toContain('google_pubsub_topic.Kept');
  });
});
