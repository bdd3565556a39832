import {
  aws_cloudwatch as cloudwatch, aws_events as events, aws_events_targets as targets, aws_stepfunctions as stepfunctions, Duration,
} from 'aws-cdk-lib';
import { Construct, IDependable } from 'constructs';
import { ENDED_EXECUTION } from '../../../contract/ended-execution';
import { ENVIRONMENT } from '../../../contract/environment';
import { METRIC_NAMESPACE, METRIC_SERVICE, METRICS, MetricName } from '../../../contract/metrics';
import { RegistryNames } from '../../../contract/registry-names';
import { AgentStage } from '../../../core';
import { InvalidInputError } from '../../../core/errors';
import { differenceFromProduction } from '../../../core/risk-profile';
import { agendaVariable } from '../agenda-facts';
import { FeatureContext, FeatureFunction, FeatureParts, FeatureRole, RegistryFeature } from '../feature';
import { featureMachine } from '../feature-machine';
import { lifecycleMachine } from '../lifecycle-machine';
import { lifecyclePermissions } from './lifecycle-permissions';

// Lambda allows 4 KB for all variables of a function. https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
const LONGEST_STAGES = 3_000;
const PERIOD = Duration.minutes(5);

/**
 * Joins, moves and leaves: the function that receives CloudFormation's requests, the function that runs the steps, and the state machine between
 * them.
 */
export const lifecycle: RegistryFeature = {
  functions: (context) => [stepsFunction(context), requestFunction(context)],
  roles: (context) => [machineRole(context)],
  alarms: ({ names, place }) => {
    const machine = (metricName: string): cloudwatch.Metric => machineMetric(names.stateMachineArn(place), metricName);
    return [
      { id: 'TeardownIncomplete', metric: engineMetric(names, METRICS.teardownIncomplete), description: 'a teardown ended with something left; the event teardown-incomplete lists it' },
      { id: 'TransitionFailed', metric: engineMetric(names, METRICS.transitionFailed), description: 'a join, move or leave failed; `nhi list` shows the agent, and its execution in Step Functions shows why' },
      { id: 'OrphanFound', metric: engineMetric(names, METRICS.orphanFound), description: 'a role of an agent that left is still there; `nhi list` shows the agent, and `nhi finish` deletes the role' },
      { id: 'RequestUnconfirmed', metric: engineMetric(names, METRICS.requestUnconfirmed), description: 'CloudFormation did not confirm a request, or the engine did not ask what the function for revokers was invoked for: someone else may have done it; the logs of the steps and of that function show which' },
      { id: 'EvidenceDiffers', metric: engineMetric(names, METRICS.evidenceDiffers), description: 'the evidence has something else in the place of an event or a certificate: someone wrote to the ledger or the evidence; `nhi verify` names it' },
      { id: 'ExecutionFailed', metric: machine('ExecutionsFailed'), description: 'an execution failed; Step Functions shows where' },
      { id: 'TransitionTimedOut', metric: machine('ExecutionsTimedOut'), description: 'a transition took too long; its execution in Step Functions shows where' },
      { id: 'RequestError', metric: requestErrors(names), description: 'the function that receives requests failed; its log shows why' },
      { id: 'DeadLetters', metric: deadLetters(names), description: 'a request to the engine was given up; it waits in the dead-letter queue' },
    ];
  },
  graphs: ({ names, place }) => {
    const machine = (metricName: string, statistic?: string): cloudwatch.Metric => (
      machineMetric(names.stateMachineArn(place), metricName, { statistic }));
    return [
      { title: 'Transitions', metrics: ['ExecutionsStarted', 'ExecutionsSucceeded', 'ExecutionsFailed', 'ExecutionsTimedOut'].map((name) => machine(name)) },
      { title: 'Time a transition takes', metrics: [machine('ExecutionTime', 'p90')] },
      { title: 'Needs a person', metrics: [...counts().map((name) => engineMetric(names, name)), requestErrors(names), deadLetters(names)] },
    ];
  },
  build: (scope, parts) => {
    const machine = stateMachine(scope, parts);
    // A request needs the state machine to exist.
    parts.functions.get(parts.names.lifecycleFunction)!.node.addDependency(machine);
    return [machine, watchExecutions(scope, parts)];
  },
};

/** All metrics but a duration, and what ends by itself. */
function counts(): MetricName[] {
  return Object.values(METRICS).filter((name) => name !== METRICS.suspensionLatency && name !== METRICS.iamThrottled);
}

/** A metric that the engine counts. */
export function engineMetric({ registryName: registry }: RegistryNames, metricName: MetricName): cloudwatch.Metric {
  return new cloudwatch.Metric({
    namespace: METRIC_NAMESPACE, metricName, dimensionsMap: { registry, service: METRIC_SERVICE }, statistic: cloudwatch.Stats.SUM, period: PERIOD,
  });
}

function stepsFunction(context: FeatureContext): FeatureFunction {
  const { names, place, settings: { propagationWait, massLeaverLimit, agenda, sponsorDirectory, wipes = [] } } = context;
  return {
    name: names.stepsFunction,
    handler: 'lifecycleStep',
    role: {
      name: names.engineRole,
      service: 'lambda',
      purpose: 'Does the steps of every transition. The one role that changes anything in IAM.',
      statements: lifecyclePermissions(context).steps,
    },
    timeout: Duration.minutes(14),
    keyUse: { dynamodb: 'write', s3: 'write' },
    // EventBridge invokes it asynchronously. Without dead letters, an event that can't be processed would be lost.
    deadLetters: true,
    environment: {
      [ENVIRONMENT.evidenceBucket]: names.bucket(place),
      [ENVIRONMENT.eventBus]: names.bus,
      [ENVIRONMENT.propagationWaitSeconds]: String(propagationWait.toSeconds()),
      [ENVIRONMENT.agenda]: agendaVariable(agenda),
      ...(sponsorDirectory === undefined ? {} : { [ENVIRONMENT.sponsorFunction]: names.sponsorFunction }),
      ...(agenda.looksUpCosts === undefined ? {} : { [ENVIRONMENT.costFunction]: names.costFunction }),
      [ENVIRONMENT.revokerFunction]: names.revokerFunction,
      [ENVIRONMENT.stateMachineArn]: names.stateMachineArn(place),
      [ENVIRONMENT.massLeaverCount]: String(massLeaverLimit?.agents ?? ''),
      [ENVIRONMENT.massLeaverShare]: String(massLeaverLimit?.share ?? ''),
      ...(wipes.length === 0 ? {} : { [ENVIRONMENT.wipes]: wipes.join(',') }),
    },
  };
}

function requestFunction(context: FeatureContext): FeatureFunction {
  const { names, place, settings: { naming, stages } } = context;
  return {
    name: names.lifecycleFunction,
    handler: 'lifecycleRequest',
    role: {
      name: names.requestRole,
      service: 'lambda',
      purpose: 'Takes CloudFormation\'s requests: writes each down and starts its transition.',
      statements: lifecyclePermissions(context).request,
    },
    timeout: Duration.minutes(2),
    keyUse: { dynamodb: 'write' },
    deadLetters: true,
    environment: {
      [ENVIRONMENT.stateMachineArn]: names.stateMachineArn(place),
      [ENVIRONMENT.stages]: demandsOf(names, stages),
      ...naming._environment(),
    },
  };
}

function machineRole(context: FeatureContext): FeatureRole {
  return { name: context.names.machineRole, service: 'states', purpose: 'Runs the state machine.', statements: lifecyclePermissions(context).machine };
}

/** What each stage demands, by the stage's name. The agent's own code can't change it. */
function demandsOf({ registryName }: RegistryNames, stages: AgentStage[]): string {
  const text = JSON.stringify(Object.fromEntries(stages.map(({ name, profile }) => [name, differenceFromProduction(profile)])));
  if (text.length > LONGEST_STAGES) {
    throw new InvalidInputError('TooManyStages',
      `the ${stages.length} stages of the registry ${registryName} take ${text.length} characters, ${LONGEST_STAGES} fit into the engine's environment: declare fewer stages, or use production's values in their profiles`);
  }
  return text;
}

function stateMachine(scope: Construct, parts: FeatureParts): stepfunctions.StateMachine {
  const { names, place } = parts;
  return featureMachine(scope, 'Machine', parts, {
    name: names.stateMachine,
    roleName: names.machineRole,
    functionName: names.stepsFunction,
    definition: lifecycleMachine(names.stepsFunctionArn(place)),
  });
}

/**
 * Invokes the engine after an execution that timed out or was stopped, because it sent no response. The engine records it, and responds if
 * CloudFormation still waits.
 */
function watchExecutions(scope: Construct, { names, place, functions, deadLetters: deadLetterQueue }: FeatureParts): IDependable {
  return new events.Rule(scope, 'Ended', {
    ruleName: names.endedRule,
    description: `Transitions of the registry ${names.registryName} that ended before they were done`,
    eventPattern: {
      source: [ENDED_EXECUTION.source],
      detailType: [ENDED_EXECUTION.detailType],
      detail: { stateMachineArn: [names.stateMachineArn(place)], status: [...ENDED_EXECUTION.statuses] },
    },
    targets: [new targets.LambdaFunction(functions.get(names.stepsFunction)!, { deadLetterQueue })],
  });
}

/** A metric of Step Functions about a state machine. */
export function machineMetric(StateMachineArn: string, metricName: string, options: cloudwatch.MetricOptions = {}): cloudwatch.Metric {
  const { statistic = cloudwatch.Stats.SUM, period = PERIOD } = options;
  return new cloudwatch.Metric({ namespace: 'AWS/States', metricName, dimensionsMap: { StateMachineArn }, statistic, period });
}

function requestErrors({ lifecycleFunction: FunctionName }: RegistryNames): cloudwatch.Metric {
  return new cloudwatch.Metric({ namespace: 'AWS/Lambda', metricName: 'Errors', dimensionsMap: { FunctionName }, statistic: cloudwatch.Stats.SUM, period: PERIOD });
}

function deadLetters({ deadLetters: QueueName }: RegistryNames): cloudwatch.Metric {
  return new cloudwatch.Metric({
    namespace: 'AWS/SQS', metricName: 'ApproximateNumberOfMessagesVisible', dimensionsMap: { QueueName }, statistic: cloudwatch.Stats.MAXIMUM, period: PERIOD,
  });
}
