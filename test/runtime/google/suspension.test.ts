import { teardown, world } from './world';

const MOVING = { NHI_STAGE_NOW: 'production' };

describe('a suspended agent', () => {
  const suspended = () => {
    const made = world();
    made.account.disabled = true;
    made.google.accounts.addKey(made.account.email);
    return made;
  };

  test('fails when it is moved, and nothing of it is touched', async () => {
    const { google, account, input } = suspended();
    const { code, err } = await teardown(google, input, MOVING);
    expect(code).toBe(1);
    expect(err).toMatch(/^AgentSuspended: invoice-bot \(test\), .* move to production .*enable it/);
    expect(google.calls.every(({ what }) => what.startsWith('GET'))).toBe(true);
    expect(google.accounts.keys.get(account.uniqueId)).toHaveLength(2);
  });

  test.each<[string, Record<string, string>]>([
    ['it leaves', {}],
    ['it is replaced in its stage', { NHI_STAGE_NOW: 'test' }],
  ])('is wiped when %s', async (_how, environment) => {
    const { google, account, input } = suspended();
    expect((await teardown(google, input, environment)).code).toBe(0);
    expect(google.accounts.keys.get(account.uniqueId)).toHaveLength(1);
  });

  test('is moved where its end has come, which disables it, too', async () => {
    const { google, input } = suspended();
    expect((await teardown(google, { ...input, expires: '1970-01-01T00:00:00Z' }, MOVING)).code).toBe(0);
    expect((await teardown(google, { ...input, expires: '1970-01-01T00:00:01Z' }, MOVING)).code).toBe(1);
  });

  test('fails when an older construct didn\'t say when it ends', async () => {
    const { google, input } = suspended();
    expect((await teardown(google, { ...input, expires: undefined }, MOVING)).err).toMatch(/^AgentSuspended: /);
  });
});

describe('a move', () => {
  test('says so in the description before it disables, and goes on where it failed', async () => {
    const { google, account, input } = world();
    account.description = `sponsor ada.park@example.com: ${'ä'.repeat(113)}`;
    google.accounts.addKey(account.email);
    google.fail({ matching: /^DELETE .*\/keys\//, status: 403 });
    expect((await teardown(google, input, MOVING)).err).toMatch(/^TeardownIncomplete: /);
    expect(account.description).toMatch(/^being moved: sponsor ada\.park@example\.com: ä+$/);
    expect(Buffer.byteLength(account.description)).toBeLessThanOrEqual(256);
    expect(account.disabled).toBe(true);

    google.heal();
    expect((await teardown(google, input, MOVING)).code).toBe(0);
    const changes = google.calls.map(({ what }) => what).filter((what) => /^PATCH|:disable/.test(what));
    expect(changes.map((what) => what.split(' ')[0])).toEqual(['PATCH', 'POST']);
  });

  test('fails before anything is touched where it can\'t say so', async () => {
    const { google, account, input } = world();
    google.fail({ matching: /^PATCH /, status: 403 });
    const { code, err } = await teardown(google, input, MOVING);
    expect(code).toBe(1);
    expect(err).toMatch(/^GoogleRefused: PATCH iam /);
    expect(account.disabled).toBe(false);
  });

  test('has nothing to ask of an account that is gone', async () => {
    const { google, account, input } = world();
    google.handle({ method: 'DELETE', path: `/v1/${account.name}`, query: new URLSearchParams(), body: undefined }, 'operator-token', 'hand');
    expect((await teardown(google, input, MOVING)).code).toBe(0);
  });
});
