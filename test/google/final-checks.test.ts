import { CloudRunV2Service } from '@cdktf/provider-google/lib/cloud-run-v2-service';
import { ServiceAccountKey } from '@cdktf/provider-google/lib/service-account-key';
import { StorageBucket } from '@cdktf/provider-google/lib/storage-bucket';
import { agent } from './agents';
import { ManagedAgentIdentity } from '../../src/google';

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

describe('KeyInState', () => {
  test('refuses a key of an agent, whose private half would be in the state', () => {
    const { bot, stack, synth } = agent();
    new ServiceAccountKey(stack, 'Key', { serviceAccountId: bot.email });

    expect(synth).toThrow(/KeyInState: own\/Key /);
  });

  test('leaves keys of others alone', () => {
    const { stack, synth } = agent();
    new ServiceAccountKey(stack, 'Key', { serviceAccountId: 'other@acme-agents.iam.gserviceaccount.com' });

    expect(synth).not.toThrow();
  });
});

