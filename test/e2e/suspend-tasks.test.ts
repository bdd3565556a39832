import { CreateInstanceProfileCommand, AddRoleToInstanceProfileCommand } from '@aws-sdk/client-iam';
import { aws_ecs as ecs, Stack } from 'aws-cdk-lib';
import { agentApp, platform } from './harness/apps';
import { eventsOf } from './harness/ledger-items';
import { LocalAws } from './harness/local-aws';
import { PlainCalls } from '../../runtime/aws/plain-calls';
import { statusOf } from '../../runtime/model/placement-state';
import { askEngine } from '../../runtime/operator';
import { plainCalls } from '../emulator/harness/plain';
import { AgentRuntime, ManagedAgentIdentity } from 'cdk-nhi-lifecycle';

const asking = { now: new Date(), tell: () => undefined, lookEveryMs: 20 };
const SERVICE = 'invoice-service';

let aws: LocalAws;
let calls: PlainCalls;

beforeAll(async () => {
  aws = await LocalAws.start();
  calls = plainCalls({ endpoint: aws.plainEndpoint, region: aws.env.region, credentials: { accessKeyId: aws.env.account, secretAccessKey: 'test' } });
  await aws.deploy(platform());
});

afterAll(() => aws.stop());

/** A service with tasks that run with the agent's role. The emulator starts no container. */
function compute(stack: Stack, [bot]: ManagedAgentIdentity[]): void {
  const cluster = new ecs.CfnCluster(stack, 'Cluster', { clusterName: 'main' });
  const task = new ecs.CfnTaskDefinition(stack, 'Task', {
    family: 'invoice-task', taskRoleArn: bot.role.roleArn, containerDefinitions: [{ name: 'bot', image: 'bot', memory: 128 }],
  });
  const service = new ecs.CfnService(stack, 'Service', { serviceName: SERVICE, cluster: cluster.ref, taskDefinition: task.ref, desiredCount: 2 });
  service.addResourceDependency(cluster);
}

const app = agentApp({ runtime: AgentRuntime.ecsTask(), also: compute });
const ask = (kind: 'suspend' | 'resume') => askEngine(aws.registry, 'invoice-bot', { kind, reason: 'Its key was seen in a public place' }, asking);

async function desired(): Promise<number | undefined> {
  const { services } = await calls.ecs<{ services: { desiredCount: number }[] }>('DescribeServices', { cluster: 'main', services: [SERVICE] });
  return services[0]?.desiredCount;
}

/** An instance outside of the agent's stack, with a profile that somebody gave the role by hand. */
async function instance(): Promise<string> {
  const profile = { InstanceProfileName: 'by-hand' };
  await aws.iam.send(new CreateInstanceProfileCommand(profile));
  await aws.iam.send(new AddRoleToInstanceProfileCommand({ ...profile, RoleName: 'invoice-bot-test' }));
  const xml = await calls.ec2('RunInstances', { 'ImageId': 'ami-12345678', 'MinCount': '1', 'MaxCount': '1', 'InstanceType': 't3.micro', 'IamInstanceProfile.Name': 'by-hand' });
  return /<instanceId>([^<]+)</.exec(xml)![1];
}

async function stateOf(id: string): Promise<string> {
  return /<instanceState>[^]*?<name>([a-z-]+)</.exec(await calls.ec2('DescribeInstances', { 'InstanceId.1': id }))![1];
}

test('a suspension stops the service and an instance elsewhere, and a resumption starts both as they were', async () => {
  await aws.deploy(app);
  const id = await instance();
  const other = /<instanceId>([^<]+)</.exec(await calls.ec2('RunInstances', { ImageId: 'ami-12345678', MinCount: '1', MaxCount: '1', InstanceType: 't3.micro' }))![1];
  expect(await desired()).toBe(2);

  const state = await ask('suspend');
  expect(state.suspension?.cuts?.filter(({ rest }) => rest !== undefined)).toEqual([]);
  expect(statusOf(state)).toBe('suspended');
  expect(await desired()).toBe(0);
  expect(await stateOf(id)).toMatch(/^stop/);
  expect(await stateOf(other)).toBe('running');
  const changed = Object.fromEntries(state.suspension!.cuts!.map(({ name, changes }) => [name, changes]));
  expect(changed['ecs-services']).toEqual([{ id: expect.stringMatching(new RegExp(`service/main/${SERVICE}$`)), was: '2' }]);
  expect(changed.instances).toEqual([{ id, was: 'running' }]);

  await ask('resume');
  expect([await desired(), await stateOf(id)]).toEqual([2, 'running']);
  expect(await eventsOf(aws.registry, 'invoice-bot')).toEqual(['joined', 'suspended', 'resumed']);
});
