import { agent, EXPIRY, PROJECT, SECRET } from './agent';
import { FakeGoogle } from './fake-google';
import { story } from './story';
import { Tools, tools, Workspace } from './terraform';

const OWN_SECRET = 'projects/acme-agents/secrets/invoice-bot-own';
const ROLE = 'roles/secretmanager.secretAccessor';
let made: Tools;
let workspace: Workspace;

/** A test on the real Terraform. */
function life(name: string, run: (workspace: Workspace, google: FakeGoogle) => Promise<void>): void {
  test(name, async () => {
    await workspace.configure(await agent({ stage: 'test' }));
    await workspace.must('init', '-input=false');
    await run(workspace, workspace.google);
  });
}

describe('an agent\'s life with Terraform', () => {
  beforeAll(async () => {
    made = await tools();
  }, 600_000);

  beforeEach(async () => {
    workspace = await Workspace.open(made);
    workspace.google.documents.add(SECRET, 'google_secret_manager_secret');
    workspace.google.documents.add(OWN_SECRET, 'google_secret_manager_secret');
    workspace.google.documents.add('buckets/acme-invoices', 'google_storage_bucket');
  });

  afterEach(() => workspace.close());

  life('joins with what its stage gives it, and then a plan changes nothing', async (terraform, google) => {
    await terraform.must('validate');
    expect(await terraform.plannedChanges()).toContain('4 to add');
    await terraform.apply();
    const account = accountOf(google, 'test');
    const condition = { title: 'nhi-expiry', expression: EXPIRY };
    expect(google.policies.of(SECRET).bindings).toEqual([{ role: ROLE, members: [`serviceAccount:${account.email}`], condition }]);
    expect(readSecret(google, google.tokenOf(account))).toBe(200);
    google.now = new Date('2027-04-01T00:00:00Z');
    expect(readSecret(google, google.tokenOf(account))).toBe(403);
    expect(await terraform.plannedChanges()).toBe('');
  });

  life('moves: the old one is cut, wiped and deleted before the new one is made and granted', async (terraform, google) => {
    await terraform.apply();
    const old = accountOf(google, 'test');
    const key = google.accounts.addKey(old.email);
    google.policies.grant('folders/42', 'roles/viewer', `serviceAccount:${old.email}`);
    google.documents.add(`${OWN_SECRET}-2`, 'google_secret_manager_secret');
    await terraform.configure(await agent({ stage: 'production' }));
    google.calls.length = 0;
    await terraform.apply();

    const next = accountOf(google, 'production');
    expect(next.uniqueId).not.toBe(old.uniqueId);
    expect(google.tracesOf(old.email)).toEqual([]);
    const told = story(google.calls);
    // Its wipers run side by side.
    const wiped = [told.indexOf('teardown disables') + 1, told.indexOf('terraform deletes the account')] as const;
    expect([...told.slice(0, wiped[0]), ...told.slice(...wiped).sort(), ...told.slice(wiped[1])]).toEqual([
      'terraform revokes', 'terraform revokes',
      'teardown disables', 'teardown deletes a key', 'teardown deletes a secret', 'teardown revokes',
      'terraform deletes the account',
      'terraform makes an account', 'terraform grants', 'terraform grants',
    ]);
    const tokens = [google.tokenOf(old), google.tokenByKey(key), google.tokenOf(next)];
    expect(tokens.map((token) => readSecret(google, token))).toEqual([401, 401, 200]);
    expect(await terraform.plannedChanges()).toBe('');
  });

  life('leaves on destroy, with all that was made by hand', async (terraform, google) => {
    await terraform.apply();
    const account = accountOf(google, 'test');
    makeByHand(google, account.email);
    const out = await terraform.destroy();
    expect(out).toContain('nothing is left');
    expect(google.tracesOf(account.email)).toEqual([]);
    expect(google.documents.has(OWN_SECRET)).toBe(false);
    expect(google.policies.of(SECRET).bindings.flatMap(({ members }) => members)).toEqual(['user:ada.park@example.com']);
    expect(await terraform.addresses()).toEqual([]);
  });

  life('leaves when its construct is replaced by the removed blocks', async (terraform, google) => {
    await terraform.apply();
    const account = accountOf(google, 'test');
    makeByHand(google, account.email);
    await terraform.configure(await agent({ stage: 'test', present: false }));
    google.calls.length = 0;
    await terraform.apply();
    expect(google.tracesOf(account.email)).toEqual([]);
    const told = story(google.calls);
    expect(told.lastIndexOf('terraform revokes')).toBeLessThan(told.indexOf('teardown disables'));
    expect(told.at(-1)).toBe('terraform deletes the account');
    expect(await terraform.addresses()).toEqual([]);
    expect(await terraform.plannedChanges()).toBe('');
  });

  life('without those blocks the teardown is passed over in silence: why they must be there', async (terraform, google) => {
    await terraform.apply();
    const account = accountOf(google, 'test');
    makeByHand(google, account.email);
    const { terraform: settings, provider } = await agent({ stage: 'test' }) as Record<string, unknown>;
    await terraform.configure({ terraform: settings, provider });
    await terraform.apply();
    expect(story(google.calls)).not.toContain('teardown disables');
    expect(google.tracesOf(account.email)).toContain(`deleted:serviceAccount:${account.email}?uid=${account.uniqueId} has roles/viewer on projects/acme-test`);
  });

  life('a teardown that fails keeps the account, disabled, and says what remains; the next destroy ends it', async (terraform, google) => {
    await terraform.apply();
    const account = accountOf(google, 'test');
    const key = google.accounts.addKey(account.email);
    makeByHand(google, account.email);
    google.fail({ matching: /^POST \/v3\/folders\/42:setIamPolicy/, status: 403 });
    const failed = await terraform.run('destroy', '-auto-approve', '-input=false');
    expect(failed.code).not.toBe(0);
    expect(failed.out + failed.err).toContain('TeardownIncomplete: 1 thing remains of invoice-bot (test)');
    expect(failed.out + failed.err).toContain('grant roles/viewer on folders/42: GoogleRefused');
    expect(failed.out + failed.err).not.toContain(FakeGoogle.OPERATOR_TOKEN);
    expect(accountOf(google, 'test').disabled).toBe(true);
    expect(readSecret(google, google.tokenByKey(key))).toBe(401);
    expect(await terraform.addresses()).toEqual(['google_service_account.InvoiceBot_Account', 'terraform_data.InvoiceBot_Teardown']);

    google.heal();
    await terraform.destroy();
    expect(google.tracesOf(account.email)).toEqual([]);
    expect(await terraform.addresses()).toEqual([]);
  });

  life('a move that fails in the teardown gives the new stage nothing, and goes on at the next apply', async (terraform, google) => {
    await terraform.apply();
    google.hmacKeys.add(PROJECT, accountOf(google, 'test').email);
    google.fail({ matching: /^DELETE .*hmacKeys/, status: 403 });
    await terraform.configure(await agent({ stage: 'production' }));
    const failed = await terraform.run('apply', '-auto-approve', '-input=false');
    expect(failed.code).not.toBe(0);
    expect(google.accounts.all().map(({ email, disabled }) => [email.split('@')[0], disabled])).toEqual([['invoice-bot-test', true]]);

    google.heal();
    await terraform.apply();
    const next = accountOf(google, 'production');
    expect(google.accounts.all()).toEqual([next]);
    expect(readSecret(google, google.tokenOf(next))).toBe(200);
    expect(google.hmacKeys.live()).toEqual([]);
    await terraform.destroy();
    expect(google.accounts.all()).toEqual([]);
    expect(google.tracesOf(next.email)).toEqual([]);
  });

  life('is not moved while it is suspended, as the new account would be enabled', async (terraform, google) => {
    await terraform.apply();
    const account = accountOf(google, 'test');
    const key = google.accounts.addKey(account.email);
    account.disabled = true;
    await terraform.configure(await agent({ stage: 'production' }));
    const refused = await terraform.run('apply', '-auto-approve', '-input=false');
    expect(refused.code).not.toBe(0);
    expect(refused.out + refused.err).toMatch(/AgentSuspended: invoice-bot \(test\)/);
    expect(google.accounts.all()).toEqual([account]);
    expect(google.accounts.keys.get(account.uniqueId)).toContainEqual(key);

    account.disabled = false;
    await terraform.apply();
    expect(google.accounts.all()).toEqual([accountOf(google, 'production')]);
    // A suspended agent can leave.
    accountOf(google, 'production').disabled = true;
    await terraform.destroy();
    expect(google.accounts.all()).toEqual([]);
  });

  life('leaves though Google throttles and others write to the same policies', async (terraform, google) => {
    await terraform.apply();
    const account = accountOf(google, 'test');
    makeByHand(google, account.email);
    google.fail({ matching: /setIamPolicy/, status: 409, times: 2 });
    google.fail({ matching: /hmacKeys/, status: 429, times: 1 });
    google.fail({ matching: /:disable/, status: 500, times: 1 });
    await terraform.destroy();
    expect(google.tracesOf(account.email)).toEqual([]);
  });
});

function makeByHand(google: FakeGoogle, email: string): void {
  const member = `serviceAccount:${email}`;
  google.accounts.addKey(email);
  [1, 2, 3].forEach(() => google.hmacKeys.add(PROJECT, email));
  google.policies.grant('projects/acme-test', 'roles/viewer', member);
  google.policies.grant('folders/42', 'roles/viewer', member);
  google.policies.grant('buckets/acme-invoices', 'roles/storage.objectViewer', member);
  google.policies.grant(SECRET, ROLE, 'user:ada.park@example.com');
}

function accountOf(google: FakeGoogle, stage: string) {
  return google.accounts.byEmail(`invoice-bot-${stage}@${PROJECT}.iam.gserviceaccount.com`)!;
}

function readSecret(google: FakeGoogle, token: string): number {
  return google.handle({ method: 'GET', path: `/v1/${SECRET}/versions/latest:access`, query: new URLSearchParams(), body: undefined }, token, 'agent').status;
}
