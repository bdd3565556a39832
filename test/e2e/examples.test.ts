import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { shippedRegistry } from './harness/apps';
import { lookAtRole } from './harness/identities';
import { LocalAws } from './harness/local-aws';
import { showPlacement } from '../../runtime/operator';

const PROJECT = join(__dirname, '..', '..');
const EXAMPLES = join(PROJECT, 'examples');
const REGION = 'eu-central-1';
const [FIRST, SECOND] = ['111122223333', '444455556666'];

interface Example {
  readonly app?: string;
  /** Its stacks in the order of their deployment, and the account of those that are not in the first. */
  readonly stacks: Readonly<Record<string, string>>;
  readonly agents: readonly { readonly agentName: string; readonly stage: string; readonly account?: string }[];
  /** Whether it brings the registry. Otherwise it refers to that of its account by name. */
  readonly registry?: boolean;
  /** Types of resources that the emulator's CloudFormation lacks: a parameter stands for them. test/emulator/README.md names them. */
  readonly without?: readonly string[];
  /** Values of attributes that the emulator's CloudFormation lacks. */
  readonly attributes?: Readonly<Record<string, string>>;
  /** How the deployment of its last stack is refused. */
  readonly refused?: RegExp;
}

const DEPLOYED: Record<string, Example> = {
  'smallest': { stacks: { Platform: FIRST, InvoiceBot: FIRST }, agents: [{ agentName: 'invoice-bot', stage: 'test' }], registry: true },
  'test-and-production': {
    stacks: { InvoiceBotTest: FIRST, InvoiceBotProduction: SECOND },
    agents: [{ agentName: 'invoice-bot', stage: 'test' }, { agentName: 'invoice-bot', stage: 'production', account: SECOND }],
  },
  'github-deployer': { stacks: { Deployer: FIRST }, agents: [{ agentName: 'invoice-deployer', stage: 'production' }] },
  'eks': { stacks: { ReceiptBot: FIRST }, agents: [{ agentName: 'receipt-bot', stage: 'test' }], without: ['AWS::EKS::PodIdentityAssociation'] },
  'fleet': {
    stacks: { 'agents-1': FIRST, 'agents-2': FIRST, 'tools': FIRST },
    agents: [
      { agentName: 'invoice-bot', stage: 'production' }, { agentName: 'dunning-bot', stage: 'test' }, { agentName: 'vendor-bot', stage: 'test' },
      { agentName: 'release-bot', stage: 'test' },
    ],
  },
  'delegation': {
    stacks: { Purchasing: FIRST },
    agents: [{ agentName: 'planner', stage: 'test' }, { agentName: 'buyer', stage: 'test' }, { agentName: 'archivist', stage: 'test' }],
  },
  'google-from-lambda': { app: 'aws-app', stacks: { InvoiceBot: FIRST }, agents: [{ agentName: 'invoice-bot', stage: 'test' }] },
  // The last, because its registry lets nobody into production without an approval: also not its own agent.
  'reviews': {
    stacks: { Platform: FIRST, InvoiceBot: FIRST },
    agents: [],
    registry: true,
    refused: /ApprovalMissing/,
    without: ['AWS::Cognito::UserPoolIdentityProvider'],
    attributes: { ProviderURL: `https://cognito-idp.${REGION}.amazonaws.com/pool` },
  },
};

/** Examples that consist of what the emulator lacks. */
const LACKING: Record<string, string[]> = {
  agentcore: ['AWS::BedrockAgentCore::Runtime', 'AWS::BedrockAgentCore::Memory'],
  pipelines: ['AWS::CodePipeline::Pipeline'],
};
/**
 * The story of the quickstart is a test of its own, test/google and test/e2e/google have the examples for Google. The roles that `adoption` adopts are not
 * part of it: test/e2e/adopt.test.ts and adopt-migration.test.ts create them first. `signals`, `third-parties` and `on-premises-worker` name servers of others:
 * test/e2e/shared-signals.test.ts, revokers.test.ts and on-premises.test.ts have such servers on this machine. test/e2e/afternoon.test.ts deploys its own, as its guide says.
 */
const ELSEWHERE = ['quickstart', 'afternoon', 'google-one-agent', 'google-fleet', 'adoption', 'signals', 'third-parties', 'on-premises-worker'];

let aws: LocalAws;
let second: LocalAws;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'nhi-examples-'));
  aws = await LocalAws.start({ tls: true, region: REGION });
  second = await aws.inAccount(SECOND);
  await second.deploy(shippedRegistry());
});

afterAll(async () => {
  await aws.stop();
  rmSync(folder, { recursive: true, force: true });
});

const accountOf = (account: string) => (account === FIRST ? aws : second);

/** The example as the `cdk` command synthesizes it. */
function assemblyOf(name: string, { app = 'app' }: Example): string {
  const outdir = join(folder, name);
  process.env.CDK_OUTDIR = outdir;
  try {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- the name is only known here, and loading must be synchronous
    require(join(EXAMPLES, name, app));
  } finally {
    delete process.env.CDK_OUTDIR;
  }
  withLaterEnds(outdir);
  return outdir;
}

/** The examples have ends that a reader expects. This test must pass after them, and no stage allows an end that is far ahead. */
function withLaterEnds(outdir: string): void {
  const inAMonth = `${new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10)}T00:00:00Z`;
  for (const file of readdirSync(outdir, { recursive: true, encoding: 'utf8' }).filter((one) => one.endsWith('.template.json'))) {
    const path = join(outdir, file);
    writeFileSync(path, readFileSync(path, 'utf8').replace(/\b20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ/g, inAMonth));
  }
}

test('every example is deployed here, or said to be elsewhere, or lacks a service of the emulator that its README names', () => {
  expect([...Object.keys(DEPLOYED), ...Object.keys(LACKING), ...ELSEWHERE].sort()).toEqual(readdirSync(EXAMPLES).sort());
  const readme = readFileSync(join(PROJECT, 'test', 'emulator', 'README.md'), 'utf8');
  const types = [...Object.values(LACKING).flat(), ...Object.values(DEPLOYED).flatMap(({ without = [] }) => without)];
  expect(types.filter((type) => !readme.includes(type))).toEqual([]);
});

test.each(Object.keys(DEPLOYED))('%s: its stacks are deployed, its agents join, have their roles, and leave', async (name) => {
  const { stacks, agents, registry = false, without = [], attributes = {}, refused } = DEPLOYED[name];
  const assembly = assemblyOf(name, DEPLOYED[name]);
  if (!registry && await aws.statusOf('Platform') === undefined) {
    await aws.deploy(shippedRegistry());
  }
  for (const [stack, account] of Object.entries(stacks)) {
    const deployed = accountOf(account).deployAssembly(assembly, stack, { without, attributes });
    await (refused !== undefined && stack === Object.keys(stacks).at(-1) ? expect(deployed).rejects.toThrow(refused) : deployed);
  }

  for (const { agentName, stage, account = FIRST } of agents) {
    const { registry: connection, iam } = accountOf(account);
    expect(await showPlacement(connection, agentName)).toMatchObject({ status: 'active', declared: { stage } });
    expect((await lookAtRole(iam, `${agentName}-${stage}`))?.tags).toMatchObject({ 'agent:name': agentName, 'agent:stage': stage });
  }

  for (const [stack, account] of Object.entries(stacks).reverse().filter(([id]) => id !== 'Platform')) {
    await accountOf(account).destroyStack(stack);
  }
  for (const { agentName, stage, account = FIRST } of agents) {
    const { registry: connection, iam } = accountOf(account);
    expect(await showPlacement(connection, agentName)).toMatchObject({ status: 'left' });
    expect(await lookAtRole(iam, `${agentName}-${stage}`)).toBeUndefined();
  }
});
