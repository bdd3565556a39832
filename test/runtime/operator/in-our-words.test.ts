import { explaining, inOurWords } from '../../../runtime/operator/in-our-words';
import { named } from '../ledger/memory-table';

const WHERE = { registry: 'bots', operator: 'arn:aws:iam::111122223333:user/ada', account: '111122223333', region: 'eu-north-1' };

test.each<[string, Error, string, RegExp]>([
  ['no table', named('ResourceNotFoundException', 'Requested resource not found'), 'RegistryNotFound',
    /^RegistryNotFound: account 111122223333 has no registry "bots" in eu-north-1 \(Requested resource not found\): give another --registry or --region, use the credentials of .* deploy the registry first$/],
  ['no engine', named('StateMachineDoesNotExist', 'no such machine'), 'RegistryNotFound', /"bots" in eu-north-1 \(no such machine\)/],
  ['no bucket', named('NoSuchBucket', 'The specified bucket does not exist'), 'RegistryNotFound', /--region/],
  ['what the operator may not do', named('AccessDeniedException', 'no dynamodb:GetItem'), 'AccessDenied', /user\/ada is not allowed .* 111122223333, eu-north-1 \(no dynamodb:GetItem\): use other credentials, or ask for a policy/],
  ['what S3 denies', named('AccessDenied'), 'AccessDenied', /user\/ada/],
  ['credentials that ended', named('ExpiredTokenException', 'expired'), 'CredentialsExpired', /log in again$/],
  ['credentials that nobody knows', named('InvalidClientTokenId', 'invalid'), 'CredentialsRefused', /eu-north-1.*AWS_PROFILE/],
  ['no credentials', named('CredentialsProviderError', 'none'), 'CredentialsMissing', /log in, or set AWS_PROFILE$/],
  ['a region that does not exist', Object.assign(new Error('getaddrinfo ENOTFOUND dynamodb.eu-norht-1.amazonaws.com'), { code: 'ENOTFOUND' }), 'AwsUnreachable', /eu-north-1 does not respond .*ENOTFOUND.*region, and the network$/],
  ['no network', Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }), 'AwsUnreachable', /network/],
])('%s is said with where it was looked for and what to do', (_what, error, code, message) => {
  expect(inOurWords(error, WHERE)).toMatchObject({ code, message: expect.stringMatching(message), cause: error });
});

// Errors that the calling code recognizes by name must reach it unchanged.
test.each(['NoSuchEntityException', 'ValidationError', 'ExecutionDoesNotExist', 'ConditionalCheckFailedException', 'NoSuchKey', 'ThrottlingException'])('%s stays as it is', (name) => {
  const error = named(name);

  expect(inOurWords(error, WHERE)).toBe(error);
});

test('a client says so itself, and answers as before', async () => {
  let error: Error | undefined = named('NoSuchBucket');
  const client = explaining({
    answer: 'it is there',
    async send(_command: object): Promise<string> {
      if (error !== undefined) {
        throw error;
      }
      return this.answer;
    },
  }, WHERE);

  await expect(client.send({})).rejects.toMatchObject({ code: 'RegistryNotFound' });
  error = undefined;
  await expect(client.send({})).resolves.toBe('it is there');
});
