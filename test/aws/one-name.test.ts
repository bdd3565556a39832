import { App, aws_iam as iam, aws_kms as kms, aws_lambda as lambda, aws_secretsmanager as secrets, aws_ses as ses, aws_sns as sns, Duration, interfaces, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { ADA, agentIn, codeOf, ENV } from './agent-identity/agents';
import { AccessCertification, AccessCertificationProps, ReviewAuthentication } from '../../src/aws/access-certification';
import { AgentRuntime } from '../../src/aws/agent-runtime';
import { LifecycleRegistry, LifecycleRegistryProps, Notifications, SponsorDirectory } from '../../src/aws/lifecycle-registry';
import { SharedSignals, SignalReceiver } from '../../src/aws/shared-signals';
import { Sponsor } from '../../src/core';
import { Revoker, RevokerMethod } from '../../src/revokers';

const ACCOUNT = 'arn:aws:iam::111122223333';

function registryWith(stack: Stack, props: LifecycleRegistryProps): void {
  new LifecycleRegistry(stack, 'Agents', props);
}

function certified(stack: Stack, props: Partial<AccessCertificationProps>): void {
  new AccessCertification(stack, 'Reviews', { registry: new LifecycleRegistry(stack, 'Agents', { notifications: Notifications.mail({ from: 'nhi@example.com' }) }), ...props });
}

function directed(stack: Stack, sponsorDirectory: SponsorDirectory): void {
  registryWith(stack, { sponsorDirectory, defaultOwner: ADA });
}

const roleOf = (stack: Stack, name: string): iam.IRole => iam.Role.fromRoleArn(stack, 'Other', `${ACCOUNT}:role/${name}`);
const secretOf = (stack: Stack, name: string): secrets.ISecret => secrets.Secret.fromSecretCompleteArn(stack, 'Secret', `arn:aws:secretsmanager:eu-west-1:111122223333:secret:${name}-AbCdEf`);
const namedSecret = (stack: Stack, name: string): secrets.ISecret => secrets.Secret.fromSecretNameV2(stack, 'Secret', name);
const functionOf = (stack: Stack, name: string): lambda.IFunction => lambda.Function.fromFunctionAttributes(stack, 'Function', {
  functionArn: `arn:aws:lambda:eu-west-1:111122223333:function:${name}`, sameEnvironment: true,
});
const keyOf = (stack: Stack, name: string): kms.IKey => kms.Key.fromKeyArn(stack, 'Key', `arn:aws:kms:eu-west-1:111122223333:key/${name}`);
const topicOf = (stack: Stack, name: string): sns.ITopic => sns.Topic.fromTopicArn(stack, 'Topic', `arn:aws:sns:eu-west-1:111122223333:${name}`);
const anchorOf = (name: string): interfaces.aws_rolesanywhere.ITrustAnchorRef => ({
  trustAnchorRef: { trustAnchorArn: `arn:aws:rolesanywhere:eu-west-1:111122223333:trust-anchor/${name}`, trustAnchorId: name },
} as unknown as interfaces.aws_rolesanywhere.ITrustAnchorRef);
const http = (secret: secrets.ISecret): Revoker => Revoker.http('crm', {
  url: 'https://crm.example.com/{agentName}', method: RevokerMethod.DELETE, verify: { url: 'https://crm.example.com/{agentName}' }, secret, headers: { Authorization: 'Bearer {token}' },
});
const signals = (stack: Stack, receiver: SignalReceiver): unknown => new SharedSignals(stack, 'Signals', { registry: new LifecycleRegistry(stack, 'Agents'), receivers: [receiver] });

/** Each place where a construct takes something that a policy of a registry or a trust policy names. */
const PLACES: readonly (readonly [what: string, use: (stack: Stack, name: string) => unknown])[] = [
  ['a role that may suspend at once', (stack, name) => registryWith(stack, { breakGlassRoles: [roleOf(stack, name)] })],
  ['a role of reviewers', (stack, name) => certified(stack, { reviewerRoles: [roleOf(stack, name)] })],
  ['a role of people who run campaigns', (stack, name) => certified(stack, { campaignRoles: [roleOf(stack, name)] })],
  ['a role of management', (stack, name) => certified(stack, { managementRoles: [roleOf(stack, name)] })],
  ['the client secret of the page', (stack, name) => certified(stack, {
    page: { authentication: ReviewAuthentication.oidc({ issuer: 'https://idp.example.com', clientId: 'reviews', clientSecret: secretOf(stack, name) }) },
  })],
  ['the key of the ledger', (stack, name) => registryWith(stack, { encryptionKey: keyOf(stack, name) })],
  ['the topic of notifications', (stack, name) => registryWith(stack, { notifications: Notifications.topic(topicOf(stack, name)) })],
  ['the identity that sends mails', (stack, name) => registryWith(stack, { notifications: Notifications.mail({ from: 'nhi@example.com', identity: ses.EmailIdentity.fromEmailIdentityName(stack, 'Identity', name) }) })],
  ['the function of a directory', (stack, name) => directed(stack, SponsorDirectory.lambda(functionOf(stack, name)))],
  ['the token of a directory', (stack, name) => directed(stack, SponsorDirectory.scim({ baseUrl: 'https://idp.example.com/scim', token: secretOf(stack, name) }))],
  ['the token of a directory, by its name', (stack, name) => directed(stack, SponsorDirectory.scim({ baseUrl: 'https://idp.example.com/scim', token: namedSecret(stack, name) }))],
  ['the function of a revoker', (stack, name) => Revoker.lambda('crm', functionOf(stack, name))],
  ['the secret of a revoker', (stack, name) => http(secretOf(stack, name))],
  ['the token of a receiver of signals', (stack, name) => signals(stack, SignalReceiver.poll({ streamId: 'siem', audience: 'siem', token: secretOf(stack, name) }))],
  ['the authorization of a receiver of signals', (stack, name) => signals(stack, SignalReceiver.push({ streamId: 'siem', audience: 'siem', endpoint: 'https://siem.example.com/', authorization: secretOf(stack, name) }))],
  ['a trust anchor', (stack, name) => agentIn(stack, {
    runtime: AgentRuntime.rolesAnywhere({ trustAnchor: anchorOf(name), subject: 'invoices' }),
  })],
];

const stackOf = (): Stack => new Stack(new App(), 'Own', { env: ENV });

describe.each(PLACES)('%s', (_what, use) => {
  test.each(['*', 'team-*', 'team-?', '${aws:username}', '{{resolve:ssm:name}}'])('named %s is refused, because a policy would cover others too', (name) => {
    const stack = stackOf();
    expect(codeOf(() => use(stack, name))).toBe('WildcardName');
  });

  test('twin: exactly one is allowed', () => {
    const stack = stackOf();
    expect(codeOf(() => use(stack, 'team-one'))).toBeUndefined();
  });
});

test('what the same app creates has a name that is known at deployment, and is allowed', () => {
  const stack = stackOf();
  const token = new secrets.Secret(stack, 'Token');
  registryWith(stack, {
    encryptionKey: new kms.Key(stack, 'Key'),
    breakGlassRoles: [new iam.Role(stack, 'Role', { assumedBy: new iam.AccountRootPrincipal(), maxSessionDuration: Duration.hours(1) })],
    sponsorDirectory: SponsorDirectory.scim({ baseUrl: 'https://idp.example.com/scim', token }),
    defaultOwner: Sponsor.person({ name: 'Ada Park', email: 'ada.park@example.com', backupEmail: 'li.chen@example.com' }),
  });
  expect(() => Template.fromStack(stack)).not.toThrow();
});
