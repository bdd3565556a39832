import { gzipSync } from 'node:zlib';
import { teardown, world } from './world';
import { GoogleApi } from '../../../runtime/google/api';
import { HOLDER_KINDS, holderOf } from '../../../runtime/google/policies';

test('a message is read as it is, and as Terraform compresses it', async () => {
  const { google, input } = world();
  const base64gzip = gzipSync(JSON.stringify(input)).toString('base64');
  expect((await teardown(google, base64gzip)).code).toBe(0);
  expect((await teardown(google, base64gzip.slice(0, -20))).err).toMatch(/^TeardownInputInvalid: /);
  const bomb = gzipSync(`{"x":"${'x'.repeat(17 * 1024 * 1024)}"}`).toString('base64');
  expect((await teardown(google, bomb)).err).toMatch(/^TeardownInputInvalid: /);
});

describe('bad input', () => {
  test.each<[string, Record<string, unknown> | string, string]>([
    ['nothing', '', 'TeardownInputMissing'],
    ['no JSON', 'x', 'TeardownInputInvalid'],
    ['a list', '[]', 'TeardownInputInvalid'],
    ['a version of later', { version: 2 }, 'TeardownVersionUnknown'],
    ['an invalid address', { accountEmail: 'ada.park@example.com' }, 'TeardownInputInvalid'],
    ['an invalid id', { accountUniqueId: '../1' }, 'TeardownInputInvalid'],
    ['an end that is no time', { expires: 'tomorrow' }, 'TeardownInputInvalid'],
    ['a project that leads elsewhere', { project: 'a/../b' }, 'TeardownInputInvalid'],
    ['projects that are no list', { projects: 'acme' }, 'TeardownInputInvalid'],
    ['an invalid folder', { folders: ['marketing'] }, 'TeardownInputInvalid'],
    ['a resource without a name', { resources: [{ kind: 'secret' }] }, 'TeardownInputInvalid'],
    ['no resource at all', { resources: [null] }, 'TeardownInputInvalid'],
    ['a kind that nobody knows', { resources: [{ kind: 'toString', name: 'x' }] }, 'ResourceKindUnknown'],
    ['a name of another kind', { resources: [{ kind: 'topic', name: 'projects/p/secrets/s' }] }, 'ResourceNameInvalid'],
    ['a name that leads elsewhere', { resources: [{ kind: 'secret', name: 'projects/p/secrets/..' }] }, 'ResourceNameInvalid'],
    ['an invalid secret', { ownSecrets: ['erp'] }, 'TeardownInputInvalid'],
  ])('fails when it is given %s', async (_name, change, code) => {
    const { google, input } = world();
    const ran = await teardown(google, typeof change === 'string' ? change : { ...input, ...change });
    expect(ran.code).toBe(2);
    expect(ran.err).toMatch(new RegExp(`^${code}: `));
    expect(google.calls).toEqual([]);
  });

  test.each(['https://evil.example', 'http://evil.example', 'http://127.0.0.1.evil.example', 'http://user@127.0.0.1:1', 'http://127.0.0.1:1/path', 'x'])(
    'fails when the endpoint is %s', async (endpoint) => {
      const { google, input } = world();
      const ran = await teardown(google, input, { NHI_GOOGLE_ENDPOINT: endpoint });
      expect(ran.code).toBe(2);
      expect(ran.err).toMatch(/^EndpointNotAllowed: /);
      expect(google.calls).toEqual([]);
    });

  test('takes an endpoint on this machine', async () => {
    const { google, input } = world();
    expect((await teardown(google, input, { NHI_GOOGLE_ENDPOINT: 'http://127.0.0.1:1234' })).code).toBe(0);
  });

  test.each(Object.entries(HOLDER_KINDS))('knows a %s by its example', (kind, { example }) => {
    expect(holderOf(kind, example).name).toBe(example);
  });

  test('asks for a name with a per cent sign as a URL has it', async () => {
    const asked: string[] = [];
    const call = async ({ path }: { path: string }) => asked.push(path);
    await holderOf('topic', 'projects/acme/topics/a%b+c').read({ call } as unknown as GoogleApi);
    expect(asked).toEqual(['/v1/projects/acme/topics/a%25b+c:getIamPolicy']);
  });

  test('looks at each place once, however often it is named', async () => {
    const { google, input } = world();
    await teardown(google, { ...input, projects: ['acme-test', 'projects/acme-test'], resources: [{ kind: 'project', name: 'projects/acme-test' }] });
    // Once to find, once to verify.
    expect(google.calls.filter(({ what }) => what === 'POST /v3/projects/acme-test:getIamPolicy')).toHaveLength(2);
  });

  test.each(['acme-invoices', 'b/acme-invoices', 'buckets/acme-invoices', 'projects/_/buckets/acme-invoices', '//storage.googleapis.com/projects/_/buckets/acme-invoices'])(
    'knows a bucket as %s', (name) => {
      expect(holderOf('bucket', name).name).toBe('buckets/acme-invoices');
    });
});
