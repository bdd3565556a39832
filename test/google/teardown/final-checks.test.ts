import { CloudRunV2Service } from '@cdktf/provider-google/lib/cloud-run-v2-service';
import { DataGoogleServiceAccount } from '@cdktf/provider-google/lib/data-google-service-account';
import { ServiceAccountKey } from '@cdktf/provider-google/lib/service-account-key';
import { StorageBucket } from '@cdktf/provider-google/lib/storage-bucket';
import { StorageHmacKey } from '@cdktf/provider-google/lib/storage-hmac-key';
import { TerraformHclModule, TerraformLocal, TerraformStack } from 'cdktf';
import { ManagedAgentIdentity } from '../../../src/google';
import { agent } from '../agents';

const runAs = (bot: ManagedAgentIdentity, name: string, extra: object = {}) =>
  new CloudRunV2Service(bot.node.scope!, name, { name, location: 'europe-west1', template: { serviceAccount: bot.email, containers: [{ image: 'matcher' }] }, ...extra });

describe('CreateBeforeDestroy', () => {
  test('refuses a resource that would have the new account created before the old is destroyed', () => {
    const { bot, synth } = agent();
    runAs(bot, 'Matcher', { lifecycle: { createBeforeDestroy: true } });

    expect(synth).toThrow(/CreateBeforeDestroy: own\/Matcher .*google_service_account\.agent_invoice_bot/);
  });

  test('refuses it also over others', () => {
    const { bot, stack, synth } = agent();
    const service = runAs(bot, 'Matcher');
    new StorageBucket(stack, 'Notes', { name: service.name, location: 'EU', labels: { of: service.uid }, lifecycle: { createBeforeDestroy: true } });

    expect(synth).toThrow(/CreateBeforeDestroy: own\/Notes /);
  });

  test.each<[string, (bot: ManagedAgentIdentity) => string]>([
    ['a local value', (bot) => new TerraformLocal(bot.node.scope!, 'Email', bot.email).asString],
    ['a data source', (bot) => new DataGoogleServiceAccount(bot.node.scope!, 'Account', { accountId: bot.email }).email],
    ['a module', (bot) => new TerraformHclModule(bot.node.scope!, 'Wrapper', { source: 'acme/wrapper/google', variables: { email: bot.email } }).getString('name')],
    ['all of them', (bot) => {
      const { email } = new DataGoogleServiceAccount(bot.node.scope!, 'Account', { accountId: new TerraformLocal(bot.node.scope!, 'Email', bot.email).asString });
      return new TerraformHclModule(bot.node.scope!, 'Wrapper', { source: 'acme/wrapper/google', variables: { email } }).getString('name');
    }],
  ])('refuses it over %s', (_what, over) => {
    const { bot, stack, synth } = agent();
    new StorageBucket(stack, 'Notes', { name: over(bot), location: 'EU', lifecycle: { createBeforeDestroy: true } });

    expect(synth).toThrow(/CreateBeforeDestroy: own\/Notes .*google_service_account\.agent_invoice_bot/);
  });

  test('allows it over values and data sources that have nothing of an agent', () => {
    const { stack, synth } = agent();
    const { email } = new DataGoogleServiceAccount(stack, 'Account', { accountId: new TerraformLocal(stack, 'Email', 'other').asString });
    new StorageBucket(stack, 'Notes', { name: email, location: 'EU', lifecycle: { createBeforeDestroy: true } });

    expect(synth).not.toThrow();
  });

  test('refuses it as an override too', () => {
    const { bot, synth } = agent();
    runAs(bot, 'Matcher').addOverride('lifecycle.create_before_destroy', true);

    expect(synth).toThrow(/CreateBeforeDestroy: own\/Matcher /);
  });

  test('allows it where it reaches no agent', () => {
    const { bot, stack, synth } = agent();
    runAs(bot, 'Matcher');
    new StorageBucket(stack, 'Notes', { name: 'notes', location: 'EU', lifecycle: { createBeforeDestroy: true } });

    expect(synth).not.toThrow();
  });
});

describe.each<[string, (stack: TerraformStack, account: string) => unknown]>([
  ['key', (stack, serviceAccountId) => new ServiceAccountKey(stack, 'Key', { serviceAccountId })],
  ['HMAC key', (stack, serviceAccountEmail) => new StorageHmacKey(stack, 'Key', { serviceAccountEmail })],
])('KeyInState: %s', (_kind, key) => {
  test.each<[string, (bot: ManagedAgentIdentity) => string]>([
    ['by reference', (bot) => bot.email],
    ['written out', (bot) => `${bot.accountId}@acme-agents.iam.gserviceaccount.com`],
    ['over a local value', (bot) => new TerraformLocal(bot.node.scope!, 'Email', bot.email).asString],
    ['over a data source', (bot) => new DataGoogleServiceAccount(bot.node.scope!, 'Account', { accountId: bot.accountId }).name],
  ])('refuses one of an agent, whose private half would be in the state: %s', (_how, account) => {
    const { bot, stack, synth } = agent();
    key(stack, account(bot));

    expect(synth).toThrow(/KeyInState: own\/Key /);
  });

  test('leaves those of others alone, also where they depend on an agent\'s work', () => {
    const { bot, stack, synth } = agent();
    key(stack, `other@${runAs(bot, 'Matcher').project}.iam.gserviceaccount.com`);

    expect(synth).not.toThrow();
  });
});
