import { App, Stack, aws_certificatemanager as acm, aws_cognito as cognito } from 'aws-cdk-lib';
import {
  AccessCertification, AgentRuntime, AgentStage, Expiry, LifecycleRegistry, ManagedAgentIdentity, Notifications, ResidueKind,
  ReviewAuthentication, Sponsor,
} from 'cdk-nhi-lifecycle';

const app = new App();
const env = { account: '111122223333', region: 'eu-central-1' };

const platform = new Stack(app, 'Platform', { env, terminationProtection: true });
const registry = new LifecycleRegistry(platform, 'Agents', {
  // Nobody gets into production without an approval.
  stages: [AgentStage.PRODUCTION.withApproval()],
  notifications: Notifications.mail({ from: 'agents@example.com' }),
  // A leaver is taken out of the policies of buckets, queues and keys, and its grants of keys are revoked.
  wipes: [ResidueKind.RESOURCE_POLICIES, ResidueKind.KMS_GRANTS],
});

const domainName = 'reviews.example.com';
const certificate = acm.Certificate.fromCertificateArn(platform, 'Certificate', 'arn:aws:acm:eu-central-1:111122223333:certificate/12345678-1234-1234-1234-123456789012');

// People sign in through IAM Identity Center, which is the SAML provider of the user pool.
const userPool = new cognito.UserPool(platform, 'Sponsors', { selfSignUpEnabled: false });
const identityCenter = new cognito.UserPoolIdentityProviderSaml(platform, 'IdentityCenter', {
  userPool,
  metadata: cognito.UserPoolIdentityProviderSamlMetadata.url('https://portal.sso.eu-central-1.amazonaws.com/saml/metadata/EXAMPLE'),
  attributeMapping: { email: cognito.ProviderAttribute.other('email') },
});
const client = userPool.addClient('Page', {
  supportedIdentityProviders: [cognito.UserPoolClientIdentityProvider.custom(identityCenter.providerName)],
  oAuth: {
    flows: { authorizationCodeGrant: true },
    scopes: [cognito.OAuthScope.OPENID, cognito.OAuthScope.EMAIL],
    callbackUrls: [`https://${domainName}/signed-in`],
  },
});
client.node.addDependency(identityCenter);

const reviews = new AccessCertification(platform, 'Reviews', {
  registry,
  page: {
    domainName,
    certificate,
    authentication: ReviewAuthentication.oidc({ issuer: userPool.userPoolProviderUrl, clientId: client.userPoolClientId }),
  },
});
platform.exportValue(reviews.pageUrl, { name: 'ReviewPage' });

// An agent that has access only for as long as its sponsor has said so.
const team = new Stack(app, 'InvoiceBot', { env });
new ManagedAgentIdentity(team, 'InvoiceBot', {
  registry,
  agentName: 'invoice-bot',
  purpose: 'Matches supplier invoices to purchase orders',
  sponsor: Sponsor.person({ name: 'Ada Park', email: 'ada.park@example.com', backupEmail: 'li.chen@example.com' }),
  stage: AgentStage.PRODUCTION,
  expires: Expiry.untilCertified({ latest: Expiry.on('2027-03-31') }),
  runtime: AgentRuntime.lambda(),
});

app.synth();
