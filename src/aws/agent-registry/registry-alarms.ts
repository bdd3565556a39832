import {
  aws_cloudwatch as cloudwatch, aws_cloudwatch_actions as actions, aws_lambda as lambda, aws_sns as sns, aws_sqs as sqs,
  aws_stepfunctions as stepfunctions, Duration,
} from 'aws-cdk-lib';
import { Construct } from 'constructs';

export interface RegistryAlarmsProps {
  readonly registryName: string;
  readonly requestFunction: lambda.IFunction;
  readonly stateMachine: stepfunctions.IStateMachine;
  readonly deadLetters: sqs.IQueue;
  readonly teardownIncomplete: cloudwatch.IMetric;
  readonly topic?: sns.ITopic;
}

const PERIOD = Duration.minutes(5);

/** What a person should look at, and a page to look at it on. One plain metric an alarm (no metric math, no label), so that the alarms can be tried locally. */
export class RegistryAlarms extends Construct {
  public readonly alarms: cloudwatch.Alarm[];

  constructor(scope: Construct, id: string, props: RegistryAlarmsProps) {
    super(scope, id);
    const { stateMachine } = props;
    const failed = stateMachine.metricFailed({ period: PERIOD });
    const timedOut = stateMachine.metricTimedOut({ period: PERIOD });
    const requestErrors = props.requestFunction.metricErrors({ period: PERIOD });
    const deadLetters = props.deadLetters.metricApproximateNumberOfMessagesVisible({ period: PERIOD, statistic: cloudwatch.Stats.MAXIMUM });

    const alarm = (alarmId: string, metric: cloudwatch.IMetric, description: string) => new cloudwatch.Alarm(this, alarmId, {
      metric,
      threshold: 1,
      evaluationPeriods: 1,
      comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
      alarmDescription: `Registry ${props.registryName}: ${description}`,
    });
    this.alarms = [
      alarm('TeardownIncomplete', props.teardownIncomplete, 'an agent was to leave and something of it remains; the event teardown-incomplete lists what'),
      alarm('TransitionFailed', failed, 'a transition failed; its execution in Step Functions says why'),
      alarm('TransitionTimedOut', timedOut, 'a transition took too long; its execution in Step Functions says where it stands'),
      alarm('RequestError', requestErrors, 'the function that takes requests failed; its log says why'),
      alarm('DeadLetters', deadLetters, 'a request to the engine was given up; it waits in the dead-letter queue'),
    ];
    if (props.topic) {
      const action = new actions.SnsAction(props.topic);
      this.alarms.forEach((each) => each.addAlarmAction(action));
    }

    const graph = (title: string, ...left: cloudwatch.IMetric[]) =>
      new cloudwatch.GraphWidget({ title, left, width: 12, leftYAxis: { min: 0, showUnits: false } });
    new cloudwatch.Dashboard(this, 'Dashboard', {
      dashboardName: `${props.registryName}-lifecycle`,
      widgets: [
        [new cloudwatch.AlarmStatusWidget({ title: `Agents of ${props.registryName}`, alarms: this.alarms, width: 24 })],
        [
          graph('Transitions', stateMachine.metricStarted({ period: PERIOD }), stateMachine.metricSucceeded({ period: PERIOD }), failed, timedOut),
          graph('Time a transition takes', stateMachine.metricTime({ period: PERIOD, statistic: 'p90' })),
        ],
        [graph('Needs a person', props.teardownIncomplete, requestErrors, deadLetters)],
      ],
    });
  }
}
