import { App, Stack, aws_dynamodb as dynamodb } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { agent, agentIn, ENV, only, PRODUCTION, TEST } from './agents';
import { LifecycleRegistry } from '../../../src/aws/lifecycle-registry';

/** `cdk deploy --all` deploys stacks in the order of their dependencies. */
test('an agent\'s stack is deployed after its registry\'s', () => {
  const app = new App();
  const registry = new LifecycleRegistry(new Stack(app, 'Platform', { env: ENV }), 'Registry');
  const own = new Stack(app, 'Own', { env: ENV });
  agentIn(own, { registry });

  const { stacks } = app.synth();

  expect(own.dependencies.map(({ node }) => node.id)).toEqual(['Platform']);
  expect(stacks.map(({ stackName }) => stackName)).toEqual(['Platform', 'Own']);
});

test('in the registry\'s own stack, the role is created after the function that its Lifecycle asks', () => {
  const stack = new Stack(new App(), 'Both', { env: ENV });
  agentIn(stack, { registry: new LifecycleRegistry(stack, 'Registry') });
  const template = Template.fromStack(stack);
  const [request] = Object.entries(template.findResources('AWS::Lambda::Function'))
    .filter(([, { Properties: { FunctionName: name } }]) => name === 'agents-nhi-lifecycle').map(([id]) => id);
  const { Resources: resources } = template.toJSON() as { Resources: Record<string, { DependsOn?: string[] }> };
  const before = (id: string): string[] => (resources[id].DependsOn ?? []).flatMap((other) => [other, ...before(other)]);

  expect(request).toBeDefined();
  expect(before(only(template, 'AWS::IAM::Role', 'AgentInvoiceBot').LogicalId)).toContain(request);
});

test('access comes after Lifecycle, which CloudFormation deletes with it', () => {
  const { template } = agent();
  const lifecycle = only(template(), 'Custom::AgentLifecycle');

  expect(only(template(), 'AWS::IAM::Policy').DependsOn).toContain(lifecycle.LogicalId);
  expect(template().toJSON().Resources[lifecycle.LogicalId]).toMatchObject({ DeletionPolicy: 'Delete', UpdateReplacePolicy: 'Delete' });
});

test.each([
  ['the stage that the agent is in is rendered', TEST, true],
  ['another stage renders nothing', PRODUCTION, false],
])('a grant for %s', (_title, stage, rendered) => {
  const { stack, bot, template } = agent({ stage: TEST });
  dynamodb.Table.fromTableName(stack, 'Table', 'invoices').grantReadData(bot.accessIn(stage));
  expect(JSON.stringify(only(template(), 'AWS::IAM::Policy')).includes('dynamodb:GetItem')).toBe(rendered);
});
