import { hashEvent } from '../../../../src/core/hash-chain';
import { LifecycleEvent } from '../../../../src/core/lifecycle-event';
import { Ended, Life, TOPIC } from '../life';
import { SECRET } from '../world';

const WHY = ['--reason', 'Its key was seen in a public place'];
const YES = [...WHY, '--yes'];
const ADA = 'ada.park@example.com';
const RECORDS = ['storage.objects.get', 'storage.objects.list', 'storage.objects.create', 'pubsub.topics.publish', 'iam.serviceAccounts.get', 'iam.denypolicies.get'];
const MAY_SUSPEND = [...RECORDS, 'iam.serviceAccounts.disable', 'iam.denypolicies.create', 'storage.buckets.get'];
const MAY_RESUME = [...RECORDS, 'iam.serviceAccounts.disable', 'iam.serviceAccounts.enable', 'iam.denypolicies.delete'];
const HOUR = 1 / 24;

interface Named {
  readonly attachments: string[];
  readonly accounts: object[];
}
type Details = Readonly<Record<string, unknown>> & { readonly suspension?: Readonly<Record<string, unknown>> };

/** An agent with declared access, whose declaration has what a suspension uses. */
async function joined(more: object = {}): Promise<Life> {
  const life = new Life();
  await life.join({ topic: TOPIC, ...more });
  life.google.policies.grant(SECRET, 'roles/secretmanager.secretAccessor', life.member);
  life.google.callers.set('responder', { email: ADA, permissions: MAY_SUSPEND });
  life.google.callers.set('owner', { email: 'li.chen@example.com', permissions: MAY_RESUME });
  return life;
}

const as = (life: Life, token: string, ...words: string[]) => life.nhiAs(token, '--google-registry', 'gs://acme-agents-agents-registry', ...words);
const suspend = (life: Life) => as(life, 'responder', 'suspend', 'invoice-bot', ...YES);
const resume = (life: Life, ...more: string[]) => as(life, 'owner', 'resume', 'invoice-bot', ...YES, ...more);

function readsSecret({ google }: Life, token: string): number {
  return google.handle({ method: 'GET', path: `/v1/${SECRET}/versions/latest:access`, query: new URLSearchParams(), body: undefined }, token, 'agent').status;
}

const disabled = ({ google, account }: Life) => google.accounts.byId(account.uniqueId)?.disabled;
const detailsOf = (life: Life, at: number): Details => {
  const [, { data }] = life.objects<LifecycleEvent>('events/').at(at)!;
  return (data.unmapped as { details: Details }).details;
};
const denied = ({ google }: Life) => [...google.denyPolicies.policies.keys()].map((name) => name.replace(/\/nhi-invoice-bot-[a-v0-9]{10}$/, '')).sort();

async function suspended(more: object = {}): Promise<Life> {
  const life = await joined(more);
  expect(await suspend(life)).toMatchObject({ code: 0 });
  return life;
}

describe('suspend', () => {
  test('disables the account and denies it in every project of its access, with the permissions of the role and no others', async () => {
    const life = await joined();
    const token = life.google.tokenOf(life.account);
    expect(readsSecret(life, token)).toBe(200);
    const { out } = await suspend(life);
    expect(disabled(life)).toBe(true);
    expect(denied(life)).toEqual(['projects/acme-agents', 'projects/acme-test']);
    expect(life.events).toEqual(['joined', 'suspended', 'suspension-completed']);
    expect(readsSecret(life, token)).toBe(401);
    expect(out).toContain('status      suspended\n');
    expect(out).toContain(`suspended   since 2026-10-01T00:00:00.000Z by ${ADA}: Its key was seen in a public place\n  disabled        ${life.account.email}`);
    expect(out).toContain('  denied in       projects/acme-test\n  old tokens      end at 2026-10-01T01:00:00.000Z: a resumption before would revive them\n');
    expect((await life.nhi('list', '--status', 'suspended')).out).toContain('invoice-bot  suspended  test   ada.park@example.com  2027-04-01T00:00:00Z  own');
    expect(await life.nhi('verify', 'invoice-bot')).toMatchObject({ code: 0, out: expect.stringContaining('3 events') });
    expect(life.google.objects.messages.map(({ topic }) => topic)).toEqual([TOPIC, TOPIC, TOPIC]);
  });

  test('keeps the account denied though somebody enables it: its old tokens are accepted and may do nothing', async () => {
    const life = await suspended();
    life.google.accounts.byId(life.account.uniqueId)!.disabled = false;
    expect(readsSecret(life, life.google.tokenOf(life.account))).toBe(403);
    life.google.denyPolicies.policies.clear();
    expect(readsSecret(life, life.google.tokenOf(life.account))).toBe(200);
  });

  test('records what it will do before it does anything', async () => {
    const life = await joined();
    life.google.fail({ matching: /:disable$|denypolicies/, status: 403 });
    expect(await suspend(life)).toMatchObject({ failure: 'SuspensionIncomplete', err: expect.stringContaining(`account ${life.account.email} is enabled`) });
    expect(life.events).toEqual(['joined', 'suspended']);
    expect(detailsOf(life, -1)).toMatchObject({
      reason: 'Its key was seen in a public place',
      suspension: { accounts: [{ email: life.account.email, uniqueId: life.account.uniqueId }], attachments: ['projects/acme-agents', 'projects/acme-test'] },
    });
    expect((await life.nhi('list')).out).toMatch(/^invoice-bot +suspending /m);
    life.google.heal();
    expect((await suspend(life)).code).toBe(0);
    expect(life.events).toEqual(['joined', 'suspended', 'suspension-completed']);
  });

  test.each([
    ['iam.denypolicies.create', /deny policy nhi-invoice-bot-\w{10} on projects\/acme-test denies it nothing/, true, 0],
    ['iam.serviceAccounts.disable', /account invoice-bot-test@\S+ is enabled/, false, 2],
  ])('without %s does the other part, and fails', async (permission, message, isDisabled, policies) => {
    const life = await joined();
    life.google.callers.set('responder', { email: ADA, permissions: MAY_SUSPEND.filter((one) => one !== permission) });
    expect(await suspend(life)).toMatchObject({ failure: 'SuspensionIncomplete', err: expect.stringMatching(message) });
    expect([disabled(life), denied(life).length]).toEqual([isDisabled, policies]);
  });

  test('leaves out a permission that deny policies don\'t support, and names it', async () => {
    const life = await joined();
    life.google.denyPolicies.unsupported.add('run.googleapis.com/jobs.run').add('spanner.googleapis.com/sessions.create');
    const { code, out } = await suspend(life);
    expect(code).toBe(0);
    expect(out).toContain('out of reach    run.googleapis.com/jobs.run: deny policies do not support it');
    const [policy] = life.google.denyPolicies.policies.values();
    expect(policy.rules[0].denyRule.deniedPermissions).toContain('run.googleapis.com/jobs.runWithOverrides');
    expect(policy.rules[0].denyRule.deniedPermissions).not.toContain('run.googleapis.com/jobs.run');
  });

  test('again does nothing, unless somebody lifted something: that is done again, recorded, and tokens are waited for again', async () => {
    const life = await suspended();
    const before = life.google.calls.length;
    expect((await suspend(life)).code).toBe(0);
    expect(life.google.calls.slice(before).filter(({ what }) => /^(DELETE|PUT|PATCH)|:disable|denypolicies$|upload/.test(what))).toEqual([]);

    life.pass(2 * HOUR);
    life.google.accounts.byId(life.account.uniqueId)!.disabled = false;
    life.google.denyPolicies.policies.delete([...life.google.denyPolicies.policies.keys()][0]);
    expect((await suspend(life)).code).toBe(0);
    expect(life.events.slice(3)).toEqual(['suspension-reasserted', 'suspension-completed']);
    expect(detailsOf(life, 3).lifted).toEqual([`account ${life.account.email} was enabled`, expect.stringMatching(/^deny policy .* was missing or changed$/)]);
    expect(detailsOf(life, 4).suspension).toMatchObject({ since: '2026-10-01T00:00:00.000Z', tokensEndAt: '2026-10-01T03:00:00.000Z' });
    expect([disabled(life), denied(life).length]).toEqual([true, 2]);
  });

  test('that fails half-way, after somebody enabled the account, forgets when the account was disabled first', async () => {
    const life = await suspended();
    life.pass(2 * HOUR);
    life.google.accounts.byId(life.account.uniqueId)!.disabled = false;
    life.google.denyPolicies.policies.delete([...life.google.denyPolicies.policies.keys()][0]);
    life.google.fail({ matching: /^POST .*denypolicies/, status: 403 });
    expect(await suspend(life)).toMatchObject({ failure: 'SuspensionIncomplete' });
    expect([disabled(life), life.events.at(-1)]).toEqual([true, 'suspension-reasserted']);
    life.google.heal();
    expect(await resume(life)).toMatchObject({ failure: 'SuspensionOpen' });
    expect((await suspend(life)).code).toBe(0);
    expect(await resume(life)).toMatchObject({ failure: 'TokensStillValid', err: expect.stringContaining('the last one until 2026-10-01T03:00:00.000Z') });
    life.pass(HOUR);
    expect((await resume(life)).code).toBe(0);
  });

  test('that fails half-way, after somebody enabled the account of an unconfirmed suspension, forgets that too', async () => {
    const life = await suspended();
    life.google.denyPolicies.policies.delete([...life.google.denyPolicies.policies.keys()][0]);
    life.google.fail({ matching: /^POST .*denypolicies/, status: 403 });
    expect(await suspend(life)).toMatchObject({ failure: 'SuspensionIncomplete' });
    expect(detailsOf(life, -1).suspension).toMatchObject({ tokensEndAt: '2026-10-01T01:00:00.000Z' });
    life.pass(2 * HOUR);
    life.google.accounts.byId(life.account.uniqueId)!.disabled = false;
    expect(await suspend(life)).toMatchObject({ failure: 'SuspensionIncomplete' });
    expect(detailsOf(life, -1)).toMatchObject({ lifted: [`account ${life.account.email} was enabled`], suspension: { since: '2026-10-01T00:00:00.000Z' } });
    expect(detailsOf(life, -1).suspension).not.toHaveProperty('tokensEndAt');
    expect(disabled(life)).toBe(true);
  });

  test('keeps the time of the first disabling if only a deny policy was deleted: its tokens have ended since', async () => {
    const life = await suspended();
    life.pass(2 * HOUR);
    life.google.denyPolicies.policies.delete([...life.google.denyPolicies.policies.keys()][0]);
    expect((await suspend(life)).code).toBe(0);
    expect((await resume(life)).code).toBe(0);
  });

  describe('of an agent whose engine has an identity of its own', () => {
    const ENGINE = 'principal://agents.global.org-123456789012.system.id.goog/resources/aiplatform/projects/42/locations/europe-west1/reasoningEngines/7';
    const isDenied = ({ google }: Life, principal = ENGINE) => google.denyPolicies.denies(principal, 'secretmanager.versions.access', SECRET);

    test('denies that identity too, and no other one; a resumption lifts it', async () => {
      const life = await suspended({ principals: [ENGINE] });
      expect([isDenied(life), isDenied(life, `${ENGINE}8`), denied(life).length]).toEqual([true, false, 4]);
      expect((await life.nhi('show', 'invoice-bot')).out).toContain(`  denied          ${ENGINE}\n`);
      life.pass(HOUR);
      expect((await resume(life)).code).toBe(0);
      expect([isDenied(life), denied(life)]).toEqual([false, []]);
    });

    test('SuspensionIncomplete: Google refuses the identity; the account is disabled and denied all the same', async () => {
      const life = await joined({ principals: [ENGINE] });
      life.google.denyPolicies.refusesEngines = true;
      expect(await suspend(life)).toMatchObject({ failure: 'SuspensionIncomplete', err: expect.stringContaining(`Invalid principal ${ENGINE}`) });
      expect([disabled(life), denied(life).length, isDenied(life, life.account.email)]).toEqual([true, 2, true]);
      life.google.denyPolicies.refusesEngines = false;
      expect((await suspend(life)).code).toBe(0);
      expect(isDenied(life)).toBe(true);
    });

    test('denies it although the declaration names it no longer, until the agent is resumed', async () => {
      const life = await suspended({ principals: [ENGINE] });
      await life.join({ topic: TOPIC });
      expect((await suspend(life)).code).toBe(0);
      expect(isDenied(life)).toBe(true);
    });

    test('passes over what is no such identity in the declaration', async () => {
      const life = await suspended({ principals: ['principalSet://goog/public:all', 'user:ada.park@example.com', 7] });
      expect(denied(life)).toHaveLength(2);
    });
  });

  test('fails when somebody changed its deny policy, which it may not replace', async () => {
    const life = await suspended();
    const [policy] = life.google.denyPolicies.policies.values();
    policy.rules[0].denyRule.exceptionPrincipals = [`principal://iam.googleapis.com/projects/-/serviceAccounts/${life.account.email}`];
    expect(await suspend(life)).toMatchObject({ failure: 'SuspensionIncomplete', err: expect.stringContaining('If it was changed, delete it first') });
    expect((await life.nhi('list')).out).toMatch(/^invoice-bot +suspending /m);
  });

  test('denies in the scope that the registry declares, and there alone', async () => {
    const life = await suspended({ denyScope: 'organizations/42' });
    life.google.denyPolicies.below.set('organizations/42', ['projects/acme-test', 'projects/acme-agents']);
    expect(denied(life)).toEqual(['organizations/42']);
    life.google.accounts.byId(life.account.uniqueId)!.disabled = false;
    expect(readsSecret(life, life.google.tokenOf(life.account))).toBe(403);
    expect((await life.nhi('show', 'invoice-bot')).out).not.toContain('grants outside of');
  });

  test('finds the project of a bucket, and says where it can\'t', async () => {
    const access = [{ stages: ['test'], role: 'roles/x.reader', kind: 'bucket', resource: 'acme-invoices' }];
    expect(denied(await suspended({ access }))).toEqual(['projects/700000000042', 'projects/acme-agents']);
    const life = await joined({ access });
    life.google.callers.set('responder', { email: ADA, permissions: MAY_SUSPEND.filter((one) => one !== 'storage.buckets.get') });
    expect(await suspend(life)).toMatchObject({ code: 0, out: expect.stringContaining('out of reach    bucket acme-invoices: its project could not be read') });
  });

  test('AgentUnknown: it never joined, or it has left', async () => {
    expect(await as(await joined(), 'responder', 'suspend', 'other-bot', ...YES)).toMatchObject({ failure: 'AgentUnknown' });
    const life = await joined();
    await life.teardown();
    life.deleteAccount();
    await life.leave();
    expect(await suspend(life)).toMatchObject({ failure: 'AgentUnknown', err: expect.stringContaining('has left') });
  });

  test('ChainBroken: nothing is added to a chain whose last event somebody changed', async () => {
    const life = await joined();
    const [[name, event]] = life.objects<LifecycleEvent>('events/');
    life.google.objects.tamper('acme-agents-agents-registry', name, { ...event, time: '2026-10-02T00:00:00.000Z' });
    expect(await suspend(life)).toMatchObject({ failure: 'ChainBroken' });
    expect(life.events).toHaveLength(1);
  });

  test('AgentChanged: a deployment recorded something meanwhile', async () => {
    const life = await joined();
    const handle = life.google.handle.bind(life.google);
    let isFirst = true;
    life.google.handle = (request, ...rest) => {
      if (isFirst && request.path.startsWith('/upload')) {
        isFirst = false;
        const [[, event]] = life.objects<LifecycleEvent>('events/');
        life.google.objects.tamper('acme-agents-agents-registry', 'events/acme-agents/invoice-bot/000000000002.json', { ...event, hash: 'f'.repeat(64) });
      }
      return handle(request, ...rest);
    };
    expect(await suspend(life)).toMatchObject({ failure: 'AgentChanged' });
    expect(disabled(life)).toBe(false);
  });

  test('is not held up by a topic that does not work: the next run publishes', async () => {
    const life = await joined();
    life.google.fail({ matching: /:publish$/, status: 403 });
    expect((await suspend(life)).code).toBe(0);
    expect(life.told).toContain('is recorded and was not published');
    life.google.heal();
    await suspend(life);
    expect(JSON.parse(Buffer.from(life.google.objects.messages.at(-1)!.data, 'base64').toString())).toMatchObject({ type: 'nhi.lifecycle.suspension-completed.v1' });
  });
});

describe('resume', () => {
  test('is refused while tokens from before would work again, then gives everything back as it was', async () => {
    const life = await suspended();
    expect(await resume(life)).toMatchObject({ failure: 'TokensStillValid', err: expect.stringContaining('the last one until 2026-10-01T01:00:00.000Z') });
    expect(disabled(life)).toBe(true);
    life.pass(HOUR);
    expect(await resume(life)).toMatchObject({ code: 0, out: expect.stringContaining('status      active\n') });
    expect([disabled(life), denied(life)]).toEqual([false, []]);
    expect(readsSecret(life, life.google.tokenOf(life.account))).toBe(200);
    expect(life.events.at(-1)).toBe('resumed');
    expect(detailsOf(life, -1)).toMatchObject({ reason: 'Its key was seen in a public place', suspendedSince: '2026-10-01T00:00:00.000Z', suspendedBy: ADA });
    expect(detailsOf(life, -1).suspension).toBeUndefined();
    expect(await life.nhi('verify', 'invoice-bot')).toMatchObject({ code: 0 });
  });

  test('waits for the longest tokens that the registry declares', async () => {
    const life = await suspended({ longestTokenHours: 12 });
    life.pass(11 * HOUR);
    expect(await resume(life)).toMatchObject({ failure: 'TokensStillValid' });
    life.pass(HOUR);
    expect((await resume(life)).code).toBe(0);
  });

  test('at once only if the person accepts the old tokens', async () => {
    const life = await suspended();
    expect((await resume(life, '--accept-old-tokens')).code).toBe(0);
    expect(disabled(life)).toBe(false);
  });

  test('deletes the deny policies before it enables the account, so that nothing works half-way', async () => {
    const life = await suspended();
    life.pass(HOUR);
    life.google.calls.length = 0;
    await resume(life);
    const changes = life.google.calls.map(({ what }) => what).filter((what) => /^DELETE|:enable/.test(what));
    expect(changes.map((what) => what.split(' ')[0])).toEqual(['DELETE', 'DELETE', 'POST']);
  });

  test.each([
    ['iam.denypolicies.delete', /on projects\/acme-agents: GoogleRefused/],
    ['iam.serviceAccounts.enable', /account invoice-bot-test@\S+: GoogleRefused/],
  ])('without %s fails, and the agent stays suspended', async (permission, message) => {
    const life = await suspended();
    life.pass(HOUR);
    life.google.callers.set('owner', { email: ADA, permissions: MAY_RESUME.filter((one) => one !== permission) });
    expect(await resume(life)).toMatchObject({ failure: 'ResumptionIncomplete', err: expect.stringMatching(message) });
    expect([disabled(life), life.events.at(-1)]).toEqual([true, 'resumption-started']);
    expect((await life.nhi('list')).out).toMatch(/^invoice-bot +suspended-partly /m);
    expect((await life.nhi('show', 'invoice-bot')).out).toMatch(/^ {2}resumption +began at 2026-10-01T01:00:00.000Z by ada.park@example.com, and did not end$/m);
  });

  test('is nothing that who may suspend can do, and who may resume can disable an account and deny it nothing', async () => {
    const life = await suspended();
    life.pass(HOUR);
    expect(await as(life, 'responder', 'resume', 'invoice-bot', ...YES)).toMatchObject({ failure: 'ResumptionIncomplete' });
    expect(disabled(life)).toBe(true);
    await resume(life);
    expect(disabled(life)).toBe(false);
    expect(await as(life, 'owner', 'suspend', 'invoice-bot', ...YES)).toMatchObject({ failure: 'SuspensionIncomplete' });
    expect([disabled(life), denied(life)]).toEqual([true, []]);
  });

  test('SuspensionOpen: somebody enabled the account, so newer tokens may exist', async () => {
    const life = await suspended();
    life.pass(2 * HOUR);
    life.google.accounts.byId(life.account.uniqueId)!.disabled = false;
    expect(await resume(life)).toMatchObject({ failure: 'SuspensionOpen', err: expect.stringContaining('nhi suspend invoice-bot') });
    expect((await suspend(life)).code).toBe(0);
    life.pass(HOUR);
    expect((await resume(life)).code).toBe(0);
  });

  test('NotSuspended, AgentEnded', async () => {
    const life = await joined();
    expect(await resume(life)).toMatchObject({ failure: 'NotSuspended' });
    await suspend(life);
    life.pass(300);
    expect(await resume(life)).toMatchObject({ failure: 'AgentEnded' });
    expect(disabled(life)).toBe(true);
  });

  test('deletes no deny policy that a false event names, only those whose id is the agent\'s', async () => {
    const life = await suspended();
    life.pass(HOUR);
    life.google.denyPolicies.policies.set('projects/acme-test/guardrail', { rules: [] });
    const [[name, event]] = life.objects<LifecycleEvent>('events/').slice(-1);
    const { hash: _old, ...body } = JSON.parse(JSON.stringify(event)) as { hash: string; data: { unmapped: { details: { suspension: Named } } } };
    const { suspension } = body.data.unmapped.details;
    suspension.attachments.push('projects/acme-test/denypolicies/guardrail', '../x');
    suspension.accounts.push({ email: 'x@y', uniqueId: '../guardrail' });
    life.google.objects.tamper('acme-agents-agents-registry', name, { ...body, hash: hashEvent(body as never) });
    expect((await resume(life)).code).toBe(0);
    expect([...life.google.denyPolicies.policies.keys()]).toEqual(['projects/acme-test/guardrail']);
  });
});

describe('both', () => {
  test.each([['suspend', 'responder'], ['resume', 'owner']])('%s says what it will do and asks; declined, nothing is changed', async (verb, token) => {
    const life = verb === 'suspend' ? await joined() : await suspended();
    life.pass(HOUR);
    life.reply = 'n';
    life.google.calls.length = 0;
    expect(await as(life, token, verb, 'invoice-bot', ...WHY)).toMatchObject({ failure: 'Declined' });
    expect(life.told).toMatch(verb === 'suspend' ? / {2}disabled: invoice-bot-test@\S+\n {2}denied everything: deny policy / : / {2}deleted: deny policy [^]* {2}enabled: invoice-bot-test@/);
    expect(life.google.calls.every(({ what }) => what.startsWith('GET'))).toBe(true);
    life.reply = 'y';
    expect(await as(life, token, verb, 'invoice-bot', ...WHY)).toMatchObject({ code: 0 });
  });

  test('AgentChanged: a resumption does not lift a suspension that was made while the person was asked; the next one waits for its tokens', async () => {
    const life = await suspended();
    life.pass(HOUR);
    life.reply = async () => {
      expect([(await resume(life)).code, (await suspend(life)).code]).toEqual([0, 0]);
      return 'y';
    };
    expect(await as(life, 'owner', 'resume', 'invoice-bot', ...WHY)).toMatchObject({ failure: 'AgentChanged', err: expect.stringContaining('run the same command again') });
    expect([disabled(life), denied(life).length, life.events.at(-1)]).toEqual([true, 2, 'suspension-completed']);
    expect(await resume(life)).toMatchObject({ failure: 'TokensStillValid' });
  });

  test('SuspensionOpen: somebody enables the account while the person who resumes is asked', async () => {
    const life = await suspended();
    life.pass(HOUR);
    life.reply = async () => {
      life.google.accounts.byId(life.account.uniqueId)!.disabled = false;
      return 'y';
    };
    expect(await as(life, 'owner', 'resume', 'invoice-bot', ...WHY)).toMatchObject({ failure: 'SuspensionOpen' });
    expect([denied(life).length, life.events.at(-1)]).toEqual([2, 'suspension-completed']);
  });

  describe('a resumption that did not end', () => {
    test('is overtaken by a suspension: the tokens of the account are waited for', async () => {
      const life = await suspended();
      life.pass(HOUR);
      life.google.callers.set('owner', { email: 'li.chen@example.com', permissions: MAY_RESUME.filter((one) => one !== 'iam.serviceAccounts.enable') });
      expect(await resume(life)).toMatchObject({ failure: 'ResumptionIncomplete' });
      life.google.callers.set('owner', { email: 'li.chen@example.com', permissions: MAY_RESUME });
      expect((await suspend(life)).code).toBe(0);
      expect(detailsOf(life, -2).lifted).toEqual(['li.chen@example.com began to resume it at 2026-10-01T01:00:00.000Z']);
      expect(await resume(life)).toMatchObject({ failure: 'TokensStillValid', err: expect.stringContaining('until 2026-10-01T02:00:00.000Z') });
    });

    test('keeps what it enabled when the agent is deployed, which disables another account', async () => {
      const life = await suspended();
      life.pass(HOUR);
      life.google.callers.set('owner', { email: 'li.chen@example.com', permissions: MAY_RESUME.filter((one) => one !== 'iam.serviceAccounts.enable') });
      expect(await resume(life)).toMatchObject({ failure: 'ResumptionIncomplete' });
      life.google.accounts.byId(life.account.uniqueId)!.disabled = false;
      expect(await life.enable()).toMatchObject({ code: 0, out: expect.stringContaining('is enabled, as somebody resumes it') });
      life.deleteAccount();
      life.make('test');
      expect(await life.enable()).toMatchObject({ code: 0, out: expect.stringContaining('is disabled, as it is suspended') });
    });
  });

  test('many are selected by sponsor and stage; one that fails keeps no other from being done', async () => {
    const life = await joined();
    await life.record({ project: 'acme-mail', agentName: 'mail-bot', accountEmail: 'mail-bot@acme-mail.iam.gserviceaccount.com', accountUniqueId: '77' });
    await life.record({ agentName: 'other-bot', sponsorId: 'li.chen@example.com', accountEmail: 'other-bot@acme-agents.iam.gserviceaccount.com', accountUniqueId: '78' });
    const mail = life.google.accounts.add('acme-mail', 'mail-bot');
    life.google.fail({ matching: new RegExp(`serviceAccounts/${mail.uniqueId}:disable$`), status: 403 });
    const { code, out } = await as(life, 'responder', 'suspend', '--all-of-sponsor', 'Ada.Park@example.com', '--stage', 'test', ...YES);
    expect(code).toBe(1);
    expect(out).toMatch(/^invoice-bot +suspended/m);
    expect(out).toMatch(/^mail-bot +failed +SuspensionIncomplete: /m);
    expect(out).not.toContain('other-bot');
    expect(await as(life, 'responder', 'suspend', '--tag', 'team=x', ...YES)).toMatchObject({ failure: 'NotOnGoogle' });
  });

  test('whichever call a run dies before, the next one ends it: no account works before the last deny policy is deleted, and each event exists once', async () => {
    const dying = async (life: Life, calls: number, run: () => Promise<Ended>) => {
      const handle = life.google.handle.bind(life.google);
      let received = 0;
      life.google.handle = (...request) => {
        if (received >= calls) {
          throw new Error('the process is dead');
        }
        received += 1;
        return handle(...request);
      };
      await run().catch(() => undefined);
      life.google.handle = handle;
      return received;
    };
    const counted = await joined();
    const ofSuspend = await dying(counted, Infinity, () => suspend(counted));
    counted.pass(HOUR);
    const ofResume = await dying(counted, Infinity, () => resume(counted));
    expect([ofSuspend > 15, ofResume > 10]).toEqual([true, true]);
    for (let calls = 0; calls < ofSuspend; calls += 1) {
      const life = await joined();
      await dying(life, calls, () => suspend(life));
      // What has been done is never done without a record.
      expect((denied(life).length === 0 && disabled(life) === false) || life.events.includes('suspended')).toBe(true);
      expect((await suspend(life)).code).toBe(0);
      expect([disabled(life), denied(life).length]).toEqual([true, 2]);
      expect(life.events.filter((name) => name !== 'suspension-reasserted')).toEqual(['joined', 'suspended', 'suspension-completed']);
    }
    for (let calls = 0; calls < ofResume; calls += 1) {
      const life = await suspended();
      life.pass(HOUR);
      await dying(life, calls, () => resume(life));
      expect(disabled(life) === true || denied(life).length === 0).toBe(true);
      if (life.events.at(-1) !== 'resumed') {
        expect((await resume(life)).code).toBe(0);
      }
      expect([disabled(life), denied(life), life.events]).toEqual([false, [], ['joined', 'suspended', 'suspension-completed', 'resumption-started', 'resumed']]);
      expect(await life.nhi('verify', 'invoice-bot')).toMatchObject({ code: 0 });
    }
  });
});

describe('a deployment during a suspension', () => {
  test('changes the agent and keeps it suspended, and the chain says so on each event', async () => {
    const life = await suspended();
    expect(await life.enable()).toMatchObject({ code: 0, out: expect.stringContaining('stays disabled, as it is suspended') });
    expect(await life.preflight()).toMatchObject({ code: 0 });
    expect((await life.join({ topic: TOPIC, expires: '2027-05-01T00:00:00Z' })).code).toBe(0);
    expect(life.events.at(-1)).toBe('expiry-changed');
    expect((await life.nhi('list')).out).toMatch(/^invoice-bot +suspended +test .* 2027-05-01T00:00:00Z/m);
    expect(disabled(life)).toBe(true);
  });

  test('disables an account that was created again, or that somebody enabled', async () => {
    const life = await suspended();
    life.google.accounts.byId(life.account.uniqueId)!.disabled = false;
    expect(await life.enable()).toMatchObject({ code: 0, out: expect.stringContaining('is disabled, as it is suspended') });
    life.deleteAccount();
    life.make('test');
    expect(await life.enable()).toMatchObject({ code: 0, out: expect.stringContaining('is disabled, as it is suspended') });
    expect(disabled(life)).toBe(true);
    await life.join({ topic: TOPIC });
    expect(life.events.at(-1)).toBe('principal-retired');
    expect((await suspend(life)).code).toBe(0);
    expect(denied(life)).toHaveLength(4);
    life.pass(HOUR);
    expect((await resume(life)).code).toBe(0);
    expect([disabled(life), denied(life)]).toEqual([false, []]);
  });

  test('records that somebody enabled the account before it disables it again: its tokens are waited for from then on', async () => {
    const life = await suspended();
    life.pass(2 * HOUR);
    life.google.accounts.byId(life.account.uniqueId)!.disabled = false;
    expect((await life.enable()).code).toBe(0);
    expect(life.events.at(-1)).toBe('suspension-reasserted');
    expect(detailsOf(life, -1)).toMatchObject({ lifted: [`account ${life.account.email} was enabled`], suspension: { since: '2026-10-01T00:00:00.000Z' } });
    expect(Buffer.from(life.google.objects.messages.at(-1)!.data, 'base64').toString()).toContain('nhi.lifecycle.suspension-reasserted.v1');
    expect(await resume(life)).toMatchObject({ failure: 'SuspensionOpen' });
    expect((await suspend(life)).code).toBe(0);
    expect(await resume(life)).toMatchObject({ failure: 'TokensStillValid', err: expect.stringContaining('the last one until 2026-10-01T03:00:00.000Z') });
    life.pass(HOUR);
    expect((await resume(life)).code).toBe(0);
    expect(await life.nhi('verify', 'invoice-bot')).toMatchObject({ code: 0 });
  });

  test('that may not record that the account was enabled fails and leaves it as it is, so that it stays visible; one that finds it disabled records nothing', async () => {
    const life = await suspended();
    const { events } = life;
    expect((await life.enable()).code).toBe(0);
    expect(life.events).toEqual(events);
    life.google.accounts.byId(life.account.uniqueId)!.disabled = false;
    life.google.fail({ matching: /upload/, status: 403 });
    expect(await life.enable()).toMatchObject({ code: 1 });
    expect(await resume(life)).toMatchObject({ failure: 'SuspensionOpen' });
  });

  test('adds nothing to a chain whose last event somebody changed, and disables the account all the same', async () => {
    const life = await suspended();
    const [[name, event]] = life.objects<LifecycleEvent>('events/').slice(-1);
    life.google.objects.tamper('acme-agents-agents-registry', name, { ...event, time: '2026-10-02T00:00:00.000Z' });
    life.google.accounts.byId(life.account.uniqueId)!.disabled = false;
    expect((await life.enable()).code).toBe(0);
    expect([disabled(life), life.events]).toEqual([true, ['joined', 'suspended', 'suspension-completed']]);
    expect(await resume(life)).toMatchObject({ failure: 'ChainBroken' });
  });

  test('SuspensionIncomplete: the apply was killed before it recorded its account, so no account is found; once recorded, it is disabled', async () => {
    const life = await joined();
    life.deleteAccount();
    life.make('production');
    expect((await life.enable()).code).toBe(0);
    for (let tried = 1; tried <= 2; tried += 1) {
      expect(await suspend(life)).toMatchObject({ failure: 'SuspensionIncomplete', err: expect.stringContaining('no account of it was found: an apply may be about to make or record one; finish it, then run this again') });
      expect(life.events).toEqual(['joined', 'suspended']);
    }
    expect((await life.join({ topic: TOPIC })).code).toBe(0);
    expect((await life.nhi('list')).out).toMatch(/^invoice-bot +suspending +production /m);
    expect((await suspend(life)).code).toBe(0);
    expect(disabled(life)).toBe(true);
    expect((await life.nhi('list')).out).toMatch(/^invoice-bot +suspended +production /m);
    life.pass(HOUR);
    expect((await resume(life)).code).toBe(0);
  });

  test('does not confirm a suspension of the account before: the new one is found by the next run', async () => {
    const life = await suspended();
    life.pass(2 * HOUR);
    life.deleteAccount();
    life.make('production');
    expect(await suspend(life)).toMatchObject({ failure: 'SuspensionIncomplete', err: expect.stringContaining('no account of it was found') });
    expect(detailsOf(life, -1).lifted).toEqual(['no account of it was found']);
    await life.join({ topic: TOPIC });
    expect((await suspend(life)).code).toBe(0);
    expect([disabled(life), await resume(life)]).toEqual([true, expect.objectContaining({ failure: 'TokensStillValid' })]);
  });

  test.each([
    ['moved', 'production'],
    ['principal-retired', 'test'],
  ])('%s with an account that the suspension does not name is suspending, and its tokens are waited for', async (event, stage) => {
    const life = await suspended();
    life.pass(2 * HOUR);
    life.deleteAccount();
    life.make(stage);
    await life.join({ topic: TOPIC });
    expect(life.events.at(-1)).toBe(event);
    expect(detailsOf(life, -1).suspension).toMatchObject({ since: '2026-10-01T00:00:00.000Z', by: ADA });
    expect((await life.nhi('list')).out).toMatch(/^invoice-bot +suspending /m);
    life.google.accounts.byId(life.account.uniqueId)!.disabled = true;
    expect(await resume(life)).toMatchObject({ failure: 'SuspensionOpen' });
    expect((await suspend(life)).code).toBe(0);
    expect(await resume(life)).toMatchObject({ failure: 'TokensStillValid' });
  });

  test('does not lift it by a move that had failed before: the mark of the teardown does not count', async () => {
    const life = await joined();
    life.google.accounts.addKey(life.account.email);
    life.google.fail({ matching: /^DELETE .*\/keys\//, status: 403 });
    expect((await life.teardown('production')).code).toBe(1);
    life.google.heal();
    await suspend(life);
    expect(await life.enable()).toMatchObject({ code: 0, out: expect.stringContaining('it is suspended') });
    expect(disabled(life)).toBe(true);
  });

  describe('that enables an account again', () => {
    /** A move that failed after it disabled the account. */
    const reverted = async () => {
      const life = await joined();
      life.google.accounts.addKey(life.account.email);
      life.google.fail({ matching: /^DELETE .*\/keys\//, status: 403 });
      expect((await life.teardown('production')).code).toBe(1);
      life.google.heal();
      return life;
    };
    const suspendBeforeItEnables = (life: Life) => {
      life.meanwhile = async (url) => {
        if (url.endsWith(':enable')) {
          life.meanwhile = undefined;
          expect((await suspend(life)).code).toBe(0);
        }
      };
    };

    test('AgentSuspended: disables it again if it was suspended meanwhile, and its tokens are waited for', async () => {
      const life = await reverted();
      suspendBeforeItEnables(life);
      expect(await life.enable()).toMatchObject({ code: 1, err: expect.stringMatching(/^AgentSuspended: invoice-bot \(test\), .* was suspended meanwhile and is disabled again: run the same apply again/) });
      expect([disabled(life), life.events.at(-1)]).toEqual([true, 'suspension-reasserted']);
      expect(await resume(life)).toMatchObject({ failure: 'SuspensionOpen' });
      expect(await life.enable()).toMatchObject({ code: 0, out: expect.stringContaining('stays disabled, as it is suspended') });
    });

    test('disables it also if that can\'t be recorded', async () => {
      const life = await reverted();
      suspendBeforeItEnables(life);
      const handle = life.google.handle.bind(life.google);
      life.google.handle = (request, token, agent) => (
        request.path.startsWith('/upload') && token !== 'responder' ? { status: 403, body: {} } : handle(request, token, agent));
      expect(await life.enable()).toMatchObject({ code: 1, err: expect.stringMatching(/^GoogleRefused: /) });
      expect(disabled(life)).toBe(true);
    });

    test('leaves it enabled if nobody suspended it', async () => {
      const life = await reverted();
      expect(await life.enable()).toMatchObject({ code: 0, out: expect.stringContaining('enabled again') });
      expect([disabled(life), life.events]).toEqual([false, ['joined']]);
    });
  });

  test('records that the account was enabled after a suspension that completes at the same time', async () => {
    const life = await joined();
    life.google.fail({ matching: /:disable$/, status: 403 });
    expect(await suspend(life)).toMatchObject({ failure: 'SuspensionIncomplete' });
    life.google.heal();
    life.meanwhile = async (url) => {
      if (url.includes('/upload/')) {
        life.meanwhile = undefined;
        expect((await suspend(life)).code).toBe(0);
      }
    };
    expect((await life.enable()).code).toBe(0);
    expect(life.events).toEqual(['joined', 'suspended', 'suspension-completed', 'suspension-reasserted']);
    expect(await resume(life)).toMatchObject({ failure: 'SuspensionOpen' });
  });

  test('AgentSuspended: moves are refused, also after somebody enabled the account; a resumed agent moves', async () => {
    const life = await suspended();
    for (const isDisabled of [true, false]) {
      life.google.accounts.byId(life.account.uniqueId)!.disabled = isDisabled;
      expect(await life.teardown('production')).toMatchObject({ code: 1, err: expect.stringMatching(/^AgentSuspended: invoice-bot \(test\), .* by ada.park@example.com .* resume it with `nhi resume invoice-bot`/) });
    }
    expect(await life.preflight('production')).toMatchObject({ code: 1, err: expect.stringMatching(/^AgentSuspended: invoice-bot \(production\) gets no account/) });
    await suspend(life);
    life.pass(HOUR);
    await resume(life);
    expect((await life.preflight('production')).code).toBe(0);
    expect((await life.teardown('production')).code).toBe(0);
  });

  test('lets it leave; the certificate names what stays, and it can\'t join again before a person resumes it', async () => {
    const life = await suspended();
    expect((await life.teardown()).code).toBe(0);
    life.deleteAccount();
    expect((await life.leave()).code).toBe(0);
    expect(life.events.at(-1)).toBe('left');
    const { out } = await life.nhi('certificate', 'invoice-bot');
    expect(out).toMatch(/deny policy nhi-invoice-bot-\w{10} on projects\/acme-test: it left while it was suspended: nhi resume invoice-bot deletes this/);
    expect((await life.nhi('list')).out).toMatch(/^invoice-bot +left /m);
    expect((await life.nhi('show', 'invoice-bot')).out).toContain('suspended   since');
    expect(await life.preflight()).toMatchObject({ code: 1, err: expect.stringContaining('AgentSuspended') });

    expect((await resume(life)).code).toBe(0);
    expect(denied(life)).toEqual([]);
    expect((await life.nhi('list')).out).toMatch(/^invoice-bot +left /m);
    expect(await life.nhi('certificate', 'invoice-bot')).toMatchObject({ code: 0 });
    expect((await life.preflight()).code).toBe(0);
    life.make('test');
    await life.join({ topic: TOPIC });
    expect(life.events.slice(-2)).toEqual(['resumed', 'joined']);
    expect((await life.nhi('list')).out).toMatch(/^invoice-bot +active /m);
    expect(await life.nhi('verify', 'invoice-bot')).toMatchObject({ code: 0, out: expect.stringContaining('is intact') });
  });

  test('an agent without a registry is as before: who disabled its account by hand, lifts that by hand', async () => {
    const life = await joined();
    life.google.accounts.byId(life.account.uniqueId)!.disabled = true;
    expect(await life.teardown('production')).toMatchObject({ code: 1, err: expect.stringContaining('enable it once it may act again') });
  });
});
