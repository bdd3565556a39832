import { App, aws_iam as iam, aws_lambda as lambda, aws_secretsmanager as secretsmanager, Stack } from 'aws-cdk-lib';
import { AgentRuntime, AgentStage, Expiry, GitHubAppKey, LifecycleRegistry, ManagedAgentIdentity, MonthlyCost, Notifications, Revoker, Sponsor } from 'cdk-nhi-lifecycle';

const app = new App();
const env = { account: '111122223333', region: 'eu-central-1' };

// People who revoke by hand are asked by mail.
const registry = new LifecycleRegistry(new Stack(app, 'Platform', { env, terminationProtection: true }), 'Agents', {
  lookUpCosts: true,
  notifications: Notifications.mail({ from: 'agents@example.com' }),
});

// The credentials at third parties are made by hand, outside of every template. Each lists the hosts to which it may be sent.
const billing = new Stack(app, 'Billing', { env });
const idp = secretsmanager.Secret.fromSecretNameV2(billing, 'Idp', 'agents-nhi-revokers/idp');
const login = secretsmanager.Secret.fromSecretNameV2(billing, 'Login', 'agents-nhi-revokers/login');

// A private key of the GitHub App is imported into it by hand. It says whose each installation is.
const github = new GitHubAppKey(new Stack(app, 'Keys', { env }), 'GitHub', {
  registry,
  clientId: 'Iv23liAbCdEf01234567',
  installations: { 12345678: 'invoice-bot' },
});

// What has no API of its own is behind a function.
const erp = new lambda.Function(new Stack(app, 'Erp', { env }), 'RemoveUser', {
  runtime: lambda.Runtime.NODEJS_24_X,
  handler: 'index.handler',
  code: lambda.Code.fromInline('exports.handler = async ({ action, subject }) => ({ state: "absent" });'),
});

new ManagedAgentIdentity(billing, 'InvoiceBot', {
  registry,
  agentName: 'invoice-bot',
  purpose: 'Matches supplier invoices to purchase orders',
  sponsor: Sponsor.person({ name: 'Ada Park', email: 'ada.park@example.com', backupEmail: 'li.chen@example.com' }),
  stage: AgentStage.PRODUCTION,
  expires: Expiry.on('2027-03-31'),
  runtime: AgentRuntime.broker({ principal: new iam.ArnPrincipal('arn:aws:iam::111122223333:role/orchestrator'), externalId: 'invoices' }),
  revokers: [
    Revoker.scim('okta', { baseUrl: 'https://idp.example.com/scim/v2', secret: idp, monthlyCost: MonthlyCost.of(12.5, 'EUR') }),
    Revoker.oauth2('payments', {
      secret: login,
      revocationUrl: 'https://login.example.com/oauth2/revoke',
      introspectionUrl: 'https://login.example.com/oauth2/introspect',
      registrationUrl: 'https://login.example.com/oauth2/register/invoice-bot',
      // What AWS Marketplace charges for it.
      monthlyCost: MonthlyCost.ofTag('integration', 'payments'),
    }),
    Revoker.http('crm', {
      url: 'https://crm.example.com/bots/{agentName}',
      verify: { url: 'https://crm.example.com/bots/{agentName}' },
      secret: idp,
      headers: { authorization: 'Bearer {crmToken}' },
      suspension: {
        suspend: { url: 'https://crm.example.com/bots/{agentName}/suspend' },
        resume: { url: 'https://crm.example.com/bots/{agentName}/resume' },
        inactiveField: '/status',
        inactiveValues: ['SUSPENDED'],
      },
      monthlyCost: MonthlyCost.of(120),
    }),
    Revoker.githubApp('github', { clientId: 'Iv23liAbCdEf01234567', installationId: '12345678', key: github.key }),
    Revoker.lambda('erp', erp, { subject: 'BOT7' }),
    Revoker.human('sap', { team: ['it-desk@example.com'], steps: ['Open transaction SU01 and enter the name', 'Lock the user, then delete it'], subject: 'BOT7' }),
  ],
});

app.synth();
