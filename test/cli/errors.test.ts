import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fakeRegistry } from './fake-registry';
import { nhiPiped } from './terminal/terminal';
import { FakeAccount } from '../runtime/inventory/fake-account';
import { newFolder } from '../runtime/inventory/taken';

const SLOW = 120_000;
/** Of the ways in which AWS answers, those of DynamoDB and of STS. */
const json = (type: string, message = 'no', status = 400) => () => ({ status, __type: `com.amazonaws.dynamodb.v20120810#${type}`, message });
const xml = (type: string, status = 403) => () => ({ status, __type: type });

let fake: FakeAccount | undefined;
afterEach(() => fake?.stop());

interface Case {
  readonly what: string;
  readonly also?: Record<string, () => object>;
  readonly env?: (fake: FakeAccount) => Record<string, string | undefined>;
  readonly words?: readonly string[];
  readonly says: RegExp;
}

function profile(text: string): Record<string, string | undefined> {
  const file = join(newFolder(), 'config');
  writeFileSync(file, text);
  return { AWS_CONFIG_FILE: file, AWS_SHARED_CREDENTIALS_FILE: '/dev/null', AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined };
}

/** A home whose single sign-on ended long ago. The name of the file is the digest of the session's name. */
function signedOutHome(): string {
  const home = newFolder();
  mkdirSync(join(home, '.aws', 'sso', 'cache'), { recursive: true });
  writeFileSync(join(home, '.aws', 'sso', 'cache', 'd033e22ae348aeb5660fc2140aec35850c4da997.json'), JSON.stringify({ accessToken: 'x', expiresAt: '2020-01-01T00:00:00Z' }));
  return home;
}
const SSO = '[sso-session admin]\nsso_region = eu-west-1\nsso_start_url = https://example.com\n[profile out]\nsso_session = admin\nsso_account_id = 111122223333\nsso_role_name = x\nregion = eu-west-1\n';

// Each with what is to be done about it.
test.each<Case>([
  { what: 'no credentials', env: () => ({ AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined }), says: /^nhi: CredentialsMissing: .*: log in, or set AWS_PROFILE\n$/ },
  { what: 'a profile that does not exist', words: ['--profile', 'nope', 'list'], env: () => profile('[profile other]\nregion = eu-west-1\n'), says: /^nhi: CredentialsMissing: .*for the profile "nope".*aws configure list-profiles\n$/ },
  { what: 'a session of single sign-on that has ended', words: ['--profile', 'out', 'list'], env: () => ({ ...profile(SSO), HOME: signedOutHome() }), says: /^nhi: CredentialsExpired: .*aws sso login/ },
  { what: 'a credential process that fails', words: ['--profile', 'made', 'list'], env: () => profile('[profile made]\ncredential_process = /bin/false\nregion = eu-west-1\n'), says: /^nhi: CredentialsMissing: .*log in/ },
  { what: 'no region', env: () => ({ AWS_REGION: undefined }), says: /^nhi: RegionMissing: .*: give --region, or set AWS_REGION\n$/ },
  { what: 'credentials that have expired', also: { GetCallerIdentity: xml('ExpiredToken') }, says: /^nhi: CredentialsExpired: .*: log in again\n$/ },
  { what: 'credentials that AWS does not know', also: { GetCallerIdentity: xml('InvalidClientTokenId') }, says: /^nhi: CredentialsRefused: .*check AWS_PROFILE/ },
  { what: 'no such registry', also: { Query: json('ResourceNotFoundException', 'Requested resource not found') }, says: /^nhi: RegistryNotFound: account 111122223333 has no registry "bots" in us-east-1 \(Requested resource not found\): give another --registry or --region/, words: ['list', '--registry', 'bots'] },
  { what: 'denied access', also: { Query: json('AccessDeniedException', 'not authorized to perform: dynamodb:Query') }, says: /^nhi: AccessDenied: arn:aws:iam::111122223333:user\/ada .*dynamodb:Query\): use other credentials, or ask for a policy/ },
  { what: 'too many calls', also: { Query: json('ThrottlingException', 'Rate exceeded') }, says: /^nhi: Throttled: .*Rate exceeded.*wait a minute, then run the command again\n$/ },
  { what: 'a service that fails', also: { Query: json('InternalServerError', 'oops', 500) }, says: /^nhi: AwsFailed: .*oops.*Health Dashboard/ },
  { what: 'an error that nobody has foreseen', also: { Query: json('SomethingNew', 'a\nb') }, says: /^nhi: Unexpected: .*SomethingNew.*report it with this line\n$/ },
  { what: 'no network, through an endpoint', env: () => ({ AWS_ENDPOINT_URL: 'http://127.0.0.1:1' }), says: /^nhi: AwsUnreachable: .*ECONNREFUSED.*the network, and AWS_ENDPOINT_URL \(http:\/\/127\.0\.0\.1:1\)\n$/ },
  { what: 'an endpoint of one service that nobody serves', env: () => ({ AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:1' }), says: /^nhi: AwsUnreachable: .*AWS_ENDPOINT_URL_DYNAMODB \(http:\/\/127\.0\.0\.1:1\)/ },
  { what: 'an endpoint without TLS', env: ({ url }) => ({ AWS_ENDPOINT_URL: url.replace('http:', 'https:') }), says: /^nhi: TlsFailed: .*NODE_EXTRA_CA_CERTS/ },
  { what: 'hostile text in an error', also: { Query: json('AccessDeniedException', 'x\u001b[2J\u202e\r\nnhi: Forged: y') }, says: /^nhi: AccessDenied: [^\n]*\n$/ },
])('$what: one line that says what to do', async ({ also = {}, env = () => ({}), words = ['list'], says }) => {
  fake = await fakeRegistry([{}], { also });
  const variables = Object.entries({ ...fake.env, ...env(fake) }).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const { exitCode, stdout, stderr: all } = await nhiPiped(words, Object.fromEntries(variables));
  // Retries may take long enough for a line of progress.
  const stderr = all.replace(/^reading the fleet \(\d+ s\)\n/gm, '');

  expect({ exitCode, stdout, stderr }).toEqual({ exitCode: 1, stdout: '', stderr: expect.stringMatching(says) });
  expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  expect(stderr.trimEnd()).not.toMatch(/\p{C}/u);
}, SLOW);
