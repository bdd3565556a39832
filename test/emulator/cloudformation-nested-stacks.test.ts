import { CloudFormationClient, DescribeStackResourceCommand, DescribeStacksCommand, Stack } from '@aws-sdk/client-cloudformation';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { Cloud } from './harness/cloud';
import { Answer, fail, Provider, Request } from './harness/provider';
import { Resource, Resources, Stacks } from './harness/stacks';

const Bucket = 'templates';

let cloud: Cloud;
let cfn: CloudFormationClient;
let s3: S3Client;
let stacks: Stacks;
let provider: Provider;
let templates = 0;

beforeAll(async () => {
  cloud = await Cloud.start();
  cfn = new CloudFormationClient(cloud.as());
  s3 = new S3Client({ ...cloud.as(), forcePathStyle: true });
  stacks = new Stacks(cloud);
  provider = await Provider.start(cloud);
  await s3.send(new CreateBucketCommand({ Bucket }));
});

afterAll(async () => {
  await provider.stop();
  await cloud.stop();
});

async function nested(resources: Resources): Promise<Resource> {
  const Key = `${templates++}.json`;
  await s3.send(new PutObjectCommand({ Bucket, Key, Body: JSON.stringify({ Resources: resources }) }));
  return { Type: 'AWS::CloudFormation::Stack', Properties: { TemplateURL: `${cloud.emulator.url}/${Bucket}/${Key}` } };
}

async function describeStack(StackName?: string): Promise<Stack> {
  const { Stacks: [stack] = [] } = await cfn.send(new DescribeStacksCommand({ StackName }));
  return stack;
}

async function statusOf(StackName: string | undefined, LogicalResourceId: string): Promise<string> {
  const { StackResourceDetail: detail } = await cfn.send(new DescribeStackResourceCommand({ StackName, LogicalResourceId }));
  return detail?.ResourceStatus ?? '';
}

const obey = ({ RequestType: type, PhysicalResourceId: id, ResourceProperties: { PhysicalId: asked } }: Request): Answer => ({
  Status: 'SUCCESS', PhysicalResourceId: type === 'Delete' ? id : asked,
});

/** What each request observes while it waits: the nested stack, its resource, the parent, and the nested stack as a resource. */
function watch(decide: (request: Request) => Answer = obey): string[][] {
  const seen: string[][] = [];
  provider.answer(async (request) => {
    const { StackId: id, LogicalResourceId: name, RequestType: type, PhysicalResourceId: physicalId = '' } = request;
    const stack = await describeStack(id);
    const parent = await describeStack(stack.ParentId);
    seen.push([`${type} ${name} ${physicalId}`.trim(), stack.StackStatus ?? '', await statusOf(id, name), parent.StackStatus ?? '', await statusOf(stack.ParentId, 'Nested')]);
    return decide(request);
  });
  return seen;
}

const thing = (PhysicalId: string, version = '1', DependsOn: string[] = []) => provider.resource({ PhysicalId, version }, DependsOn);
const failing = (request: Request) => request.ResourceProperties.version === 'bad' && request.RequestType !== 'Delete' ? fail({ PhysicalResourceId: 'half' }) : obey(request);

describe('cfn-nested-stack', () => {
  test('it is created, updated, cleaned up after and deleted as any stack', async () => {
    const seen = watch();
    await stacks.create('parent', { Nested: await nested({ Thing: thing('one') }) });
    await stacks.update('parent', { Nested: await nested({ Thing: thing('one', '2') }) });
    await stacks.update('parent', { Nested: await nested({ Thing: thing('two') }) });
    await stacks.delete('parent');

    expect(seen).toEqual([
      ['Create Thing', 'CREATE_IN_PROGRESS', 'CREATE_IN_PROGRESS', 'CREATE_IN_PROGRESS', 'CREATE_IN_PROGRESS'],
      ['Update Thing one', 'UPDATE_IN_PROGRESS', 'UPDATE_IN_PROGRESS', 'UPDATE_IN_PROGRESS', 'UPDATE_IN_PROGRESS'],
      ['Update Thing one', 'UPDATE_IN_PROGRESS', 'UPDATE_IN_PROGRESS', 'UPDATE_IN_PROGRESS', 'UPDATE_IN_PROGRESS'],
      ['Delete Thing one', 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', 'UPDATE_COMPLETE', 'UPDATE_IN_PROGRESS', 'UPDATE_IN_PROGRESS'],
      ['Delete Thing two', 'DELETE_IN_PROGRESS', 'DELETE_IN_PROGRESS', 'DELETE_IN_PROGRESS', 'DELETE_IN_PROGRESS'],
    ]);
  });

  test('it names its parent, and the root of all, also two levels down', async () => {
    const seen: Stack[] = [];
    provider.answer(async (request) => {
      seen.push(await describeStack(request.StackId));
      return obey(request);
    });
    const middle = await nested({ Inner: await nested({ Thing: thing('one') }) });
    await stacks.create('root', { Middle: middle });

    const root = await describeStack('root');
    const between = await describeStack(seen[0].ParentId);
    expect([seen[0].RootId, between.RootId, between.ParentId]).toEqual(Array(3).fill(root.StackId));
    expect([root.RootId, root.ParentId]).toEqual([undefined, undefined]);
  });

  test('what a failed creation has made is deleted by the parent\'s roll-back', async () => {
    const seen = watch(failing);

    expect(await stacks.create('fails', { Nested: await nested({ Thing: thing('one'), Fails: thing('x', 'bad', ['Thing']) }) })).toBe('ROLLBACK_COMPLETE');

    expect(seen.slice(2)).toEqual([
      ['Delete Fails half', 'DELETE_IN_PROGRESS', 'DELETE_IN_PROGRESS', 'ROLLBACK_IN_PROGRESS', 'DELETE_IN_PROGRESS'],
      ['Delete Thing one', 'DELETE_IN_PROGRESS', 'DELETE_IN_PROGRESS', 'ROLLBACK_IN_PROGRESS', 'DELETE_IN_PROGRESS'],
    ]);
    expect(await stacks.failures('fails')).toEqual([expect.stringMatching(/^Embedded stack .+ was not successfully created: .+it must stay$/)]);
  });

  test('a failed update is taken back in it, once', async () => {
    const seen = watch(failing);
    await stacks.create('back', { Nested: await nested({ Thing: thing('one') }) });

    expect(await stacks.update('back', { Nested: await nested({ Thing: thing('one', '2'), Fails: thing('x', 'bad', ['Thing']) }) })).toBe('UPDATE_ROLLBACK_COMPLETE');

    expect(seen.slice(3)).toEqual([
      ['Update Thing one', 'UPDATE_ROLLBACK_IN_PROGRESS', 'UPDATE_IN_PROGRESS', 'UPDATE_IN_PROGRESS', 'UPDATE_IN_PROGRESS'],
      ['Delete Fails half', 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS', 'DELETE_IN_PROGRESS', 'UPDATE_IN_PROGRESS', 'UPDATE_IN_PROGRESS'],
    ]);
  });

  test('what fails to delete in it keeps it and its parent, and the next DeleteStack continues', async () => {
    watch((request) => request.RequestType === 'Delete' ? fail(request) : obey(request));
    await stacks.create('sticky', { Nested: await nested({ Thing: thing('one') }) });

    expect(await stacks.delete('sticky')).toBe('DELETE_FAILED');
    expect(await stacks.resources('sticky')).toEqual({ Nested: 'DELETE_FAILED' });
    const seen = watch();
    expect(await stacks.delete('sticky')).toBe('DELETE_COMPLETE');

    expect(seen).toEqual([['Delete Thing one', 'DELETE_IN_PROGRESS', 'DELETE_IN_PROGRESS', 'DELETE_IN_PROGRESS', 'DELETE_IN_PROGRESS']]);
  });
});
