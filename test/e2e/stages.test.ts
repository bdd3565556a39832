import { App, aws_dynamodb as dynamodb, aws_iam as iam, CliCredentialsStackSynthesizer, Environment, Stack, Stage, StageProps } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { agentApp, instant, platform, PRODUCTION, PRODUCTION_TABLE, TEST, TEST_TABLE } from './harness/apps';
import { lookAtRole } from './harness/identities';
import { eventsOf } from './harness/ledger-items';
import { LocalAws } from './harness/local-aws';
import { showPlacement } from '../../runtime/operator';
import { AgentRuntime, AgentStage, Expiry, LifecycleRegistry, ManagedAgentIdentity, Sponsor } from 'cdk-nhi-lifecycle';

const { DEPRECATED, PILOT } = AgentStage;
const PRODUCTION_ACCOUNT = '444455556666';

let aws: LocalAws;
let production: LocalAws;

beforeAll(async () => {
  aws = await LocalAws.start();
  production = await aws.inAccount(PRODUCTION_ACCOUNT);
  await aws.deploy(platform({ stages: [PILOT, DEPRECATED] }));
  await production.deploy(platform({ acceptedStages: [PRODUCTION] }));
});

afterAll(() => aws.stop());

describe('an agent that is deprecated', () => {
  const agentName = 'old-bot';
  type Grant = (table: dynamodb.ITable, bot: ManagedAgentIdentity) => void;
  const read: Grant = (table, bot) => void table.grantReadData(bot.accessIn(DEPRECATED));
  const write: Grant = (table, bot) => void table.grantReadWriteData(bot.accessIn(DEPRECATED));
  /** The agent with these grants in DEPRECATED. */
  const app = (stage: AgentStage, ...grants: [tableName: string, grant: Grant][]) => agentApp({
    stackName: 'Old',
    agentName,
    stage,
    reference: { stages: [PILOT, DEPRECATED] },
    also: (stack, [bot]) => grants.forEach(([tableName, grant], index) => grant(dynamodb.Table.fromTableName(stack, `Kept${index}`, tableName), bot)),
  });

  test('keeps or loses what it had, and gets nothing new', async () => {
    await aws.deploy(app(PRODUCTION));
    const working = await aws.sessions.open(agentName, 'production');
    expect(await aws.sessions.write(working, PRODUCTION_TABLE)).toBe('allowed');

    // Not with access that production does not have.
    await expect(aws.deploy(app(DEPRECATED, [PRODUCTION_TABLE, write], [TEST_TABLE, read]))).rejects.toThrow(/AccessWidened: agent old-bot can only be narrowed in stage deprecated, and this deployment would add: in deprecated: dynamodb:/);
    expect(await aws.sessions.write(working, PRODUCTION_TABLE)).toBe('allowed');
    expect(await lookAtRole(aws.iam, 'old-bot-deprecated')).toBeUndefined();

    await aws.deploy(app(DEPRECATED, [PRODUCTION_TABLE, read]));
    expect(await aws.sessions.read(working, PRODUCTION_TABLE)).toBe('refused');
    const last = await aws.sessions.open(agentName, 'deprecated');
    expect([await aws.sessions.read(last, PRODUCTION_TABLE), await aws.sessions.write(last, PRODUCTION_TABLE)]).toEqual(['allowed', 'refused']);

    await expect(aws.deploy(app(DEPRECATED, [PRODUCTION_TABLE, write]))).rejects.toThrow(/AccessWidened/);
    expect([await aws.sessions.read(last, PRODUCTION_TABLE), await aws.sessions.write(last, PRODUCTION_TABLE)]).toEqual(['allowed', 'refused']);

    await aws.deploy(app(DEPRECATED));
    expect(await aws.sessions.read(last, PRODUCTION_TABLE)).toBe('refused');
    expect(await eventsOf(aws.registry, agentName)).toEqual(['joined', 'moved', 'access-changed', 'principal-retired', 'access-changed']);
  });

  test('can be trusted by fewer and end earlier, but neither by more nor later; it leaves, and does not join again there', async () => {
    const other = new iam.ServicePrincipal('lambda.amazonaws.com', { conditions: { StringEquals: { 'aws:SourceAccount': aws.env.account } } });
    const changed = (changes: object) => agentApp({ stackName: 'Old', agentName, stage: DEPRECATED, reference: { stages: [PILOT, DEPRECATED] }, ...changes });
    await expect(aws.deploy(changed({ runtime: AgentRuntime.of({ principal: other }) }))).rejects.toThrow(/AccessWidened.*the role may be assumed by Service lambda/);
    await expect(aws.deploy(changed({ expires: Expiry.at(instant(95 * 86_400_000)) }))).rejects.toThrow(/AccessWidened.*the end /);
    await aws.deploy(changed({ expires: Expiry.at(instant(30 * 86_400_000)) }));

    await aws.destroy(changed({}));
    expect(await showPlacement(aws.registry, agentName)).toMatchObject({ status: 'left' });
    await expect(aws.deploy(changed({}))).rejects.toThrow(/StageNotForJoin/);
  });
});

describe('one stack class in the stages of two accounts', () => {
  const agentName = 'paired-bot';
  const ENDS = Expiry.at(instant(60 * 86_400_000));

  interface InvoiceProps extends StageProps {
    readonly stage: AgentStage;
    readonly accepted: AgentStage[];
  }

  class Invoices extends Stage {
    public constructor(scope: Construct, id: string, { stage, accepted, ...props }: InvoiceProps) {
      super(scope, id, props);
      // Shared by the stages of an app, this synthesizer writes the files of one stage into the manifest of the next.
      const stack = new Stack(this, 'Invoices', { stackName: `Paired${id}`, synthesizer: new CliCredentialsStackSynthesizer() });
      const bot = new ManagedAgentIdentity(stack, 'Bot', {
        registry: LifecycleRegistry.fromRegistryName(stack, 'Agents', 'agents', { acceptedStages: accepted }),
        agentName,
        purpose: 'Matches supplier invoices to purchase orders',
        sponsor: Sponsor.person({ name: 'Ada Park', email: 'ada.park@example.com', backupEmail: 'li.chen@example.com' }),
        stage,
        expires: ENDS,
        runtime: AgentRuntime.broker({ principal: new iam.ArnPrincipal(`arn:aws:iam::${stack.account}:role/orchestrator`), externalId: 'invoices' }),
      });
      dynamodb.Table.fromTableName(stack, 'TestTable', TEST_TABLE).grantReadData(bot.accessIn(TEST));
      dynamodb.Table.fromTableName(stack, 'ProductionTable', PRODUCTION_TABLE).grantReadWriteData(bot.accessIn(PRODUCTION));
    }
  }

  const both = (inProduction: AgentStage = PRODUCTION, accepted = [PRODUCTION]) => (app: App, { region }: Required<Environment>): void => {
    new Invoices(app, 'Test', { env: { account: aws.env.account, region }, stage: TEST, accepted: [TEST] });
    new Invoices(app, 'Production', { env: { account: PRODUCTION_ACCOUNT, region }, stage: inProduction, accepted });
  };

  test('is two placements of one agent, each in its own registry', async () => {
    await aws.deploy(both());
    await production.deploy(both());

    const inTest = await aws.sessions.open(agentName, 'test');
    expect(await aws.sessions.read(inTest, TEST_TABLE)).toBe('allowed');
    const inProduction = await production.sessions.open(agentName, 'production');
    expect(await production.sessions.write(inProduction, PRODUCTION_TABLE)).toBe('allowed');
    expect(await showPlacement(aws.registry, agentName)).toMatchObject({ status: 'active', declared: { stage: 'test' } });
    expect(await showPlacement(production.registry, agentName)).toMatchObject({ status: 'active', declared: { stage: 'production' } });
  });

  test('a stage that an account does not accept is refused by its engine, if the code does not know', async () => {
    await expect(production.deploy(both(TEST, [TEST]))).rejects.toThrow(/StageUnknown: the registry agents has no stage test: use production/);
    const still = await production.sessions.open(agentName, 'production');
    expect(await production.sessions.write(still, PRODUCTION_TABLE)).toBe('allowed');
  });

  test('a leave in one account leaves the other as it is', async () => {
    await aws.destroy(both());
    expect(await showPlacement(aws.registry, agentName)).toMatchObject({ status: 'left' });
    const still = await production.sessions.open(agentName, 'production');
    expect(await production.sessions.write(still, PRODUCTION_TABLE)).toBe('allowed');
  });
});
