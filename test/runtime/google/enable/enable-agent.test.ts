import { FakeGoogle } from '../../../e2e/google/fake-google';
import { DESCRIPTION, enable, teardown, world } from '../world';

test('an account that a teardown disabled is enabled again, and has its description back', async () => {
  const { google, account, input } = world();
  account.description = DESCRIPTION;
  expect((await teardown(google, input)).code).toBe(0);
  expect(account).toMatchObject({ disabled: true, description: `being torn down: ${DESCRIPTION}` });

  expect(await enable(google, input)).toMatchObject({ code: 0, out: expect.stringContaining('enabled again') });
  expect(account).toMatchObject({ disabled: false, description: DESCRIPTION });
  google.calls.length = 0;
  await enable(google, input);
  expect(google.calls.map(({ what }) => what.split(' ')[0])).toEqual(['GET']);
});

test('one that was suspended before the teardown stays suspended', async () => {
  const { google, account, input } = world();
  account.disabled = true;
  await teardown(google, input);
  expect(await enable(google, input)).toMatchObject({ code: 0, out: expect.stringContaining('it is suspended') });
  expect(account.disabled).toBe(true);
});

test('one whose end is past stays disabled', async () => {
  const { google, account, input } = world();
  await teardown(google, input);
  google.now = new Date('2027-05-01T00:00:00Z');
  expect(await enable(google, input)).toMatchObject({ code: 0, out: expect.stringContaining('its end is past') });
  expect(account.disabled).toBe(true);
});

describe('an enabled account whose end is past', () => {
  const late = () => {
    const made = world();
    made.google.now = new Date('2027-05-01T00:00:00Z');
    return made;
  };

  test('is disabled: a replaced account or a move makes an enabled one', async () => {
    const { google, account, input } = late();
    expect(await enable(google, input)).toEqual({ code: 0, out: `invoice-bot (test), ${account.email}: is disabled, as its end is past`, err: '' });
    expect(account.disabled).toBe(true);
    expect(await enable(google, input)).toMatchObject({ code: 0, out: expect.stringContaining('stays disabled, as its end is past') });
  });

  test('stays enabled before its end, and with a later one', async () => {
    const { google, account, input } = late();
    expect(await enable(google, { ...input, expires: '2027-05-01T00:00:01Z' })).toMatchObject({ code: 0, out: expect.stringContaining('is enabled') });
    expect(account.disabled).toBe(false);
  });

  test.each<[string, number, string]>([['refused', 403, 'GoogleRefused'], ['answered and not done', 200, 'AccountStillEnabled']])('fails when its disabling is %s', async (_what, status, code) => {
    const { google, input } = late();
    const handle = google.handle.bind(google);
    google.handle = (request, ...rest) => request.path.endsWith(':disable') ? { status, body: {} } : handle(request, ...rest);
    expect(await enable(google, input)).toMatchObject({ code: 1, err: expect.stringMatching(new RegExp(`^${code}: `)) });
  });
});

test.each<[string, RegExp, string]>([
  ['it can\'t be enabled', /:enable$/, 'GoogleRefused'],
  ['its description can\'t be written', /^PATCH /, 'GoogleRefused'],
])('fails when %s, and continues at the next try', async (_what, matching, code) => {
  const { google, account, input } = world();
  await teardown(google, input);
  google.fail({ matching, status: 403 });
  expect(await enable(google, input)).toMatchObject({ code: 1, err: expect.stringContaining(code) });
  google.heal();
  expect((await enable(google, input)).code).toBe(0);
  expect(account).toMatchObject({ disabled: false, description: DESCRIPTION });
});

test('fails when the account is not there, or another one is', async () => {
  const { google, input } = world();
  expect(await enable(google, { ...input, accountUniqueId: '7' })).toMatchObject({ code: 1, err: expect.stringMatching(/^AccountMissing: .* another account/) });
  expect(await enable(google, { ...input, accountEmail: 'nobody@acme-agents.iam.gserviceaccount.com' })).toMatchObject({ code: 1, err: expect.stringMatching(/^AccountMissing: .* not there/) });
});

describe('what is wiped after the account', () => {
  test('fails when the account is still there: its resource was replaced by itself', async () => {
    const { google, account, input } = world();
    const { accountUniqueId: _none, ...after } = input;
    const { code, err } = await teardown(google, after);
    expect(code).toBe(1);
    expect(err).toMatch(/^AccountStillThere: .*invoice-bot has not left/);
    expect(google.documents.has(input.ownSecrets[0])).toBe(true);
    expect(account.disabled).toBe(false);
  });

  test('is wiped when it no longer exists', async () => {
    const { google, account, input } = world();
    const { accountUniqueId: _none, ...after } = input;
    google.handle({ method: 'DELETE', path: `/v1/${account.name}`, query: new URLSearchParams(), body: undefined }, FakeGoogle.OPERATOR_TOKEN, 'hand');
    expect((await teardown(google, after)).code).toBe(0);
    expect(google.documents.has(input.ownSecrets[0])).toBe(false);
  });
});
