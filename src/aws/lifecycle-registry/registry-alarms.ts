import { aws_cloudwatch as cloudwatch, aws_cloudwatch_actions as actions, aws_sns as sns } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { FeatureContext, RegistryFeature } from './feature';

interface RegistryAlarmsProps extends FeatureContext {
  readonly features: readonly RegistryFeature[];
  readonly topic?: sns.ITopic;
}

/**
 * The alarms that the features declare, and a dashboard. Each alarm has one plain metric (no metric math, no label), so that the alarms can be tested
 * locally.
 */
export class RegistryAlarms extends Construct {
  public readonly alarms: cloudwatch.Alarm[];

  constructor(scope: Construct, id: string, props: RegistryAlarmsProps) {
    super(scope, id);
    const { names } = props;
    this.alarms = alarmsOf(this, props.features, props, props.topic);
    const graphs = props.features.flatMap((feature) => feature.graphs?.(props) ?? [])
      .map(({ title, metrics }) => new cloudwatch.GraphWidget({ title, left: metrics, width: 12, leftYAxis: { min: 0, showUnits: false } }));
    const notes = props.features.flatMap((feature) => feature.notes?.(props) ?? []);
    new cloudwatch.Dashboard(this, 'Dashboard', {
      dashboardName: names.dashboard,
      widgets: [
        [new cloudwatch.AlarmStatusWidget({ title: `Agents of ${names.registryName}`, alarms: this.alarms, width: 24 })],
        ...(notes.length === 0 ? [] : [[new cloudwatch.TextWidget({ markdown: notes.join('\n\n'), width: 24, height: 1 + notes.length })]]),
        graphs,
      ],
    });
  }
}

/** Creates the alarms that features declare. */
export function alarmsOf(scope: Construct, features: readonly RegistryFeature[], context: FeatureContext, topic?: sns.ITopic): cloudwatch.Alarm[] {
  const { names } = context;
  return features.flatMap((feature) => feature.alarms?.(context) ?? []).map(({ id, metric, description, missedPeriods }) => {
    const alarm = new cloudwatch.Alarm(scope, id, {
      // Named, so that the guard of all agents can name it too.
      alarmName: names.alarm(id),
      metric,
      threshold: 1,
      ...(missedPeriods === undefined ? {
        evaluationPeriods: 1,
        comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
      } : {
        evaluationPeriods: missedPeriods,
        comparisonOperator: cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
        treatMissingData: cloudwatch.TreatMissingData.BREACHING,
      }),
      alarmDescription: `Registry ${names.registryName}: ${description}`,
    });
    if (topic !== undefined) {
      alarm.addAlarmAction(new actions.SnsAction(topic));
    }
    return alarm;
  });
}
