import { App, aws_iam as iam, aws_sns as sns, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { AS_BY_COMMAND } from './judged';
import { agentsOnly, alarm, everyPrincipal, legacyMail, organization, regionalAlarm } from '../../../examples/smallest/guardrails';

const ENV = { account: '111122223333', region: 'us-east-1' };
const quiet = () => jest.spyOn(console, 'error').mockReturnValue();
afterEach(() => jest.restoreAllMocks());

test('the code of the guide does what the guide says', () => {
  const errors = quiet();
  const app = new App({ context: AS_BY_COMMAND });
  const stack = new Stack(app, 'Mail', { env: ENV });
  legacyMail(stack);
  everyPrincipal(app);

  app.synth();

  expect(errors.mock.calls.join()).toContain('The mail server signs in with SMTP credentials');
  expect(errors.mock.calls.join()).toContain('NHI1-no-end');
});

test('twin: without the acknowledgement it fails', () => {
  const app = new App({ context: AS_BY_COMMAND });
  const stack = new Stack(app, 'Mail', { env: ENV });
  new iam.AccessKey(stack, 'Key', { user: new iam.User(stack, 'User') });
  everyPrincipal(app);

  expect(() => app.synth()).toThrow(/NHI4-access-key/);
});

test('its rule applies to agents only', () => {
  quiet();
  const withRole = (service: string) => () => {
    const app = new App({ context: AS_BY_COMMAND });
    new iam.Role(new Stack(app, 'Agents', { env: ENV }), 'Role', { assumedBy: new iam.ServicePrincipal(service) });
    agentsOnly(app);
    return app.synth();
  };

  expect(withRole('bedrock-agentcore.amazonaws.com')).toThrow(/ACME1-no-role-without-path/);
  expect(withRole('lambda.amazonaws.com')).not.toThrow();
});

test('its guardrails of an organization render', () => {
  const stack = new Stack(new App(), 'Organization', { env: ENV });
  organization(stack);
  alarm(stack, new sns.Topic(stack, 'Security'));

  Template.fromStack(stack).resourceCountIs('AWS::Organizations::Policy', 2);
  Template.fromStack(stack).resourceCountIs('AWS::Events::Rule', 3);

  const other = new Stack(new App(), 'Region', { env: { ...ENV, region: 'eu-central-1' } });
  regionalAlarm(other, new sns.Topic(other, 'Security'));
  Template.fromStack(other).resourceCountIs('AWS::Events::Rule', 2);
});
