import { App, aws_iam as iam } from 'aws-cdk-lib';
import { usersApp } from './apps';
import { nag } from './tools';
import { AgentRuntime, AgentStage } from 'cdk-nhi-lifecycle';

describe('wide access of a user beside that of a runtime, in the same words', () => {
  const EVERYWHERE = 'AwsSolutions-IAM5[Resource::*]';
  const foundIn = (runtime: AgentRuntime, minimize: boolean, ...also: ((grantee: iam.IGrantable) => void)[]): string[] => {
    const app = new App({ analyticsReporting: false, context: { '@aws-cdk/aws-iam:minimizePolicies': minimize } });
    usersApp((_stack, bot) => also.forEach((grant) => grant(bot.accessIn(AgentStage.TEST))), app, runtime);
    app.synth();
    return nag('x', app).filter(({ at }) => at.includes('/Identity/')).map(({ rule }) => rule);
  };
  const tagged = (grantee: iam.IGrantable): void => void iam.Grant.addToPrincipal({
    grantee, actions: ['ec2:StartInstances'], resourceArns: ['*'], conditions: { StringEquals: { 'aws:ResourceTag/team': 'orders' } },
  });

  test.each([true, false])('is a finding, and that of the runtime alone is not (statements are merged: %s)', (minimize) => {
    for (const runtime of [AgentRuntime.lambda({ vpc: true }), AgentRuntime.bedrockAgentCore()]) {
      expect(foundIn(runtime, minimize, tagged)).toEqual([EVERYWHERE]);
      expect(foundIn(runtime, minimize)).toEqual([]);
    }
  });
});
