import { endpointFrom, GoogleApi, googleApi } from '../../../../runtime/google/api';

interface Reply {
  readonly status?: number;
  readonly body?: string;
  readonly headers?: Record<string, string>;
}

/** An API with the given replies, one after another. The last one repeats. */
function api(...replies: readonly (Reply | Error)[]): { api: GoogleApi; waits: number[]; tokens: string[]; urls: string[] } {
  const waits: number[] = [];
  const tokens: string[] = [];
  const urls: string[] = [];
  let asked = 0;
  return {
    waits,
    tokens,
    urls,
    api: googleApi({
      fetch: async (url, init) => {
        urls.push(url);
        tokens.push(new Headers(init.headers).get('authorization')!);
        const reply = replies[Math.min(urls.length, replies.length) - 1];
        if (reply instanceof Error) {
          throw reply;
        }
        return new Response(reply.body ?? '{}', { status: reply.status ?? 200, headers: reply.headers });
      },
      tokens: async (renew) => {
        asked += renew ? 1 : 0;
        return `token${asked}`;
      },
      endpoint: endpointFrom(undefined),
      sleep: async (wait) => { waits.push(wait); },
      random: () => 0,
      now: () => 0,
      deadline: Infinity,
    }),
  };
}

const CALL = { service: 'iam', method: 'GET', path: '/v1/x' } as const;

describe('a call of a Google API', () => {
  test('goes to the service, and leaves out what is not asked', async () => {
    const { api: google, urls } = api({});
    await google.call({ ...CALL, query: { a: '1', b: undefined } });
    await google.call(CALL);
    expect(urls).toEqual(['https://iam.googleapis.com/v1/x?a=1', 'https://iam.googleapis.com/v1/x']);
  });

  test('takes a new token once when the old one is refused', async () => {
    const { api: google, tokens, waits } = api({ status: 401 }, {});
    await google.call(CALL);
    expect(tokens).toEqual(['Bearer token0', 'Bearer token1']);
    expect(waits).toEqual([]);
  });

  test('fails when the new token is refused too', async () => {
    const { api: google, tokens } = api({ status: 401 });
    await expect(google.call(CALL)).rejects.toMatchObject({ status: 401, code: 'GoogleRefused' });
    expect(tokens).toHaveLength(2);
  });

  test('waits as long as the service says, within limits', async () => {
    const { api: google, waits } = api({ status: 429, headers: { 'retry-after': '7' } }, { status: 503, headers: { 'retry-after': '9999' } }, {});
    await google.call(CALL);
    expect(waits).toEqual([7_000, 60_000]);
  });

  test.each<[string, Reply | Error]>([['there is no answer', new TypeError('fetch failed')], ['a success can\'t be read', { body: '<html>' }]])(
    'fails when %s, after it tried again', async (_name, reply) => {
      const { api: google, waits } = api(reply);
      await expect(google.call(CALL)).rejects.toMatchObject({ status: 0, code: 'GoogleUnavailable' });
      expect(waits.length).toBeGreaterThan(3);
    });

  test.each<[string, object, number]>([
    ['rateLimitExceeded', { errors: [{ reason: 'rateLimitExceeded' }] }, 2],
    ['userRateLimitExceeded', { errors: [{ reason: 'userRateLimitExceeded' }] }, 2],
    ['quotaExceeded', { errors: [{ reason: 'other' }, { reason: 'quotaExceeded' }] }, 2],
    ['RATE_LIMIT_EXCEEDED', { details: [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', 'reason': 'RATE_LIMIT_EXCEEDED' }] }, 2],
    ['forbidden', { errors: [{ reason: 'forbidden' }], details: [{ reason: 'IAM_PERMISSION_DENIED' }, null] }, 1],
    ['nothing', {}, 1],
  ])('takes a 403 for too many calls by its reason only: %s', async (_reason, error, calls) => {
    const { api: google, urls } = api({ status: 403, body: JSON.stringify({ error }) }, {});
    const ended = await google.call(CALL).then(() => 'answered', (refused) => refused.status);
    expect(urls).toHaveLength(calls);
    expect(ended).toBe(calls === 1 ? 403 : 'answered');
  });

  test('does not try again what only a new read helps, nor what is forbidden', async () => {
    for (const [status, retriesConflict] of [[409, false], [412, undefined], [403, undefined], [400, undefined]] as const) {
      const { api: google, waits } = api({ status });
      await expect(google.call({ ...CALL, retriesConflict })).rejects.toMatchObject({ status });
      expect(waits).toEqual([]);
    }
  });
});
