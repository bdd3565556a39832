import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { AgentNaming, LifecycleRegistry } from '../../../src/aws/lifecycle-registry';

/**
 * Literal names that the engine, the command and AWS know. Both sides derive them from the contract, so comparing the two sides would prove nothing.
 */
const stack = new Stack(new App(), 'Platform', { env: { account: '111122223333', region: 'eu-west-1' } });
new LifecycleRegistry(stack, 'Agents');
const template = Template.fromStack(stack);

test('the state machine has the name by which the command finds it', () => {
  template.hasResourceProperties('AWS::StepFunctions::StateMachine', { StateMachineName: 'agents-nhi-lifecycle' });
});

test('the engine receives the path under which it may touch roles', () => {
  const other = new Stack(new App(), 'Other', { env: { account: '111122223333', region: 'eu-west-1' } });
  new LifecycleRegistry(other, 'Agents', { naming: AgentNaming.of({ pathRoot: 'corp/bots' }) });
  for (const [of, path] of [[template, '/agents/'], [Template.fromStack(other), '/corp/bots/']] as const) {
    for (const name of ['agents-nhi-lifecycle', 'agents-nhi-lifecycle-steps']) {
      of.hasResourceProperties('AWS::Lambda::Function', { FunctionName: name, Environment: { Variables: Match.objectLike({ REGISTRY_PATH: path }) } });
    }
  }
});

test('alarms watch the namespace in which the engine counts', () => {
  for (const metric of ['TeardownIncomplete', 'TransitionFailed', 'RequestUnconfirmed']) {
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      Namespace: 'NhiLifecycle',
      MetricName: metric,
      Dimensions: [{ Name: 'registry', Value: 'agents' }, { Name: 'service', Value: 'nhi-lifecycle' }],
    });
  }
});

test('the engine learns of executions that ended in any other way than by success', () => {
  template.hasResourceProperties('AWS::Events::Rule', {
    EventPattern: {
      source: ['aws.states'],
      detail: {
        stateMachineArn: [{ 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':states:eu-west-1:111122223333:stateMachine:agents-nhi-lifecycle']] }],
        status: ['FAILED', 'TIMED_OUT', 'ABORTED'],
      },
    },
  });
});
