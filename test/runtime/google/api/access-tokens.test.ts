import { accessTokens, endpointFrom, TokenParts } from '../../../../runtime/google/api';

const METADATA = 'http://metadata.google.internal';

function tokens(environment: Record<string, string>, more: Partial<TokenParts> & { metadata?: string } = {}) {
  const asked: string[] = [];
  const parts: TokenParts = {
    environment,
    endpoint: endpointFrom(undefined),
    gcloud: async () => undefined,
    fetch: async (url, init) => {
      asked.push(`${url} ${new Headers(init.headers).get('authorization') ?? ''}`);
      if (url.startsWith(METADATA)) {
        if (more.metadata === undefined) {
          throw new TypeError('fetch failed');
        }
        return Response.json({ access_token: more.metadata });
      }
      return Response.json({ accessToken: 'of the impersonated' });
    },
    ...more,
  };
  return { get: accessTokens(parts), asked };
}

const gcloudFor = (answers: Record<string, string>): TokenParts['gcloud'] => async (args, environment) => {
  return answers[[...args.slice(0, -1), environment.GOOGLE_APPLICATION_CREDENTIALS ?? ''].join(' ').trim()];
};

describe('the token', () => {
  test('is the one that Terraform\'s provider was given', async () => {
    const { get, asked } = tokens({ GOOGLE_OAUTH_ACCESS_TOKEN: ' given\n' }, { metadata: 'of the machine' });
    expect(await get()).toBe('given');
    expect(asked).toEqual([]);
  });

  test.each(['GOOGLE_CREDENTIALS', 'GOOGLE_APPLICATION_CREDENTIALS'])('is of the file that %s names, before the machine\'s', async (name) => {
    const { get } = tokens({ [name]: '/run/key.json' }, { metadata: 'of the machine', gcloud: gcloudFor({ 'auth application-default /run/key.json': 'of the file' }) });
    expect(await get()).toBe('of the file');
  });

  test('is that of gcloud\'s default credentials before the machine\'s, as Terraform\'s provider has it', async () => {
    const { get, asked } = tokens({}, { metadata: 'of the machine', gcloud: gcloudFor({ 'auth': 'of gcloud', 'auth application-default': 'default' }) });
    expect(await get()).toBe('default');
    expect(asked).toEqual([]);
  });

  test('is the machine\'s before that of gcloud\'s user, and is kept', async () => {
    const { get, asked } = tokens({}, { metadata: 'of the machine', gcloud: gcloudFor({ auth: 'of gcloud' }) });
    expect([await get(), await get()]).toEqual(['of the machine', 'of the machine']);
    expect(asked).toHaveLength(1);
    await get(true);
    expect(asked).toHaveLength(2);
  });

  test('is gcloud\'s where there is nothing else', async () => {
    expect(await tokens({}, { gcloud: gcloudFor({ auth: 'of gcloud' }) }).get()).toBe('of gcloud');
  });

  test.each(['GOOGLE_CLOUD_KEYFILE_JSON', 'GCLOUD_KEYFILE_JSON'])('is never another than Terraform\'s: %s is refused by name, unless the provider passes it over, too', async (name) => {
    const parts = { metadata: 'of the machine', gcloud: gcloudFor({ 'auth application-default /run/key.json': 'of the file' }) };
    await expect(tokens({ [name]: '/run/other.json', GOOGLE_APPLICATION_CREDENTIALS: '/run/key.json' }, parts).get())
      .rejects.toMatchObject({ code: 'CredentialsUnsupported', reason: expect.stringMatching(new RegExp(`^${name} is set`)) });
    expect(await tokens({ [name]: '/run/other.json', GOOGLE_CREDENTIALS: '/run/key.json' }, parts).get()).toBe('of the file');
    expect(await tokens({ [name]: '/run/other.json', GOOGLE_OAUTH_ACCESS_TOKEN: 'given' }, parts).get()).toBe('given');
  });

  test('is exchanged for the impersonated account\'s', async () => {
    const { get, asked } = tokens({ GOOGLE_OAUTH_ACCESS_TOKEN: 'given', GOOGLE_IMPERSONATE_SERVICE_ACCOUNT: 'pipe@p.iam.gserviceaccount.com' });
    expect(await get()).toBe('of the impersonated');
    expect(asked).toEqual(['https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/pipe%40p.iam.gserviceaccount.com:generateAccessToken Bearer given']);
  });

  test.each([
    ['there is none', {}, 'CredentialsMissing'],
    ['a file gives none, though the machine would', { GOOGLE_APPLICATION_CREDENTIALS: '/run/key.json' }, 'CredentialsUnreadable'],
    ['a key stands in the variable itself', { GOOGLE_CREDENTIALS: '{"private_key": "x"}' }, 'CredentialsUnsupported'],
  ])('fails when %s', async (_name, environment, code) => {
    const { get } = tokens(environment, code === 'CredentialsMissing' ? {} : { metadata: 'of the machine' });
    await expect(get()).rejects.toMatchObject({ code });
    await expect(get()).rejects.not.toThrow(/private_key/);
  });
});
