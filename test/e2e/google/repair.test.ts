import { TerraformStack } from 'cdktf';
import { accountsOf, configure, deploy, eventsOf, identity, inWorkspaces, invoiceBot, OWN_SECRET, PLACES, PROJECT, RECORDS } from './bots';
import { FakeGoogle } from './fake-google';
import { Workspace } from './terraform';
import { AgentStage, Expiry } from '../../../src/core';
import * as google from '../../../src/google';
import { RSA } from '../../google/certificates';

interface Managed {
  readonly address: string;
  readonly type: string;
  readonly values: Record<string, unknown>;
}

const BROKER = 'serviceAccount:broker@acme-agents.iam.gserviceaccount.com';
const KEY = google.AgentKey.uploaded({ certificate: RSA, privateKeySecret: OWN_SECRET });
let workspace: Workspace;

/** Runtimes with resources of their own, which the agent above doesn't have. */
const RUNTIMES: readonly (readonly [what: string, runtime: google.AgentRuntime, ends: readonly string[]])[] = [
  ['attached, deployed by another identity and running in another project', google.AgentRuntime.cloudRun({ deployer: BROKER, runsInProjectNumber: '123456789012' }), []],
  ['a workload of Kubernetes', google.AgentRuntime.gke({ namespace: 'payables', kubernetesServiceAccount: 'invoice-bot' }), []],
  [
    'federated',
    google.AgentRuntime.workloadIdentityFederation(google.FederatedIdentity.awsRole({ accountId: '111122223333', roleName: 'invoice-bot-test' })),
    // Google keeps the id of a deleted pool: it can't be replaced, and is restored by hand.
    ['pool', 'provider'].flatMap((part) => ['replaced', 'tainted', 'deleted by hand'].map((how) => `${part} ${how}`)).concat('guard replaced'),
  ],
];

/** One grant of each kind of storage: with a condition, without, and in a dataset's own list. */
const bot = (stage: AgentStage, more: Partial<google.ManagedAgentIdentityProps> = {}) => (stack: TerraformStack) => {
  const agent = identity(stack, 'invoice-bot', stage, {
    registry: google.LifecycleRegistry.fromRegistryName(stack, 'Registry', { project: PROJECT }),
    ownSecrets: [OWN_SECRET],
    runtime: google.AgentRuntime.broker(BROKER),
    // After the end of its key's certificate.
    expires: Expiry.on('2999-03-31'),
    ...more,
    keys: stage === AgentStage.TEST && more.runtime === undefined ? [KEY] : [],
  });
  const test = agent.accessIn(AgentStage.TEST);
  test.toSecret(PLACES.secret, 'roles/secretmanager.secretAccessor');
  test.toTopic(PLACES.topic, 'roles/pubsub.publisher');
  test.toDataset(PLACES.dataset, 'roles/bigquery.dataViewer');
};

async function managed(): Promise<Managed[]> {
  const { values } = JSON.parse(await workspace.must('show', '-json')) as { values: { root_module: { resources: Managed[] } } };
  return values.root_module.resources;
}

/** Everything that the agent needs to act, without ids that differ between accounts. */
function health(fake: FakeGoogle): object {
  const accounts = fake.accounts.all().map(({ email, disabled, description }) => ({ email, disabled, description }));
  const ids = fake.accounts.all().map(({ uniqueId }) => uniqueId);
  const bindings = [...fake.policies.all()].flatMap(([place, policy]) => policy.bindings.flatMap(({ role, members, condition }) => members
    .map((member) => `${place} ${role.replace(/_[0-9a-f]{8}$/, '')} ${member} ${condition?.expression ?? ''}`)));
  const keys = fake.accounts.all().map(({ uniqueId }) => fake.accounts.keys.get(uniqueId)!.filter(({ keyType }) => keyType === 'USER_MANAGED').length);
  const documents = fake.documents.names().map((name) => name.replace(/_[0-9a-f]{8}$/, ''));
  return JSON.parse(ids.reduce((text, id) => text.replaceAll(id, 'ID'), JSON.stringify({
    accounts: accounts.sort((a, b) => a.email.localeCompare(b.email)),
    bindings: bindings.filter((binding) => !binding.includes('deleted:')).sort(),
    keys: keys.sort(),
    documents: documents.sort(),
    left: eventsOf(fake).includes('left'),
  })));
}

/** Deletes a resource as a person does in the console. Returns false for one that isn't at Google. */
function deleteByHand(fake: FakeGoogle, { type, values }: Managed): boolean {
  const call = (path: string) => fake.handle({ method: 'DELETE', path, query: new URLSearchParams(), body: undefined }, FakeGoogle.OPERATOR_TOKEN, 'person').status === 200;
  if (type === 'terraform_data') {
    return false;
  }
  if (type === 'google_service_account' || type === 'google_service_account_key') {
    return call(`/v1/${String(values.name)}`);
  }
  if (values.role === undefined) {
    return call(`/stand-in/documents/${type}/${encodeURIComponent(String(values.id))}`);
  }
  const member = values.member ?? `serviceAccount:${String(values.user_by_email)}`;
  for (const { bindings } of fake.policies.all().values()) {
    for (const binding of bindings.filter(({ role }) => role === values.role)) {
      binding.members = binding.members.filter((each) => each !== member);
    }
  }
  return true;
}

describe('whatever single part of an agent is replaced, tainted or deleted by hand', () => {
  inWorkspaces((opened) => {
    workspace = opened;
    workspace.google.accounts.add(PROJECT, 'broker');
  });

  test('the same apply ends with the agent as it was, or fails and says what to do', async () => {
    const fake = workspace.google;
    await deploy(workspace, bot(AgentStage.TEST));
    const well = health(fake);
    expect(well).toMatchObject({ left: false, keys: [0, 0, 1] });
    const ends: string[] = [];
    for (const { address } of await managed()) {
      for (const how of ['replaced', 'tainted', 'deleted by hand']) {
        const part = (await managed()).find((each) => each.address === address)!;
        if (how === 'deleted by hand' && !deleteByHand(fake, part)) {
          continue;
        }
        if (how === 'tainted') {
          await workspace.must('taint', address);
        }
        const { code, out, err } = await workspace.run('apply', '-auto-approve', '-input=false', ...how === 'replaced' ? [`-replace=${address}`] : []);
        const now = health(fake);
        if (code !== 0 || JSON.stringify(now) !== JSON.stringify(well)) {
          ends.push(`${address.replace(/^.*invoice_bot_?|_[a-v0-9]{10}(\[.*)?$/g, '')} ${how}: ${code === 0 ? out : /\w+StillThere/.exec(out + err)?.[0] ?? out + err}`);
          expect(now).toEqual(well);
        }
      }
    }
    // Destroyed only after the account: nothing else reports that the agent has left.
    expect(ends).toEqual(['leaver replaced: AccountStillThere', 'own_secrets replaced: AccountStillThere']);
    expect(await workspace.plannedChanges()).toBe('');
    await workspace.destroy();
    expect(accountsOf(fake, 'invoice-bot')).toEqual([]);
    expect(fake.documents.has(OWN_SECRET)).toBe(false);
    expect(eventsOf(fake).at(-1)).toBe('left');
    expect(fake.objects.names(RECORDS).filter((name) => name.startsWith('agents/'))).toHaveLength(1);
  }, 900_000);

  test.each(RUNTIMES)('%s: the same apply ends with the agent as it was, or keeps the pool and says what to do', async (_what, runtime, expected) => {
    const fake = workspace.google;
    fake.accounts.addDefault(PROJECT, 'service-123456789012@serverless-robot-prod.iam.gserviceaccount.com');
    await deploy(workspace, bot(AgentStage.TEST, { runtime }));
    const well = health(fake);
    const ends: string[] = [];
    const own = (await managed()).filter(({ address }) => /workload_identity|_(?:deployer|service_agent|workload|federation|pool)_/.test(address));
    expect(own.length).toBeGreaterThan(0);
    for (const part of own) {
      for (const how of ['replaced', 'tainted', 'deleted by hand']) {
        if (how === 'deleted by hand' && !deleteByHand(fake, part)) {
          continue;
        }
        if (how === 'tainted') {
          await workspace.must('taint', part.address);
        }
        const { code, out, err } = await workspace.run('apply', '-auto-approve', '-input=false', ...how === 'replaced' ? [`-replace=${part.address}`] : []);
        if (code !== 0) {
          const name = /pool_provider/.test(part.address) ? 'provider' : /google_iam_workload_identity_pool/.test(part.address) ? 'pool' : 'guard';
          ends.push(`${name} ${how}`);
          expect(out + err).toMatch(/AccountStillThere: [^]*undelete it|already exists/);
          if (how === 'tainted') {
            await workspace.must('untaint', part.address);
          } else if (how === 'deleted by hand') {
            fake.documents.undelete(String(part.values.id));
            await workspace.must('import', '-input=false', part.address, String(part.values.id));
          }
          // Who acts by the pool may be revoked already.
          await workspace.apply();
        }
        expect([part.address, how, health(fake)]).toEqual([part.address, how, well]);
      }
    }
    expect(ends).toEqual(expected);
    expect(await workspace.plannedChanges()).toBe('');
    await deploy(workspace, bot(AgentStage.PRODUCTION, { runtime }));
    expect(accountsOf(fake, 'invoice-bot').map(({ email, disabled }) => [email.includes('-prod'), disabled])).toEqual([[true, false]]);
    await workspace.destroy();
    expect(accountsOf(fake, 'invoice-bot')).toEqual([]);
    expect(fake.documents.names('google_iam_workload_identity_pool')).toEqual([]);
  }, 900_000);

  test.each<[string, RegExp]>([
    ['the old account can\'t be deleted', /^DELETE .*\/serviceAccounts\/[^/]*invoice-bot-test[^/]*$/],
    ['the teardown can\'t finish', /^DELETE .*hmacKeys/],
  ])('a move that failed as %s and is taken back: the account is enabled again', async (_what, matching) => {
    const fake = workspace.google;
    await deploy(workspace, bot(AgentStage.TEST));
    const well = health(fake);
    fake.hmacKeys.add(PROJECT, accountsOf(fake, 'invoice-bot')[0].email);
    fake.fail({ matching, status: 403 });
    await configure(workspace, bot(AgentStage.PRODUCTION));
    expect((await workspace.run('apply', '-auto-approve', '-input=false')).code).not.toBe(0);
    expect(accountsOf(fake, 'invoice-bot').map(({ disabled }) => disabled)).toEqual([true]);
    fake.heal();

    await deploy(workspace, bot(AgentStage.TEST));
    expect(health(fake)).toEqual(well);
    expect(await workspace.plannedChanges()).toBe('');
    await deploy(workspace, bot(AgentStage.PRODUCTION));
    expect(accountsOf(fake, 'invoice-bot').map(({ email, disabled }) => [email.includes('-prod'), disabled])).toEqual([[true, false]]);
  });

  test('an account that is created after the end is disabled in the same apply', async () => {
    const fake = workspace.google;
    const ended = (stack: TerraformStack) => invoiceBot(stack, AgentStage.TEST, { expires: Expiry.on('2026-01-01') });
    await deploy(workspace, ended);
    expect(accountsOf(fake, 'invoice-bot').map(({ disabled }) => disabled)).toEqual([true]);
    await workspace.must('apply', '-auto-approve', '-input=false', '-replace=google_service_account.agent_invoice_bot');
    expect(accountsOf(fake, 'invoice-bot').map(({ disabled }) => disabled)).toEqual([true]);
    expect(await workspace.plannedChanges()).toBe('');
    await deploy(workspace, (stack) => invoiceBot(stack, AgentStage.TEST, { expires: Expiry.on('2999-01-01') }));
    // Only a person enables it again.
    expect(accountsOf(fake, 'invoice-bot').map(({ disabled }) => disabled)).toEqual([true]);
  });

  test('a suspended agent stays suspended, whichever part is replaced', async () => {
    const fake = workspace.google;
    await deploy(workspace, bot(AgentStage.TEST));
    accountsOf(fake, 'invoice-bot')[0].disabled = true;
    await workspace.must('apply', '-auto-approve', '-input=false', '-replace=terraform_data.agent_invoice_bot');
    expect(accountsOf(fake, 'invoice-bot')[0].disabled).toBe(true);
    await deploy(workspace, (stack) => invoiceBot(stack, AgentStage.TEST, { purpose: 'Another', expires: Expiry.on('2027-04-30') }));
    expect(accountsOf(fake, 'invoice-bot')[0]).toMatchObject({ disabled: true, description: expect.stringMatching(/: Another$/) });
  });
});
