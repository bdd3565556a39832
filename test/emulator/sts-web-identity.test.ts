import { CreateOpenIDConnectProviderCommand, CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { AssumeRoleWithWebIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { Cloud, outcome } from './harness/cloud';
import { policy } from './harness/principals';

const GITHUB = 'token.actions.githubusercontent.com';
const CLAIMS = { iss: `https://${GITHUB}`, aud: 'sts.amazonaws.com', sub: 'repo:acme/invoices:ref:refs/heads/main', repository_id: '456789' };

let cloud: Cloud;

beforeAll(async () => {
  cloud = await Cloud.start();
  const iam = new IAMClient(cloud.as());
  await iam.send(new CreateOpenIDConnectProviderCommand({ Url: `https://${GITHUB}`, ClientIDList: ['sts.amazonaws.com'] }));
  const trusting = (RoleName: string, host: string, Condition: Record<string, Record<string, string>>) => iam.send(new CreateRoleCommand({
    RoleName,
    AssumeRolePolicyDocument: policy({ Principal: { Federated: cloud.iamArn(`oidc-provider/${host}`) }, Action: 'sts:AssumeRoleWithWebIdentity', Condition }),
  }));
  await trusting('by-id', GITHUB, { StringEquals: { [`${GITHUB}:repository_id`]: '456789' } });
  await trusting('by-subject', GITHUB, { StringEquals: { [`${GITHUB}:sub`]: CLAIMS.sub } });
  await trusting('by-other', 'id.example.com', { StringEquals: { 'id.example.com:sub': CLAIMS.sub } });
});

afterAll(() => cloud.stop());

const assume = (role: string, claims: Partial<Record<keyof typeof CLAIMS, string>> = {}) => {
  const token = [{ alg: 'RS256' }, { ...CLAIMS, ...claims }, {}].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  const sts = new STSClient(cloud.as());
  return outcome(sts.send(new AssumeRoleWithWebIdentityCommand({ RoleArn: cloud.iamArn(`role/${role}`), RoleSessionName: 'job', WebIdentityToken: token })));
};

describe('sts-web-identity', () => {
  test('an id of a repository is a condition key', async () => {
    expect([await assume('by-id'), await assume('by-id', { repository_id: '999999' })]).toEqual(['allowed', 'AccessDenied']);
  });

  test('a token for an audience that the provider doesn\'t list is refused', async () => {
    expect([await assume('by-subject'), await assume('by-subject', { aud: 'https://github.com/acme' })]).toEqual(['allowed', 'AccessDenied']);
  });

  test('a provider that the account doesn\'t have is refused', async () => {
    expect(await assume('by-other', { iss: 'https://id.example.com' })).toBe('AccessDenied');
  });
});
