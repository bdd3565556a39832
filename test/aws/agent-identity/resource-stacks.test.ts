import { App, aws_s3 as s3, Environment, Stack } from 'aws-cdk-lib';
import { agentIn, ELSEWHERE, ENV, PRODUCTION, TEST } from './agents';
import { AgentStage } from '../../../src/core';

/** The order in which the CDK deploys the agent's stack and that of a bucket. */
function orderOf(env: Environment, stage: AgentStage): string[] {
  const app = new App();
  // The bucket's stack is first, because the CDK sorts stacks by name if nothing else orders them.
  const data = new Stack(app, 'Data', { env });
  const own = new Stack(app, 'Own', { env: ENV });
  new s3.Bucket(data, 'Bucket', { bucketName: 'a-bucket' }).grantRead(agentIn(own).accessIn(stage));
  return app.synth().stacks.map(({ stackName }) => stackName);
}

test('a stack of another account, whose policy names the agent, is deployed after the agent\'s', () => {
  expect(orderOf(ELSEWHERE, TEST)).toEqual(['Own', 'Data']);
});

test('a dormant grant, which names nobody, orders nothing', () => {
  expect(orderOf(ELSEWHERE, PRODUCTION)).toEqual(['Data', 'Own']);
});

test('in the agent\'s account its stack imports the bucket\'s name, and so comes after it', () => {
  expect(orderOf(ENV, TEST)).toEqual(['Data', 'Own']);
});
