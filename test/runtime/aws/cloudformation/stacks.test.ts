import { CloudFormationClient, DescribeStacksCommand, ListStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import { mockClient } from 'aws-sdk-client-mock';
import { isGoneStack, rolesOf, viewStack } from '../../../../runtime/aws/cloudformation/stacks';
import { Engine } from '../../../../runtime/engine/engine';

const STACK = 'arn:aws:cloudformation:eu-west-1:111122223333:stack/InvoiceBot/1111';
const ROOT = 'arn:aws:cloudformation:eu-west-1:111122223333:stack/Root/2222';
const cloudFormation = mockClient(CloudFormationClient);
const engine = { cloudFormation: new CloudFormationClient({ region: 'eu-west-1' }) } as unknown as Engine;
const described = (fields: Record<string, unknown>) => ({ Stacks: [{ StackName: 'x', CreationTime: new Date(0), ...fields }] }) as never;
const missing = Object.assign(new Error(`Stack with id ${STACK} does not exist`), { name: 'ValidationError' });

beforeEach(() => cloudFormation.reset());

test('a stack owns its agents itself, a nested one by its root', async () => {
  cloudFormation.on(DescribeStacksCommand).resolves(described({ StackStatus: 'UPDATE_IN_PROGRESS' }));
  expect(await viewStack(engine, STACK)).toEqual({ status: 'UPDATE_IN_PROGRESS', owner: { stackId: STACK, stackName: 'InvoiceBot' } });

  cloudFormation.on(DescribeStacksCommand, { StackName: STACK }).resolves(described({ StackStatus: 'DELETE_IN_PROGRESS', RootId: ROOT }));
  cloudFormation.on(DescribeStacksCommand, { StackName: ROOT }).resolves(described({ StackStatus: 'UPDATE_IN_PROGRESS' }));
  expect(await viewStack(engine, STACK)).toEqual({ status: 'DELETE_IN_PROGRESS', rootStatus: 'UPDATE_IN_PROGRESS', owner: { stackId: ROOT, stackName: 'Root' } });
});

test('what the stack is doing is never guessed: a request of one that CloudFormation does not know is not confirmed', async () => {
  cloudFormation.on(DescribeStacksCommand).rejects(missing);

  await expect(viewStack(engine, STACK)).rejects.toMatchObject({ code: 'RequestUnconfirmed' });

  cloudFormation.on(DescribeStacksCommand, { StackName: STACK }).resolves(described({ StackStatus: 'DELETE_IN_PROGRESS', RootId: ROOT }));
  await expect(viewStack(engine, STACK)).rejects.toMatchObject({ code: 'RequestUnconfirmed', message: expect.stringContaining(ROOT) });
});

test.each<[string, () => void, boolean]>([
  ['that was deleted', () => void cloudFormation.on(DescribeStacksCommand).resolves(described({ StackStatus: 'DELETE_COMPLETE' })), true],
  ['that CloudFormation has forgotten', () => void cloudFormation.on(DescribeStacksCommand).rejects(missing), true],
  ['that could not be deleted', () => void cloudFormation.on(DescribeStacksCommand).resolves(described({ StackStatus: 'DELETE_FAILED' })), false],
  ['that stands', () => void cloudFormation.on(DescribeStacksCommand).resolves(described({ StackStatus: 'UPDATE_COMPLETE' })), false],
])('whether a stack no longer exists: one %s', async (_what, prepare, gone) => {
  prepare();

  expect(await isGoneStack(engine, STACK)).toBe(gone);
});

test('a throttled question is no answer', async () => {
  cloudFormation.on(DescribeStacksCommand).rejects(Object.assign(new Error('Rate exceeded'), { name: 'Throttling' }));

  await expect(isGoneStack(engine, STACK)).rejects.toThrow('Rate exceeded');
});

test('the roles of a stack are on all pages, in nested stacks too; deleted ones do not count', async () => {
  const resource = (ResourceType: string, PhysicalResourceId: string | undefined, ResourceStatus = 'CREATE_COMPLETE') => ({ ResourceType, PhysicalResourceId, ResourceStatus }) as never;
  cloudFormation.on(ListStackResourcesCommand, { StackName: ROOT })
    .resolves({ StackResourceSummaries: [resource('AWS::IAM::Role', 'one'), resource('AWS::IAM::Role', 'gone', 'DELETE_COMPLETE'), resource('AWS::IAM::Role', undefined)], NextToken: 'next' });
  cloudFormation.on(ListStackResourcesCommand, { StackName: ROOT, NextToken: 'next' })
    .resolves({ StackResourceSummaries: [resource('AWS::CloudFormation::Stack', STACK), resource('AWS::S3::Bucket', 'two'), resource('AWS::IAM::Role', 'given-up', 'DELETE_FAILED'), resource('AWS::IAM::Role', 'skipped', 'DELETE_SKIPPED')] });
  cloudFormation.on(ListStackResourcesCommand, { StackName: STACK }).resolves({ StackResourceSummaries: [resource('AWS::IAM::Role', 'three')] });

  expect(await rolesOf(engine, ROOT)).toEqual(['one', 'three']);
});

test('a stack that no longer exists has no roles; one that can\'t be read fails', async () => {
  cloudFormation.on(ListStackResourcesCommand).rejects(missing);
  expect(await rolesOf(engine, STACK)).toEqual([]);

  cloudFormation.on(ListStackResourcesCommand).rejects(Object.assign(new Error('Rate exceeded'), { name: 'Throttling' }));
  await expect(rolesOf(engine, STACK)).rejects.toThrow('Rate exceeded');
});
