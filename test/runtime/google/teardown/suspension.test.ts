import { DESCRIPTION, enable, teardown, world } from '../world';

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

  test('is moved where its end is past, which disables it, too', async () => {
    const { google, input } = suspended();
    expect((await teardown(google, { ...input, expires: '1970-01-01T00:00:00Z' }, MOVING)).code).toBe(0);
    expect((await teardown(google, { ...input, expires: '1970-01-01T00:00:01Z' }, MOVING)).code).toBe(1);
  });

  test('fails when an older construct didn\'t say when it ends', async () => {
    const { google, input } = suspended();
    expect((await teardown(google, { ...input, expires: undefined }, MOVING)).err).toMatch(/^AgentSuspended: /);
  });
});

describe.each<[string, Record<string, string>]>([['a leave', {}], ['a move', MOVING]])('%s whose disabling fails', (_what, environment) => {
  test.each<[string, (google: ReturnType<typeof world>['google']) => void]>([
    ['is refused', (google) => google.fail({ matching: /:disable$/, status: 403 })],
    ['does nothing', (google) => {
      const handle = google.handle.bind(google);
      google.handle = (request, ...rest) => request.path.endsWith(':disable') ? { status: 200, body: {} } : handle(request, ...rest);
    }],
  ])('as it %s gives the description back, so that no deployment lifts what a person suspends then', async (_how, arrange) => {
    const { google, account, input } = world();
    account.description = DESCRIPTION;
    arrange(google);
    expect((await teardown(google, input, environment)).code).toBe(1);
    expect(account).toMatchObject({ disabled: false, description: DESCRIPTION });

    account.disabled = true;
    expect(await enable(google, input)).toMatchObject({ code: 0, out: expect.stringContaining('it is suspended') });
    expect(account.disabled).toBe(true);
  });

  test('keeps the mark where it was done without an answer', async () => {
    const { google, account, input } = world();
    account.description = DESCRIPTION;
    const handle = google.handle.bind(google);
    google.handle = (request, ...rest) => ({ ...handle(request, ...rest), ...request.path.endsWith(':disable') ? { status: 403 } : {} });
    expect((await teardown(google, input, environment)).code).toBe(0);
    expect(account).toMatchObject({ disabled: true, description: `being torn down: ${DESCRIPTION}` });
  });

  test('says so where it can\'t be given back', async () => {
    const { google, account, input } = world();
    google.fail({ matching: /:disable$/, status: 403 });
    const handle = google.handle.bind(google);
    google.handle = (request, ...rest) => {
      if (google.calls.some(({ what }) => what.endsWith(':disable'))) {
        google.fail({ matching: /^PATCH /, status: 403 });
      }
      return handle(request, ...rest);
    };
    expect((await teardown(google, input, environment)).err).toContain(`account ${account.email}: is enabled and may still be marked as torn down`);
  });
});

describe('a move', () => {
  test('says so in the description before it disables, and continues where it failed', async () => {
    const { google, account, input } = world();
    account.description = `sponsor ada.park@example.com: ${'ä'.repeat(113)}`;
    google.accounts.addKey(account.email);
    google.fail({ matching: /^DELETE .*\/keys\//, status: 403 });
    expect((await teardown(google, input, MOVING)).err).toMatch(/^TeardownIncomplete: /);
    expect(account.description).toMatch(/^being torn down: sponsor ada\.park@example\.com: ä+$/);
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

  test('has nothing to ask of an account that no longer exists', async () => {
    const { google, account, input } = world();
    google.handle({ method: 'DELETE', path: `/v1/${account.name}`, query: new URLSearchParams(), body: undefined }, 'operator-token', 'hand');
    expect((await teardown(google, input, MOVING)).code).toBe(0);
  });
});
