import {
  App, aws_certificatemanager as acm, aws_dynamodb as dynamodb, aws_events as events, aws_iam as iam, aws_kms as kms,
  aws_rolesanywhere as rolesanywhere, aws_s3 as s3, aws_secretsmanager as secrets, aws_sns as sns, Duration, Stack,
} from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { RUNTIMES as ONE_WORD_RUNTIMES } from '../../src/aws/agent-fleet/columns';
import {
  AccessCertification, AgentRuntime, AgentStage, Expiry, LifecycleRegistry, ManagedAgentIdentity, MassLeaverLimit, Notifications,
  ReviewAuthentication, SharedSignals, SignalReceiver, Sponsor, SponsorDirectory,
} from 'cdk-nhi-lifecycle';

const ENV = { account: '111122223333', region: 'eu-central-1' };
const ADA = Sponsor.person({ name: 'Ada Park', email: 'ada.park@example.com', backupEmail: 'li.chen@example.com' });

/** A registry with every feature and a key of the user's own, and agents of every kind of runtime in each stage. */
export function everything(app: App): void {
  const platform = new Stack(app, 'Everything', { env: ENV, terminationProtection: true });
  const encryptionKey = new kms.Key(platform, 'Key', { enableKeyRotation: true });
  const topic = new sns.Topic(platform, 'Topic', { masterKey: encryptionKey, enforceSSL: true });
  const registry = new LifecycleRegistry(platform, 'Agents', {
    encryptionKey,
    stages: [AgentStage.PRODUCTION.withApproval()],
    alarmTopic: topic,
    notifications: Notifications.mail({ from: 'agents@example.com' }),
    sponsorDirectory: SponsorDirectory.identityCenter({ identityStoreId: 'd-1234567890' }),
    defaultOwner: ADA,
    breakGlassRoles: [iam.Role.fromRoleName(platform, 'BreakGlass', 'break-glass')],
    massLeaverLimit: MassLeaverLimit.perHour({ agents: 10 }),
    denyByInlinePolicy: true,
    lookUpCosts: true,
  });
  registry.suspendOnGuardDutyFindings();
  registry.suspendOnExternalAccess();
  registry.syncCatalogue({ agentRegistryArn: `arn:aws:agent-registry:eu-central-1:${ENV.account}:registry/a1b2c3d4e5f6` });
  registry.drill({ agentName: 'drill-bot', schedule: events.Schedule.rate(Duration.days(7)) });
  new AccessCertification(platform, 'Reviews', {
    registry,
    costs: true,
    page: {
      domainName: 'reviews.example.com',
      certificate: acm.Certificate.fromCertificateArn(platform, 'Certificate', `arn:aws:acm:eu-central-1:${ENV.account}:certificate/12345678-1234-1234-1234-123456789012`),
      authentication: ReviewAuthentication.oidc({ issuer: 'https://id.example.com', clientId: 'reviews' }),
    },
  });
  new SharedSignals(platform, 'Signals', {
    registry,
    receivers: [
      SignalReceiver.push({
        streamId: 'crm', audience: 'crm', endpoint: 'https://crm.example.com/', authorization: secrets.Secret.fromSecretNameV2(platform, 'CrmHeader', 'crm-header'),
      }),
      SignalReceiver.poll({ streamId: 'siem', audience: 'siem', token: secrets.Secret.fromSecretNameV2(platform, 'SiemToken', 'siem-token') }),
    ],
  });
  agentsOfEveryRuntime(app, registry);
}

/** A registry without a key, whose page for reviewers has a function's URL, in a stack for any account and region. */
export function anywhere(app: App): void {
  const platform = new Stack(app, 'Anywhere', { terminationProtection: true });
  const registry = new LifecycleRegistry(platform, 'Agents', { notifications: Notifications.mail({ from: 'agents@example.com' }) });
  new AccessCertification(platform, 'Reviews', { registry, page: { functionUrl: true, authentication: ReviewAuthentication.link() } });
  agent(new Stack(app, 'AnywhereBot'), registry, 'anywhere-bot', AgentRuntime.lambda());
}

/** A registry for development. */
export function development(app: App): void {
  const platform = new Stack(app, 'Development', { env: ENV });
  LifecycleRegistry.development(platform, 'Agents');
}

const RUNTIMES: Record<string, (scope: Construct) => AgentRuntime> = {
  ...ONE_WORD_RUNTIMES,
  'github': () => AgentRuntime.githubActions({
    repository: 'acme/invoices', repositoryId: '456789012', ownerId: '1234567', environment: 'production', deploysCdkApps: true,
  }),
  'gitlab': () => AgentRuntime.gitlab({ projectPath: 'acme/invoices', branch: 'main' }),
  'oidc': () => AgentRuntime.oidc({ issuer: 'https://id.example.com', subject: 'workload-17', audience: 'aws' }),
  'roles-anywhere': (scope) => AgentRuntime.rolesAnywhere({
    trustAnchor: new rolesanywhere.CfnTrustAnchor(scope, 'Anchor', {
      name: 'anchor', enabled: true, source: { sourceType: 'AWS_ACM_PCA', sourceData: { acmPcaArn: `arn:aws:acm-pca:eu-central-1:${ENV.account}:certificate-authority/12345678-1234-1234-1234-123456789012` } },
    }),
    subject: 'invoice-bot',
  }),
  'broker': () => AgentRuntime.broker({ principal: new iam.ArnPrincipal(`arn:aws:iam::${ENV.account}:role/orchestrator`), externalId: 'invoices' }),
};

function agentsOfEveryRuntime(app: App, registry: LifecycleRegistry): void {
  for (const [name, runtime] of Object.entries(RUNTIMES)) {
    const stack = new Stack(app, `Bot-${name}`, { env: ENV });
    agent(stack, registry, `${name}-bot`, runtime(stack));
  }
}

function agent(stack: Stack, registry: LifecycleRegistry, agentName: string, runtime: AgentRuntime): ManagedAgentIdentity {
  const bot = new ManagedAgentIdentity(stack, 'Identity', {
    registry, agentName, purpose: 'Matches supplier invoices to purchase orders', sponsor: ADA, stage: AgentStage.TEST, expires: Expiry.on('2027-03-31'), runtime,
  });
  dynamodb.Table.fromTableName(stack, 'Invoices', 'invoices').grantReadData(bot.accessIn(AgentStage.TEST));
  return bot;
}

/** The app of a user: an agent that reads a table, and what else the user adds. */
export function usersApp(
  also: (stack: Stack, bot: ManagedAgentIdentity) => void = () => undefined, app = new App({ analyticsReporting: false }),
  runtime = AgentRuntime.lambda(),
): App {
  const registry = new LifecycleRegistry(new Stack(app, 'Platform', { env: ENV, terminationProtection: true }), 'Agents');
  const stack = new Stack(app, 'InvoiceBot', { env: ENV });
  also(stack, agent(stack, registry, 'invoice-bot', runtime));
  return app;
}

/** A bucket as AWS's own rules don't want it. */
export function openBucket(stack: Stack): void {
  new s3.Bucket(stack, 'Open');
}

/** The same with a property that no bucket has. */
export function wrongBucket(stack: Stack): void {
  openBucket(stack);
  (stack.node.findChild('Open').node.defaultChild as s3.CfnBucket).addPropertyOverride('Colour', 'red');
}
