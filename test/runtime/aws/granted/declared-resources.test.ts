import { StackResourceSummary } from '@aws-sdk/client-cloudformation';
import { StackReader } from '../../../../runtime/aws/cloudformation';
import { declaredResources } from '../../../../runtime/aws/granted';
import { named } from '../../ledger/memory-table';

const PLACE = { account: '111122223333', region: 'eu-west-1' };
const at = (service: string, name: string): string => `arn:aws:${service}:eu-west-1:111122223333:${name}`;
const resource = (LogicalResourceId: string, ResourceType: string, PhysicalResourceId: string, ResourceStatus = 'CREATE_COMPLETE') => ({ LogicalResourceId, ResourceType, PhysicalResourceId, ResourceStatus });

let stacks: Record<string, ReturnType<typeof resource>[]>;
let listed: string[];
beforeEach(() => {
  listed = [];
  stacks = {
    own: [
      resource('Table', 'AWS::DynamoDB::Table', 'own-table'), resource('Nested', 'AWS::CloudFormation::Stack', 'nested'), resource('Gone', 'AWS::S3::Bucket', 'gone', 'DELETE_COMPLETE'),
      resource('Kept', 'AWS::S3::Bucket', 'kept', 'DELETE_SKIPPED'),
    ],
    nested: [resource('Queue', 'AWS::SQS::Queue', 'https://sqs.eu-west-1.amazonaws.com/111122223333/own-queue'), resource('Topic', 'AWS::SNS::Topic', at('sns', 'own-topic'))],
    Data: [resource('Key', 'AWS::KMS::Key', '12-34'), resource('Bucket', 'AWS::S3::Bucket', 'data'), resource('Pool', 'AWS::Cognito::UserPool', 'eu-west-1_x'), resource('Bus', 'AWS::Events::EventBus', 'main'),
      resource('Repo', 'AWS::ECR::Repository', 'team/app'), resource('Worker', 'AWS::Lambda::Function', 'worker')],
  };
});

const cloudFormation = {
  send: async ({ input: { StackName: name, NextToken: token = '0' } }: { input: { StackName: string; NextToken?: string } }) => {
    listed.push(name);
    if (stacks[name] === undefined) {
      throw named('ValidationError', `Stack with id ${name} does not exist`);
    }
    const next = Number(token) + 1;
    const StackResourceSummaries = stacks[name].slice(next - 1, next) as StackResourceSummary[];
    return { StackResourceSummaries, ...(next < stacks[name].length ? { NextToken: String(next) } : {}) };
  },
} as unknown as StackReader['cloudFormation'];
const resolve = (...texts: string[]) => declaredResources({ cloudFormation }, { texts, stackIds: ['own'], partition: 'aws', place: PLACE });

test.each<[text: string, arn: string]>([
  ['arn:aws:s3:::files/*', 'arn:aws:s3:::files/*'],
  ['arn:<AWS::Partition>:sqs:<AWS::Region>:<AWS::AccountId>:invoices', at('sqs', 'invoices')],
  ['arn:{"Ref":"AWS::Partition"}:sqs:eu-west-1:{"Ref":"AWS::AccountId"}:invoices', at('sqs', 'invoices')],
  ['<Table.Arn>', at('dynamodb', 'table/own-table')],
  ['<Table.Arn>/index/*', at('dynamodb', 'table/own-table/index/*')],
  ['<Queue.Arn>', at('sqs', 'own-queue')],
  ['<Topic>', at('sns', 'own-topic')],
  ['<Data:Key.Arn>', at('kms', 'key/12-34')],
  ['<Data:Bucket.Arn>/in/*', 'arn:aws:s3:::data/in/*'],
  ['arn:<AWS::Partition>:s3:::<Data:Bucket>/in/*', 'arn:aws:s3:::data/in/*'],
  ['<Data:Bus.Arn>', at('events', 'event-bus/main')],
  ['<Data:Repo.Arn>', at('ecr', 'repository/team/app')],
  ['<Data:Worker.Arn>:*', at('lambda', 'function:worker:*')],
])('%s is %s', async (text, arn) => {
  const { arns, unknown } = await resolve(text);
  expect(arns).toContain(arn);
  expect(unknown).toEqual([]);
});

test('what is in the agent\'s own stacks is declared too, nested ones and what was kept at a deletion included, and what was deleted is not', async () => {
  const { arns, own } = await resolve();
  expect(arns).toEqual([at('dynamodb', 'table/own-table'), 'arn:aws:s3:::kept', at('sns', 'own-topic'), at('sqs', 'own-queue')].sort());
  expect(own.get('AWS::SQS::Queue')).toEqual(['https://sqs.eu-west-1.amazonaws.com/111122223333/own-queue']);
});

test('a reference that no stack resolves is unknown; one to what has no ARN that is known here is neither', async () => {
  const { arns, unknown } = await resolve('<Deleted:Table.Arn>', '<Data:Nothing.Arn>', '<Data:Pool.Arn>', '<Table.StreamArn>', '<Table.Arn><Queue.Arn>');
  expect(unknown).toEqual(['<Data:Nothing.Arn>', '<Deleted:Table.Arn>', '<Table.Arn><Queue.Arn>']);
  expect(arns.filter((arn) => arn.includes('<'))).toEqual([]);
});

test('each stack is listed once, however many grants refer to it', async () => {
  stacks = { own: [], Data: [resource('A', 'AWS::S3::Bucket', 'a')] };
  await resolve('<Data:A.Arn>', '<Data:A.Arn>/*', '<Data:A.Arn>/x/*');
  expect(listed.sort()).toEqual(['Data', 'own']);
});
