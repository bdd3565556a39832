import { PolicyClients, resourcePolicies } from '../../../../runtime/aws/granted';
import { named } from '../../ledger/memory-table';

const PLACE = { account: '111122223333', region: 'eu-west-1' };
const at = (service: string, name: string, { region, account } = PLACE): string => `arn:aws:${service}:${region}:${account}:${name}`;

interface Sent { readonly service: string; readonly call: string; readonly input: Record<string, unknown> }
let sent: Sent[];
let answers: Record<string, unknown>;
beforeEach(() => {
  sent = [];
  answers = {};
});

function clients(): PolicyClients {
  const client = (service: string) => ({
    send: async ({ constructor: { name }, input }: { constructor: { name: string }; input: Record<string, unknown> }) => {
      sent.push({ service, call: name.replace('Command', ''), input });
      const answer = answers[service] ?? {};
      if (answer instanceof Error) {
        throw answer;
      }
      return answer;
    },
  }) as never;
  return {
    s3: client('s3'),
    sns: client('sns'),
    kms: client('kms'),
    secrets: client('secretsmanager'),
    lambda: client('lambda'),
    dynamodb: client('dynamodb'),
    bus: client('events'),
    calls: {
      queueUrl: (arn) => arn,
      json: async (service, call, input) => {
        sent.push({ service, call, input });
        return (answers[service] ?? {}) as never;
      },
      queueAttributes: async (arn) => {
        sent.push({ service: 'sqs', call: 'GetQueueAttributes', input: { arn } });
        if (answers.sqs instanceof Error) {
          throw answers.sqs;
        }
        return (answers.sqs ?? {}) as Record<string, string>;
      },
    },
  };
}
const read = (...resources: string[]) => resourcePolicies(clients(), resources, PLACE);

// The answers are those that each service documents.
test.each<[service: string, resource: string, arn: string, call: string, input: object, answer: object]>([
  ['s3', 'arn:aws:s3:::files/in/*', 'arn:aws:s3:::files', 'GetBucketPolicy', { Bucket: 'files' }, { Policy: '{}' }],
  ['sqs', at('sqs', 'invoices.fifo'), at('sqs', 'invoices.fifo'), 'GetQueueAttributes', { arn: at('sqs', 'invoices.fifo') }, { Policy: '{}' }],
  ['sns', at('sns', 'news'), at('sns', 'news'), 'GetTopicAttributes', { TopicArn: at('sns', 'news') }, { Attributes: { Policy: '{}' } }],
  ['kms', at('kms', 'key/12-34'), at('kms', 'key/12-34'), 'GetKeyPolicy', { KeyId: at('kms', 'key/12-34'), PolicyName: 'default' }, { Policy: '{}' }],
  ['secretsmanager', at('secretsmanager', 'secret:app/token-??????'), at('secretsmanager', 'secret:app/token'), 'GetResourcePolicy', { SecretId: at('secretsmanager', 'secret:app/token') }, { ResourcePolicy: '{}' }],
  ['lambda', at('lambda', 'function:worker:live'), at('lambda', 'function:worker'), 'GetPolicy', { FunctionName: at('lambda', 'function:worker') }, { Policy: '{}' }],
  ['dynamodb', at('dynamodb', 'table/invoices/index/*'), at('dynamodb', 'table/invoices'), 'GetResourcePolicy', { ResourceArn: at('dynamodb', 'table/invoices') }, { Policy: '{}' }],
  ['ecr', at('ecr', 'repository/team/app'), at('ecr', 'repository/team/app'), 'GetRepositoryPolicy', { repositoryName: 'team/app' }, { policyText: '{}' }],
  ['glue', at('glue', 'table/sales/orders'), at('glue', 'catalog'), 'GetResourcePolicy', {}, { PolicyInJson: '{}', PolicyHash: 'h' }],
  ['events', at('events', 'event-bus/main'), at('events', 'event-bus/main'), 'DescribeEventBus', { Name: at('events', 'event-bus/main') }, { Policy: '{}' }],
])('of %s, %s is read as the policy of %s', async (service, resource, arn, call, input, answer) => {
  answers[service] = answer;
  expect(await read(resource)).toEqual({ policies: [{ arn, document: '{}' }], unread: [] });
  expect(sent).toEqual([{ service, call, input }]);
});

test.each([
  ['s3', 'arn:aws:s3:::files', 'NoSuchBucketPolicy'], ['s3', 'arn:aws:s3:::files', 'NoSuchBucket'], ['lambda', at('lambda', 'function:worker'), 'ResourceNotFoundException'],
  ['dynamodb', at('dynamodb', 'table/invoices'), 'PolicyNotFoundException'], ['sqs', at('sqs', 'invoices'), 'QueueDoesNotExist'], ['sns', at('sns', 'news'), 'NotFoundException'],
])('a resource of %s without a policy (%s, %s) has none, and is not unread', async (service, resource, error) => {
  answers[service] = named(error);
  expect(await read(resource)).toEqual({ policies: [], unread: [] });
});

test('a policy that can\'t be read is named with the reason, and the others are read', async () => {
  answers = { s3: named('AccessDenied', 'not authorized'), sqs: { Policy: '{}' } };
  expect(await read('arn:aws:s3:::files', at('sqs', 'invoices'))).toEqual({
    policies: [{ arn: at('sqs', 'invoices'), document: '{}' }],
    unread: [{ what: 'policy of arn:aws:s3:::files', reason: expect.stringContaining('not authorized') }],
  });
});

test('what is in another account or region is named and not asked for', async () => {
  const { unread } = await read(at('sqs', 'one', { ...PLACE, account: '444455556666' }), at('sqs', 'two', { ...PLACE, region: 'us-east-1' }));
  expect(unread.map(({ reason }) => reason)).toEqual(['it is in account 444455556666', 'it is in us-east-1, and the registry is in eu-west-1'].sort());
  expect(sent).toEqual([]);
});

test.each(['*', 'arn:aws:s3:::*', 'arn:aws:s3:::files-*/x', at('sqs', 'in*'), at('sqs', 'x', { ...PLACE, account: '*' }), at('dynamodb', 'table/?'), '<Queue.Arn>', 'all but x', at('states', 'stateMachine:x'), 'arn:aws:s3', ''])('%s names no resource with a policy', async (resource) => {
  expect(await read(resource)).toEqual({ policies: [], unread: [] });
  expect(sent).toEqual([]);
});

test('each is read once, and of very many the first; the others are named', async () => {
  const all = Array.from({ length: 45 }, (_, index) => `arn:aws:s3:::bucket-${String(index).padStart(2, '0')}`);
  const { unread } = await read(...all, ...all.map((arn) => `${arn}/*`));
  expect(sent).toHaveLength(40);
  expect(unread.map(({ what }) => what)).toEqual(all.slice(40).map((arn) => `policy of ${arn}`));
});
