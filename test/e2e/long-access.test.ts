import { GetPolicyVersionCommand, GetPolicyCommand, ListPoliciesCommand } from '@aws-sdk/client-iam';
import { aws_dynamodb as dynamodb, aws_iam as iam, Stack } from 'aws-cdk-lib';
import { agentApp, broken, platform, PRODUCTION, PRODUCTION_TABLE, TEST, TEST_TABLE } from './harness/apps';
import { lookAtRole } from './harness/identities';
import { LocalAws } from './harness/local-aws';
import { askEngine, showPlacement } from '../../runtime/operator';
import { AgentStage, ManagedAgentIdentity } from 'cdk-nhi-lifecycle';

const agentName = 'long-bot';

let aws: LocalAws;

beforeAll(async () => {
  aws = await LocalAws.start();
  await aws.deploy(platform());
});

afterAll(() => aws.stop());

type Also = (stack: Stack, bots: ManagedAgentIdentity[]) => void;

/** Many queues, and at last a table, whose statement the inline policy has no room for. */
const long = (count: number, also: Also = () => undefined): Also => (stack, bots) => {
  const [bot] = bots;
  for (let index = 0; index < count; index++) {
    bot.accessIn(TEST, PRODUCTION).grantPrincipal.addToPrincipalPolicy(new iam.PolicyStatement({
      sid: `Queue${index}`, actions: ['sqs:SendMessage'], resources: [`arn:aws:sqs:${stack.region}:${stack.account}:queue-${String(index).padStart(60, '0')}`],
    }));
  }
  dynamodb.Table.fromTableName(stack, 'Last', PRODUCTION_TABLE).grantReadData(bot.accessIn(TEST));
  also(stack, bots);
};
const app = (count: number, stage: AgentStage = TEST, also?: Also) => agentApp({ stackName: 'Long', agentName, stage, also: long(count, also) });

/** Names and documents of the managed policies with agents' access. */
async function parts(): Promise<Map<string, string>> {
  const { Policies: policies = [] } = await aws.iam.send(new ListPoliciesCommand({ Scope: 'Local', MaxItems: 1_000 }));
  const own = policies.filter(({ PolicyName: name = '' }) => name.includes('-access-'));
  return new Map(await Promise.all(own.map(async ({ PolicyName: name = '', Arn: PolicyArn }): Promise<[string, string]> => {
    const { Policy: { DefaultVersionId: VersionId } = {} } = await aws.iam.send(new GetPolicyCommand({ PolicyArn }));
    const { PolicyVersion: { Document: document = '' } = {} } = await aws.iam.send(new GetPolicyVersionCommand({ PolicyArn, VersionId }));
    return [name, decodeURIComponent(document)];
  })));
}

const ask = (kind: 'suspend' | 'resume') => askEngine(aws.registry, agentName, { kind, reason: 'Its access is long, and the drill says so' }, { now: new Date(), tell: () => undefined, lookEveryMs: 200 });

test('what the inline policy has no room for is granted by managed policies, and denied with all else', async () => {
  await aws.deploy(app(60));
  const granted = await parts();
  expect([...granted.keys()]).toEqual(['long-bot-test-access-1']);
  expect(granted.get('long-bot-test-access-1')).toContain(PRODUCTION_TABLE);
  expect((await lookAtRole(aws.iam, 'long-bot-test'))?.attached).toEqual(expect.arrayContaining([expect.stringContaining('policy/agents/long-bot-test-access-1')]));

  const session = await aws.sessions.open(agentName, 'test');
  expect(await aws.sessions.read(session, TEST_TABLE)).toBe('allowed');
  expect(await aws.sessions.read(session, PRODUCTION_TABLE)).toBe('allowed');
  expect(await aws.sessions.write(session, PRODUCTION_TABLE)).toBe('refused');

  await ask('suspend');
  expect(await aws.sessions.read(session, PRODUCTION_TABLE)).toBe('refused');
  await ask('resume');
  expect(await aws.sessions.read(await aws.sessions.open(agentName, 'test'), PRODUCTION_TABLE)).toBe('allowed');
});

test('a move takes them along: those of the old stage are deleted with its role; one that fails leaves them', async () => {
  await expect(aws.deploy(app(60, PRODUCTION, broken))).rejects.toThrow(/Broken/);
  expect([...(await parts()).keys()]).toEqual(['long-bot-test-access-1']);
  expect(await aws.sessions.read(await aws.sessions.open(agentName, 'test'), PRODUCTION_TABLE)).toBe('allowed');

  await aws.deploy(app(60, PRODUCTION));
  expect([...(await parts()).keys()]).toEqual(['long-bot-production-access-1']);
  expect(await lookAtRole(aws.iam, 'long-bot-test')).toBeUndefined();
});

test('with fewer grants they go, and after a leave none is left', async () => {
  await aws.deploy(app(10, PRODUCTION));
  expect((await parts()).size).toBe(0);
  await aws.deploy(app(100, PRODUCTION));
  expect((await parts()).size).toBe(2);

  await aws.destroy(app(100, PRODUCTION));
  expect((await parts()).size).toBe(0);
  expect(await lookAtRole(aws.iam, 'long-bot-production')).toBeUndefined();
  expect(await showPlacement(aws.registry, agentName)).toMatchObject({ status: 'left' });
});
