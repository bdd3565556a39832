import { backOff, TRIES } from '../../../../runtime/google/api';
import { DATASET, PROJECT, SECRET, teardown, TWIN, world } from '../world';

describe('a teardown in trouble', () => {
  test.each<[string, RegExp]>([
    ['projects/acme-test', /^\/v3\/projects\/acme-test:setIamPolicy$/],
    ['buckets/acme-invoices', /^\/storage\/v1\/b\/acme-invoices\/iam$/],
    [DATASET, /^\/bigquery\/.*\/datasets\/ledger$/],
  ])('reads the policy of %s again when somebody else wrote to it', async (place, path) => {
    const { google, account, input, member } = world();
    google.policies.grant(place, 'roles/x.reader', member);
    const handle = google.handle.bind(google);
    let meddled = 0;
    google.handle = (request, ...rest) => {
      if (/^P/.test(request.method) && path.test(request.path) && meddled < 3) {
        meddled += 1;
        google.policies.grant(place, `roles/y.${meddled}`, TWIN);
      }
      return handle(request, ...rest);
    };
    const { code, waits } = await teardown(google, input);
    expect(code).toBe(0);
    expect(waits).toHaveLength(3);
    expect(google.tracesOf(account.email)).toEqual([account.name]);
    expect(google.policies.of(place).bindings.map(({ role }) => role)).toEqual(['roles/y.1', 'roles/y.2', 'roles/y.3']);
  });

  test('takes out again what was put back: the provider reads a dataset and writes it without an etag', async () => {
    const { google, account, input, member } = world();
    google.policies.grant(DATASET, 'roles/x.reader', member);
    const before = structuredClone(google.policies.of(DATASET));
    const handle = google.handle.bind(google);
    let writes = 0;
    google.handle = (request, ...rest) => {
      const answer = handle(request, ...rest);
      if (request.method === 'PATCH' && request.path.includes('/datasets/') && writes < 2) {
        writes += 1;
        google.policies.set(DATASET, { ...google.policies.of(DATASET), bindings: [...before.bindings, { role: `roles/y.${writes}`, members: [TWIN] }] }, 409);
      }
      return answer;
    };
    const { code, waits } = await teardown(google, input);
    expect(code).toBe(0);
    expect(waits).toHaveLength(2);
    expect(google.tracesOf(account.email)).toEqual([account.name]);
    expect(google.policies.of(DATASET).bindings.map(({ role }) => role)).toEqual(['roles/y.2']);
  });

  test.each([409, 429, 500, 503])('tries again after %s, longer each time', async (status) => {
    const { google, account, input } = world();
    google.accounts.addKey(account.email);
    google.fail({ matching: /^DELETE .*\/keys\//, status, times: 3 });
    const { code, waits } = await teardown(google, input);
    expect(code).toBe(0);
    expect(waits).toEqual([300, 600, 1200]);
  });

  test.each([
    ['a bucket whose policy changed', /^PUT .*\/iam$/, 412],
    ['a bucket that throttles', /^GET .*\/iam/, 429],
  ])('tries again for %s', async (_name, matching, status) => {
    const { google, account, input, member } = world();
    google.policies.grant('buckets/acme-invoices', 'roles/x.reader', member);
    google.fail({ matching, status, times: 2 });
    expect((await teardown(google, input)).code).toBe(0);
    expect(google.tracesOf(account.email)).toEqual([account.name]);
  });

  test('gives up in the end, names what remains, and has wiped the rest', async () => {
    const { google, account, input, member } = world();
    google.accounts.addKey(account.email);
    google.policies.grant('projects/acme-test', 'roles/x.reader', member);
    google.policies.grant(SECRET, 'roles/x.reader', member);
    google.fail({ matching: /^POST \/v3\/projects\/acme-test:setIamPolicy/, status: 503 });
    const { code, err, out, waits } = await teardown(google, input);
    expect(code).toBe(1);
    expect(err).toMatch(/^TeardownIncomplete: 1 thing remains of invoice-bot \(test\)/);
    expect(err).toMatch(/- grant roles\/x\.reader on projects\/acme-test: GoogleUnavailable: POST cloudresourcemanager .* 503 made to fail with 503/);
    expect(out).not.toContain('nothing is left');
    expect(waits.length).toBeLessThan(10);
    expect(google.tracesOf(account.email)).toEqual([account.name, `${member} has roles/x.reader on projects/acme-test`]);

    google.heal();
    expect((await teardown(google, input)).code).toBe(0);
    expect(google.tracesOf(account.email)).toEqual([account.name]);
  });

  test('does not call a place clean that it may not look at', async () => {
    const { google, account, input } = world();
    google.hmacKeys.add(PROJECT, account.email);
    google.fail({ matching: /^POST \/v3\/folders\/42:getIamPolicy/, status: 403 });
    google.fail({ matching: /hmacKeys/, status: 403 });
    const { code, err } = await teardown(google, input);
    expect(code).toBe(1);
    expect(err).toContain('- grant folders/42: could not be looked at: GoogleRefused');
    expect(err).toContain(`- HMAC key projects/${PROJECT}/hmacKeys: could not be looked at`);
  });

  test('says that the account is still enabled where it may not be disabled, and wipes nevertheless', async () => {
    const { google, account, input } = world();
    google.accounts.addKey(account.email);
    google.fail({ matching: /:disable$/, status: 403 });
    const { code, err, out } = await teardown(google, input);
    expect(code).toBe(1);
    expect(err).toContain(`- account ${account.email}: could not be disabled: GoogleRefused`);
    expect(out).toContain('NOT disabled');
    expect(google.accounts.keys.get(account.uniqueId)).toHaveLength(1);
  });

  test('believes what it sees, not what it was answered', async () => {
    const { google, account, input } = world();
    google.accounts.addKey(account.email);
    const handle = google.handle.bind(google);
    google.handle = (request, ...rest) => request.method === 'DELETE' ? { status: 200, body: {} } : handle(request, ...rest);
    const { code, err } = await teardown(google, input);
    expect(code).toBe(1);
    expect(err).toContain('user-managed key key3: still there after it was wiped');
  });

  test('says that the account is still enabled where disabling it did nothing', async () => {
    const { google, account, input } = world();
    const handle = google.handle.bind(google);
    google.handle = (request, ...rest) => request.path.endsWith(':disable') ? { status: 200, body: {} } : handle(request, ...rest);
    const { code, err } = await teardown(google, input);
    expect(code).toBe(1);
    expect(err).toContain(`account ${account.email}: still enabled after it was disabled`);
  });

  test('leaves an HMAC key of somebody else alone, also where Google would list it', async () => {
    const { google, input } = world();
    const key = google.hmacKeys.add(PROJECT, TWIN.slice('serviceAccount:'.length));
    const handle = google.handle.bind(google);
    google.handle = (request, ...rest) => {
      request.query.delete('serviceAccountEmail');
      return handle(request, ...rest);
    };
    expect((await teardown(google, input)).code).toBe(0);
    expect(key.state).toBe('ACTIVE');
  });

  test('waits no more when its time is over, nor after the last try', async () => {
    const slept: number[] = [];
    const pace = { sleep: async (wait: number) => { slept.push(wait); }, random: () => 0, now: () => 1_000, deadline: 1_500 };
    expect(await backOff(pace, 1)).toBe(true);
    expect(await backOff(pace, 3)).toBe(false);
    expect(await backOff({ ...pace, deadline: Infinity }, 3, 5_000)).toBe(true);
    expect(await backOff({ ...pace, deadline: Infinity }, TRIES)).toBe(false);
    expect(slept).toEqual([200, 5_000]);
  });

  test('never prints a token', async () => {
    const { google, input } = world();
    const handle = google.handle.bind(google);
    google.handle = (request, token, agent) => ({ ...handle(request, token, agent), status: 403, body: { error: { message: `${token} may not` } } });
    const { out, err } = await teardown(google, input);
    expect(err).toContain('<token> may not');
    expect(out + err).not.toContain('operator-token');
  });
});
