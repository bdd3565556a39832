import { LambdaClient } from '@aws-sdk/client-lambda';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { mockClient } from 'aws-sdk-client-mock';
import { sponsorDirectory } from '../../../runtime/handlers';
import { DirectorySettings } from '../../../src/contract/sponsor-directory';
import { ScimServer } from '../sponsors/scim-server';

const EMAILS = ['ada.park@example.com', 'li.chen@example.com'];
const settings = (value: DirectorySettings): void => void (process.env.SPONSOR_DIRECTORY = JSON.stringify(value));
afterEach(() => {
  delete process.env.SPONSOR_DIRECTORY;
  delete process.env.AWS_ENDPOINT_URL;
});

test('asks a list', async () => {
  settings({ kind: 'list', people: ['ada.park@example.com'] });
  expect(await sponsorDirectory({ emails: EMAILS })).toMatchObject([{ email: EMAILS[0], status: 'active' }, { email: EMAILS[1], status: 'unknown' }]);
});

test('asks a SCIM service with the token of the secret, which is read once for each event and appears nowhere', async () => {
  await using server = await ScimServer.start();
  server.users.push({ id: '1', userName: EMAILS[0], emails: [{ value: EMAILS[0] }], active: true });
  const secrets = mockClient(SecretsManagerClient).on(GetSecretValueCommand).resolves({ SecretString: 'T0KEN' });
  settings({ kind: 'scim', baseUrl: server.baseUrl, secretArn: 'arn:token' });

  // Without TLS only on a local emulator.
  expect(await sponsorDirectory({ emails: EMAILS })).toMatchObject([{ status: 'no-answer', evidence: 'the SCIM service: its URL is not https' }, { status: 'no-answer' }]);
  process.env.AWS_ENDPOINT_URL = 'http://127.0.0.1:4566';
  const answers = await sponsorDirectory({ emails: EMAILS });
  expect(answers).toMatchObject([{ email: EMAILS[0], status: 'active' }, { email: EMAILS[1], status: 'unknown' }]);
  expect(JSON.stringify(answers)).not.toContain('T0KEN');
  expect(secrets.commandCalls(GetSecretValueCommand).map(({ args: [{ input }] }) => input)).toEqual([{ SecretId: 'arn:token' }]);
  secrets.restore();
});

test('asks a function', async () => {
  const lambda = mockClient(LambdaClient).onAnyCommand().resolves({ Payload: Buffer.from('{"status":"inactive"}') as never });
  settings({ kind: 'lambda', functionArn: 'arn:people' });
  expect(await sponsorDirectory({ emails: [EMAILS[0]] })).toMatchObject([{ status: 'inactive' }]);
  lambda.restore();
});

test.each([{}, { emails: [] }, { emails: Array.from({ length: 11 }, () => EMAILS[0]) }, { emails: [''] }, { emails: ['x'.repeat(300)] }, null])('refuses the question %j', async (event) => {
  settings({ kind: 'list', people: EMAILS });
  await expect(sponsorDirectory(event)).rejects.toThrow();
});
