import {
  aws_cloudwatch as cloudwatch, aws_cloudwatch_actions as actions, aws_events as events, aws_events_targets as targets, aws_sns as sns, Duration,
} from 'aws-cdk-lib';
import { Construct, IDependable } from 'constructs';
import { drill } from './features/drill';
import { RegistryRuntime } from './registry-runtime';
import { RegistryNames } from '../../contract/registry-names';
import { validateAgentName } from '../../core/agent-name';
import { InvalidInputError } from '../../core/errors';
import { withPath } from '../../core/scope';

/** Options for drills. */
export interface DrillOptions {
  /** When to drill. */
  readonly schedule: events.Schedule;

  /**
   * Name of the agent that is suspended and resumed: one that exists for this only, because it can't work meanwhile. It is a `ManagedAgentIdentity` like any other.
   * While it is not in the registry, each drill fails.
   */
  readonly agentName: string;
}

interface DrillParts {
  readonly names: RegistryNames;
  readonly runtime: RegistryRuntime;
  readonly alarmTopic?: sns.ITopic;
}

/** Adds the function that drills, its schedule, and an alarm for drills that fail. */
export function addDrills(
  registry: Construct, { names, runtime, alarmTopic }: DrillParts, options: DrillOptions,
): { readonly rule: events.Rule; readonly made: readonly IDependable[] } {
  if (registry.node.tryFindChild('Drill') !== undefined) {
    throw new InvalidInputError('DrillTwice', `${registry.node.path}: the registry has drills already: call drill() once`);
  }
  const agentName = withPath(registry, () => validateAgentName(options.agentName));
  runtime.add(drill(agentName));
  const target = runtime.function(names.drillFunction);
  // Lambda would repeat a failed drill at once.
  target.configureAsyncInvoke({ retryAttempts: 0 });
  const rule = new events.Rule(registry, 'Drill', {
    ruleName: names.drillRule,
    description: `Drills the kill switch of ${names.registryName} with ${agentName}`,
    schedule: options.schedule,
    targets: [new targets.LambdaFunction(target, { deadLetterQueue: runtime.deadLetters })],
  });
  const alarm = new cloudwatch.Alarm(registry, 'DrillFailed', {
    alarmName: names.alarm('DrillFailed'),
    metric: target.metricErrors({ period: Duration.minutes(5) }),
    threshold: 1,
    evaluationPeriods: 1,
    treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
    alarmDescription: `Registry ${names.registryName}: a drill of the kill switch failed; the log of ${names.drillFunction} shows why`,
  });
  if (alarmTopic !== undefined) {
    alarm.addAlarmAction(new actions.SnsAction(alarmTopic));
  }
  return { rule, made: [rule, alarm, target] };
}
