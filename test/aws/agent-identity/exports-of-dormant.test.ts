import { App, aws_dynamodb as dynamodb, NestedStack, Stack } from 'aws-cdk-lib';
import { agentIn, ELSEWHERE, ENV, PRODUCTION, TEST } from './agents';
import { AgentStage } from '../../../src/core';

interface Layout { stage: AgentStage; env?: typeof ENV; context?: Record<string, unknown>; nested?: boolean }

/** Template of a stack with a table for each stage, which an agent in another stack may read. */
function tables({ stage, env = ENV, context, nested = false }: Layout): { Outputs?: Record<string, unknown> } {
  const app = new App({ context });
  const platform = new Stack(app, 'Platform', { env });
  const place = nested ? new NestedStack(platform, 'Nested') : platform;
  const bot = agentIn(new Stack(app, 'Own', { env: ENV }), { stage });
  for (const of of [TEST, PRODUCTION]) {
    const partitionKey = { name: 'pk', type: dynamodb.AttributeType.STRING };
    new dynamodb.Table(place, `Table-${of.name}`, { partitionKey, ...(env === ENV ? {} : { tableName: of.name }) }).grantReadData(bot.accessIn(of));
  }
  return app.synth().getStackByName('Platform').template as { Outputs?: Record<string, unknown> };
}

test('a move leaves the stack of the resources as it is: both stages\' exports are there in either stage', () => {
  const inTest = tables({ stage: TEST });

  expect(tables({ stage: PRODUCTION })).toEqual(inTest);
  expect(Object.keys(inTest.Outputs ?? {}).sort()).toEqual([expect.stringMatching(/Tableproduction.*Arn/), expect.stringMatching(/Tabletest.*Arn/)]);
});

test.each<[string, Omit<Layout, 'stage'>]>([
  ['in another account, which imports nothing', { env: ELSEWHERE }],
  ['with weak references, which need no export', { context: { '@aws-cdk/core:defaultCrossStackReferences': 'weak' } }],
  ['in a nested stack, whose outputs are its parent\'s', { nested: true }],
])('a dormant grant exports nothing %s', (_where, layout) => {
  const dormant = JSON.stringify(tables({ stage: TEST, ...layout }).Outputs ?? {});

  expect(dormant).not.toMatch(/Tableproduction/);
});
