import { App, CfnResource, aws_dynamodb as dynamodb, aws_iam as iam, Duration, Environment, RemovalPolicy, Stack } from 'aws-cdk-lib';
import {
  AgentNaming, LifecycleRegistry, LifecycleRegistryProps, LifecycleRegistryReferenceProps, AgentRuntime, AgentStage, Expiry, ManagedAgentIdentity,
  ManagedAgentIdentityProps, Revoker, Sponsor, SponsorDirectory,
} from 'cdk-nhi-lifecycle';

export const TEST_TABLE = 'invoices-test';
export const PRODUCTION_TABLE = 'invoices-production';
export const { TEST, PRODUCTION } = AgentStage;
const DAY_MS = 86_400_000;
// The end is the same in each deployment. If it moved with the clock, each deployment would be an extension.
export const END = Expiry.at(instant(90 * DAY_MS));

export type Build = (app: App, env: Required<Environment>) => void;

interface PlatformProps extends Omit<LifecycleRegistryProps, 'breakGlassRoles' | 'sponsorDirectory'> {
  readonly breakGlassRoles?: (stack: Stack) => iam.IRole[];
  readonly sponsorDirectory?: (stack: Stack) => SponsorDirectory;
  /** Adds to the registry's stack. */
  readonly also?: (stack: Stack, registry: LifecycleRegistry) => void;
}

/** The platform team's app: the registry, the principals that run the agents, and a table for each stage. */
export function platform({ breakGlassRoles, sponsorDirectory, also, ...props }: PlatformProps = {}): Build {
  return (app, env) => {
    const stack = new Stack(app, 'Platform', { env });
    const registry = LifecycleRegistry.development(stack, 'Agents', {
      propagationWait: Duration.seconds(1), breakGlassRoles: breakGlassRoles?.(stack), sponsorDirectory: sponsorDirectory?.(stack), ...props,
    });
    also?.(stack, registry);
    addSurroundings(stack);
  };
}

/** The registry that ships, as it is by default, in a stack of its own. */
export function shippedRegistry(): Build {
  return (app, env) => void new LifecycleRegistry(new Stack(app, 'Platform', { env }), 'Agents');
}

/** What surrounds it: who runs the agents, and a table for each stage. */
export function surroundings(): Build {
  return (app, env) => addSurroundings(new Stack(app, 'Surroundings', { env }));
}

function addSurroundings(stack: Stack): void {
  const orchestrator = new iam.Role(stack, 'Orchestrator', { roleName: 'orchestrator', assumedBy: new iam.AccountRootPrincipal() });
  orchestrator.addToPolicy(new iam.PolicyStatement({
    actions: ['sts:AssumeRole', 'sts:SetSourceIdentity'],
    resources: [`arn:aws:iam::${stack.account}:role/agents/*`],
  }));
  for (const tableName of [TEST_TABLE, PRODUCTION_TABLE]) {
    new dynamodb.Table(stack, tableName, {
      tableName,
      partitionKey: { name: 'id', type: dynamodb.AttributeType.STRING },
      billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
      removalPolicy: RemovalPolicy.DESTROY,
    });
  }
}

interface AgentAppProps extends Partial<ManagedAgentIdentityProps> {
  readonly stackName?: string;
  /** What the reference to the registry states. */
  readonly reference?: LifecycleRegistryReferenceProps;
  /** Adds other resources to the agent's stack. */
  readonly also?: (stack: Stack, bots: ManagedAgentIdentity[]) => void;
  /** As the registry has it. @default - the standard */
  readonly naming?: AgentNaming;
  /** Access outside of AWS. */
  readonly revokersIn?: (stack: Stack) => Revoker[];
  /** More than one agent in the stack. @default - only `agentName` */
  readonly agentNames?: string[];
}

/** Another team's app: it refers to the registry by name, and has no reference to any other stack. */
export function agentApp({ stackName = 'InvoiceBot', reference, also, naming, agentNames, revokersIn, ...props }: AgentAppProps = {}): Build {
  return (app, env) => {
    const stack = new Stack(app, stackName, { env });
    const registry = LifecycleRegistry.fromRegistryName(stack, 'Agents', 'agents', { naming, ...reference });
    const testTable = dynamodb.Table.fromTableName(stack, 'TestTable', TEST_TABLE);
    const productionTable = dynamodb.Table.fromTableName(stack, 'ProductionTable', PRODUCTION_TABLE);
    const bots = (agentNames ?? [props.agentName ?? 'invoice-bot']).map((agentName) => {
      const bot = new ManagedAgentIdentity(stack, `Identity-${agentName}`, {
        registry,
        purpose: 'Matches supplier invoices to purchase orders',
        sponsor: Sponsor.person({ name: 'Ada Park', email: 'ada.park@example.com', backupEmail: 'li.chen@example.com' }),
        stage: TEST,
        expires: END,
        runtime: AgentRuntime.broker({ principal: new iam.ArnPrincipal(`arn:aws:iam::${env.account}:role/orchestrator`), externalId: 'invoices' }),
        ...(revokersIn === undefined ? {} : { revokers: revokersIn(stack) }),
        ...props,
        agentName,
      });
      testTable.grantReadData(bot.accessIn(TEST));
      productionTable.grantReadWriteData(bot.accessIn(PRODUCTION));
      return bot;
    });
    also?.(stack, bots);
  };
}

/** A resource after the agent that CloudFormation can't create, because its function doesn't exist. */
export function broken(stack: Stack, [bot]: ManagedAgentIdentity[]): void {
  const resource = new CfnResource(stack, 'Broken', { type: 'Custom::Broken', properties: { ServiceToken: `arn:aws:lambda:${stack.region}:${stack.account}:function:nowhere` } });
  resource.node.addDependency(bot.role);
}

/** An instant at this distance from now, in the form for Expiry. */
export function instant(fromNowMs: number): string {
  return new Date(Date.now() + fromNowMs).toISOString().replace(/\.\d+Z/, 'Z');
}
