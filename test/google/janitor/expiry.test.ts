import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Testing } from 'cdktf';
import fc from 'fast-check';
import { Expiry } from '../../../src/core';
import { cron } from '../../../src/google/janitor/expiry-job';
import { sweepWorkflow } from '../../../src/google/janitor/sweep-workflow';
import { ACCOUNT, agent, agentIn, appOf, only, stackOf } from '../agents';

test('a job disables the account at the end, as the janitor', () => {
  const job = only(agent({ expires: Expiry.at('2999-12-24T18:30:00Z') }).resources('google_cloud_scheduler_job'));

  expect(job).toMatchObject({
    schedule: '30 18 24 12 *',
    time_zone: 'Etc/UTC',
    http_target: {
      http_method: 'POST',
      uri: 'https://iam.googleapis.com/v1/projects/acme-agents/serviceAccounts/${google_service_account.agent_invoice_bot.unique_id}:disable',
      oauth_token: { service_account_email: expect.stringMatching(/^\$\{google_service_account\.agents_nhi_janitor_/) },
    },
  });
});

test('the janitor may do so from the end on only: cron knows no years', () => {
  const { bot, resources } = agent();
  const [grant] = Object.entries(resources('google_service_account_iam_member')).filter(([address]) => address.includes('_expiry_')).map(([, found]) => found);

  expect(grant).toMatchObject({ service_account_id: ACCOUNT, condition: { expression: 'request.time >= timestamp("2999-04-01T00:00:00Z")' } });
  expect(bot.janitorEmail).toMatch(/^nhi-janitor-[a-v0-9]{10}@acme-agents\.iam\.gserviceaccount\.com$/);
});

test('the job never comes before the end, and within a minute of it', () => {
  const epoch = fc.integer({ min: Date.UTC(2026, 0) / 1000, max: Date.UTC(2100, 0) / 1000 });
  fc.assert(fc.property(epoch, (seconds) => {
    const [minute, hour, day, month] = cron(Expiry.at(new Date(seconds * 1000).toISOString())).split(' ').map(Number);
    const year = new Date((seconds + 59) * 1000).getUTCFullYear();
    const delay = Date.UTC(year, month - 1, day, hour, minute) / 1000 - seconds;
    expect(delay).toBeGreaterThanOrEqual(0);
    expect(delay).toBeLessThan(60);
  }));
});

test('one janitor serves a stack, and its sweep knows every agent', () => {
  const stack = stackOf();
  agentIn(stack);
  agentIn(stack, { agentName: 'other-bot', expires: Expiry.on('2999-06-30') }, 'Other');
  const { resource } = JSON.parse(Testing.synth(stack));
  const [workflow] = Object.values<any>(resource.google_workflows_workflow);

  expect(Object.keys(resource.google_workflows_workflow)).toHaveLength(1);
  expect(JSON.parse(workflow.source_contents).main.steps[0].known.assign[0].agents).toEqual([
    { account: expect.stringMatching(/^projects\/acme-agents\/serviceAccounts\/invoice-bot-test-/), expires: '2999-04-01T00:00:00Z' },
    { account: expect.stringMatching(/^projects\/acme-agents\/serviceAccounts\/other-bot-test-/), expires: '2999-07-01T00:00:00Z' },
  ]);
});

test('more agents than a workflow has room for are swept by several, each by one', () => {
  const stack = stackOf();
  const names = Array.from({ length: 501 }, (_none, index) => `bot-${'x'.repeat(40)}-${index}`.slice(-48).replace(/^[^a-z]/, 'b'));
  names.forEach((agentName) => agentIn(stack, { agentName }, agentName));
  const { resource } = JSON.parse(Testing.synth(stack));
  const workflows = Object.values<any>(resource.google_workflows_workflow);
  const agentsIn = (source: string): { account: string }[] => JSON.parse(source).main.steps[0].known.assign[0].agents;
  const swept = workflows.map(({ source_contents: source }) => agentsIn(source).map(({ account }) => account));

  expect(workflows.map(({ source_contents: source }) => Buffer.byteLength(source) < 128 * 1024)).toEqual([true, true]);
  expect(swept.map(({ length }) => length).sort()).toEqual([1, 500]);
  expect(new Set(swept.flat()).size).toBe(501);
  expect(new Set(workflows.map(({ name }) => name)).size).toBe(2);
  expect(Object.values<any>(resource.google_cloud_scheduler_job).filter(({ http_target: target }) => target.uri.endsWith('/executions'))).toHaveLength(2);
});

test('two stacks of one project have each their own', () => {
  const app = appOf();
  const emails = ['one', 'two'].map((id) => agentIn(stackOf(app, id), { agentName: `${id}-bot` }).janitorEmail);

  expect(new Set(emails).size).toBe(2);
});

test('the janitor\'s roles end agents and do nothing else: no permission on any policy, and on the project only HMAC keys', () => {
  const { resources } = agent();
  const [role, ofKeys] = Object.values(resources('google_project_iam_custom_role'));

  expect(role.permissions).toEqual(['iam.serviceAccountKeys.delete', 'iam.serviceAccountKeys.list', 'iam.serviceAccounts.disable', 'iam.serviceAccounts.get']);
  expect(ofKeys.permissions).toEqual(['storage.hmacKeys.delete', 'storage.hmacKeys.get', 'storage.hmacKeys.list', 'storage.hmacKeys.update']);
  expect(Object.values(resources('google_project_iam_member')).map(({ role: granted }) => granted.replace(/janitor_[a-v0-9]{10}/, 'janitor')).sort()).toEqual([
    '${google_project_iam_custom_role.agents_nhi_janitor_hmac.name}', 'roles/workflows.invoker',
  ]);
});

test('the sweep disables first, and makes an HMAC key of the account inactive before it deletes it', () => {
  const { wipe: { steps } } = JSON.parse(sweepWorkflow([]).replaceAll('$${', '${'));
  const names = steps.map((step: object) => Object.keys(step)[0]);
  expect(names).toEqual(['disable', 'look', 'each', 'name', 'lookForHmac', 'eachHmac']);
  expect(steps[4].lookForHmac.args).toMatchObject({ url: '${hmacKeys}', query: { serviceAccountEmail: '${email}' } });
  const each = steps[5].eachHmac.for.steps;
  expect(each.map((step: object) => Object.keys(step)[0])).toEqual(['others', 'active', 'forgetHmac']);
  expect(each[1].active.switch[0]).toMatchObject({ condition: '${key.state == "ACTIVE"}', steps: [{ off: { call: 'http.put', args: { body: { state: 'INACTIVE' } } } }] });
});

test('the role has another id each time the janitor is made, as Google keeps that of a deleted one for 37 days', () => {
  const { resources } = agent();
  const [[address, role]] = Object.entries(resources('google_project_iam_custom_role'));

  expect(role.role_id).toMatch(new RegExp(`^nhi_janitor_[a-v0-9]{10}_\\$\\{substr\\(terraform_data\\.${address}\\.id, 0, 8\\)\\}$`));
  expect(resources('terraform_data')).toHaveProperty(address);
});

test('Terraform leaves the workflow\'s own expressions alone', () => {
  expect(sweepWorkflow([]).replaceAll('$${', '')).not.toContain('${');
});

describe('the clock', () => {
  test('a past end is a warning and no error', () => {
    const { bot, synth } = agent({ expires: Expiry.on('2020-01-01') });

    expect(() => synth()).not.toThrow();
    expect(bot.node.metadata.map(({ data }) => String(data))).toContainEqual(expect.stringMatching(/^AgentExpired: /));
  });

  test('TenureExceeded: an end further ahead than the stage allows fails the synthesis, and an end within it does not', () => {
    const synthesis = (days: number) => () => {
      const app = appOf({ outdir: mkdtempSync(join(tmpdir(), 'nhi-tenure-')) });
      try {
        agentIn(stackOf(app), { expires: Expiry.at(new Date(Date.now() + days * 86_400_000).toISOString().replace(/\.\d+Z/, 'Z')) });
        app.synth();
      } finally {
        rmSync(app.outdir, { recursive: true });
      }
    };
    expect(synthesis(181)).toThrow(/TenureExceeded: own\/Bot: agent invoice-bot ends at .*, further ahead than stage test allows \(180 days\): use Expiry\.on\(/);
    expect(synthesis(179)).not.toThrow();
  });

  test('a coming end is neither', () => {
    expect(agent().bot.node.metadata.map(({ data }) => String(data)).filter((text) => text.includes('AgentExpired'))).toEqual([]);
  });
});
