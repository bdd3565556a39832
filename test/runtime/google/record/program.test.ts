import { program } from '../../../../runtime/google/record/program';
import { FakeGoogle, fetchOf } from '../../../e2e/google/fake-google';
import { PROJECT, world } from '../world';

const BUCKET = 'acme-agents-agents-registry';
const TOPIC = 'projects/acme-agents/topics/agents-lifecycle';

function joined() {
  const made = world();
  made.google.documents.add(`buckets/${BUCKET}`, 'google_storage_bucket');
  made.google.documents.add(TOPIC, 'google_pubsub_topic');
  const message = {
    version: 1,
    registry: 'agents',
    bucket: BUCKET,
    topic: TOPIC,
    actor: 'terraform:own',
    project: PROJECT,
    agentName: 'invoice-bot',
    stage: 'test',
    sponsorId: 'ada.park@example.com',
    expires: '2027-04-01T00:00:00Z',
    accountEmail: made.account.email,
    accountUniqueId: made.account.uniqueId,
  };
  const remove = () => made.google.handle({ method: 'DELETE', path: `/v1/${made.account.name}`, query: new URLSearchParams(), body: undefined }, FakeGoogle.OPERATOR_TOKEN, 'hand');
  return { ...made, message, remove };
}

async function record(google: FakeGoogle, message: object, environment: Record<string, string> = {}) {
  let [out, err] = ['', ''];
  const code = await program({
    environment: { NHI_RECORD: JSON.stringify(message), GOOGLE_OAUTH_ACCESS_TOKEN: FakeGoogle.OPERATOR_TOKEN, ...environment },
    fetch: fetchOf(google),
    gcloud: async () => undefined,
    sleep: async () => undefined,
    random: () => 0.5,
    now: () => google.now.getTime(),
    out: (text) => { out += text; },
    err: (text) => { err += text; },
  });
  return { code, out, err };
}

test('says what it recorded, and that nothing was new', async () => {
  const { google, message } = joined();
  expect((await record(google, message)).out).toBe('recorded nhi.lifecycle.joined.v1 of acme-agents/invoice-bot, number 1 of its chain');
  expect((await record(google, message)).out).toBe('nothing new to record: published nhi.lifecycle.joined.v1 of acme-agents/invoice-bot, number 1 of its chain, again');
});

test('nobody has left whose account is there: neither the one that is configured nor the one that the chain knows', async () => {
  const { google, message, remove } = joined();
  await record(google, message);
  const { accountUniqueId: _gone, ...leaving } = message;
  const afterRefusedMove = { ...leaving, stage: 'production', accountEmail: 'invoice-bot-prod@acme-agents.iam.gserviceaccount.com' };
  for (const each of [leaving, afterRefusedMove]) {
    expect(await record(google, each, { NHI_RECORD_EVENT: 'left' })).toMatchObject({ code: 1, err: expect.stringMatching(/^AccountStillThere: invoice-bot-test@/) });
  }
  remove();
  expect(await record(google, afterRefusedMove, { NHI_RECORD_EVENT: 'left' })).toMatchObject({ code: 0, out: expect.stringContaining('recorded nhi.lifecycle.left.v1') });
});
