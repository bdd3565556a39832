import { App, aws_cloudwatch as cloudwatch, aws_sns as sns, Duration, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { ENV, platform } from './platform';
import { ILifecycleRegistry, LifecycleRegistry, Notifications, SponsorDirectory } from '../../../src/aws/lifecycle-registry';
import { METRICS } from '../../../src/contract/metrics';
import { Sponsor } from '../../../src/core';

const ALARMED = [
  'ApproximateNumberOfMessagesVisible', 'Errors', 'EvidenceDiffers', 'ExecutionsFailed', 'ExecutionsFailed', 'ExecutionsSucceeded', 'ExecutionsTimedOut', 'OrphanFound',
  'RequestUnconfirmed', 'RevocationOpen', 'SweepHeld', 'TeardownIncomplete',
  'TransitionFailed',
];
const reference = () => LifecycleRegistry.fromRegistryName(new Stack(new App(), 'Other', { env: ENV }), 'Agents', 'agents');

describe.each<[string, () => ILifecycleRegistry]>([['a registry', () => platform().registry], ['a reference', reference]])('a metric of %s', (_what, make) => {
  test.each<[string, (registry: ILifecycleRegistry, options?: cloudwatch.MetricOptions) => cloudwatch.Metric, string]>([
    ['metric()', (registry, options) => registry.metric('SomethingElse', options), 'SomethingElse'],
    ['metricOrphanFound()', (registry, options) => registry.metricOrphanFound(options), METRICS.orphanFound],
    ['metricTransitionFailed()', (registry, options) => registry.metricTransitionFailed(options), METRICS.transitionFailed],
    ['metricTeardownIncomplete()', (registry, options) => registry.metricTeardownIncomplete(options), METRICS.teardownIncomplete],
    ['metricRequestUnconfirmed()', (registry, options) => registry.metricRequestUnconfirmed(options), METRICS.requestUnconfirmed],
    ['metricSweepHeld()', (registry, options) => registry.metricSweepHeld(options), METRICS.sweepHeld],
    ['metricSponsorDirectoryFailed()', (registry, options) => registry.metricSponsorDirectoryFailed(options), METRICS.sponsorDirectoryFailed],
    ['metricEvidenceDiffers()', (registry, options) => registry.metricEvidenceDiffers(options), METRICS.evidenceDiffers],
  ])('%s is a count of this registry, changed as wanted', (_method, metric, metricName) => {
    const registry = make();
    const count = { namespace: 'NhiLifecycle', metricName, dimensions: { registry: 'agents', service: 'nhi-lifecycle' } };
    expect(metric(registry)).toMatchObject({ ...count, statistic: 'Sum', period: Duration.minutes(5) });
    expect(metric(registry, { statistic: 'Maximum', period: Duration.hours(1), label: 'Mine' }))
      .toMatchObject({ ...count, statistic: 'Maximum', period: Duration.hours(1), label: 'Mine' });
  });
});

/** A duration, events that concern no agent, which an account with other principals has every day, and calls that are repeated. */
const WITHOUT_ALARM: readonly string[] = [METRICS.suspensionLatency, METRICS.suspensionEventIgnored, METRICS.iamThrottled];
/** Their alarms come with reviews, with the page for reviewers, with signals, with the catalogue and with workers on premises, and are tested there. */
const OF_OTHERS: readonly string[] = [
  METRICS.reviewLinkRefused, METRICS.rubberStampSuspected, METRICS.signalUndelivered, METRICS.catalogueFailed, METRICS.answerRefused,
];

test('every other metric that the engine sends has an alarm on that very metric', () => {
  const { registry, template } = platform({
    notifications: Notifications.mail({ from: 'agents@example.com' }),
    sponsorDirectory: SponsorDirectory.list({ people: ['ada@example.com'] }),
    defaultOwner: Sponsor.person({ name: 'Ada', email: 'ada@example.com', backupEmail: 'li@example.com' }),
  });
  for (const metricName of Object.values(METRICS).filter((name) => ![...WITHOUT_ALARM, ...OF_OTHERS].includes(name))) {
    const { namespace, dimensions } = registry.metric(metricName);
    const { registry: name, service } = dimensions as Record<string, string>;
    template().hasResourceProperties('AWS::CloudWatch::Alarm', {
      Namespace: namespace, MetricName: metricName, Dimensions: [{ Name: 'registry', Value: name }, { Name: 'service', Value: service }],
    });
  }
});

describe('alarms', () => {
  test('go off for an incomplete teardown, failed transitions, engine errors and dead letters', () => {
    const alarms = Object.values(platform().template().findResources('AWS::CloudWatch::Alarm'));
    expect(alarms.map(({ Properties }) => Properties.MetricName).sort()).toEqual(ALARMED);
    const others = alarms.filter(({ Properties }) => Properties.MetricName !== 'ExecutionsSucceeded');
    others.forEach(({ Properties }) => expect(Properties).toMatchObject({ Threshold: 1, TreatMissingData: 'notBreaching', ComparisonOperator: 'GreaterThanOrEqualToThreshold' }));
  });

  test('go off when no sweep came to its end for three intervals, also when there is no data at all', () => {
    platform({ agenda: { interval: Duration.hours(6) } }).template().hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmName: 'agents-nhi-SweepOverdue',
      Threshold: 1,
      EvaluationPeriods: 3,
      Period: 21_600,
      Statistic: 'Sum',
      TreatMissingData: 'breaching',
      ComparisonOperator: 'LessThanThreshold',
    });
  });

  test('are exposed, all of them', () => {
    const { stack, registry, template } = platform();
    const exposed = registry.alarms.map(({ alarmArn }) => stack.resolve(alarmArn)['Fn::GetAtt'][0] as string);
    expect(exposed.sort()).toEqual(Object.keys(template().findResources('AWS::CloudWatch::Alarm')).sort());
    expect(exposed).toHaveLength(ALARMED.length);
  });

  test('tell the topic, when there is one', () => {
    platform((stack) => ({ alarmTopic: new sns.Topic(stack, 'Topic') })).template()
      .allResourcesProperties('AWS::CloudWatch::Alarm', { AlarmActions: [{ Ref: Match.stringLikeRegexp('^Topic') }] });
    platform().template().allResourcesProperties('AWS::CloudWatch::Alarm', { AlarmActions: Match.absent() });
  });

  test('are on a dashboard, with the graphs of the features', () => {
    const template: Template = platform().template();
    template.hasResourceProperties('AWS::CloudWatch::Dashboard', { DashboardName: 'agents-nhi-lifecycle' });
    const body = JSON.stringify(template.findResources('AWS::CloudWatch::Dashboard'));
    expect(['Transitions', 'Time a transition takes', 'Needs a person', ...Object.values(METRICS)].filter((text) => !body.includes(text))).toEqual([]);
  });
});
