import { aws_cloudwatch as cloudwatch, aws_scheduler as scheduler, aws_stepfunctions as stepfunctions, Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { engineMetric, machineMetric } from './lifecycle';
import { onlyPeople } from './suspension';
import { ENVIRONMENT } from '../../../contract/environment';
import { REGISTRY_EVENTS } from '../../../contract/evidence-keys';
import { AGENDA_ROW, DUE_ROW, LIMITER_ROW, REGISTRY_ROW, SWEEP_APPROVAL_ROW, SWEEP_LIST_ROW } from '../../../contract/ledger-rows';
import { METRICS } from '../../../contract/metrics';
import { DUE_INDEX } from '../../../contract/registry-names';
import { requestKeys } from '../../../contract/request-id';
import { AgendaFacts, agendaVariable } from '../agenda-facts';
import { allow, FeatureContext, FeatureParts, FeatureRole, FeatureStatement, onRows, OperatorPolicy, RegistryFeature } from '../feature';
import { featureMachine, machineStatements } from '../feature-machine';
import { sweepMachine } from '../sweep-machine';

/** Sweeps in a row that may be missing until the alarm goes off. */
const MISSED_SWEEPS = 3;

/**
 * The agenda: a schedule starts a sweep, which asks the engine to do what is due. The function lists what is due and stores requests. It can't change an
 * agent itself.
 */
export const agenda: RegistryFeature = {
  functions: (context) => {
    const { names, place, settings: { agenda: facts, naming } } = context;
    return [{
      name: names.agendaFunction,
      handler: 'agenda',
      role: {
        name: names.agendaRole,
        service: 'lambda',
        purpose: 'Lists what is due, holds back what is too much, and stores the requests of a sweep.',
        statements: functionRole(context),
      },
      timeout: Duration.minutes(14),
      keyUse: { dynamodb: 'write', s3: 'write' },
      environment: {
        [ENVIRONMENT.eventBus]: names.bus,
        [ENVIRONMENT.evidenceBucket]: names.bucket(place),
        ...naming._environment(),
        [ENVIRONMENT.agenda]: agendaVariable(facts),
        [ENVIRONMENT.sweepCount]: String(facts.limit.agents),
        [ENVIRONMENT.sweepShare]: String(facts.limit.share),
        [ENVIRONMENT.sweepConcurrency]: String(facts.concurrency),
      },
    }];
  },
  roles: (context) => [machineRole(context), scheduleRole(context)],
  operatorPolicies: (context) => [mayApproveSweeps(context)],
  alarms: ({ names, place, settings: { agenda: facts } }) => {
    const machine = (metricName: string, period?: Duration): cloudwatch.Metric => machineMetric(names.sweepMachineArn(place), metricName, { period });
    return [
      { id: 'SweepFailed', metric: machine('ExecutionsFailed'), description: 'a sweep of the agenda failed; its execution in Step Functions shows where. What was due stays due' },
      {
        id: 'SweepOverdue',
        metric: machine('ExecutionsSucceeded', facts.interval),
        missedPeriods: MISSED_SWEEPS,
        description: `no sweep of the agenda came to its end for ${MISSED_SWEEPS} times ${facts.interval.toHumanString()}: nobody is warned, and nothing is torn down`,
      },
      { id: 'SweepHeld', metric: engineMetric(names, METRICS.sweepHeld), description: 'a sweep would suspend or remove too many agents and waits; `nhi approve-sweep` shows them' },
    ];
  },
  graphs: ({ names, place }) => [
    { title: 'Sweeps of the agenda', metrics: ['ExecutionsStarted', 'ExecutionsSucceeded', 'ExecutionsFailed'].map((name) => machineMetric(names.sweepMachineArn(place), name)) },
    { title: 'Calls that IAM throttled', metrics: [engineMetric(names, METRICS.iamThrottled)] },
  ],
  build: (scope, parts) => {
    const machine = stateMachine(scope, parts);
    return [machine, schedule(scope, parts, machine)];
  },
};

function functionRole({ names, place }: FeatureContext): FeatureStatement[] {
  const table = names.tableArn(place);
  return [
    onRows([`${DUE_ROW}*`], allow('FindDue', ['dynamodb:Query'], [`${table}/index/${DUE_INDEX.name}`])),
    onRows([REGISTRY_ROW, AGENDA_ROW, `${SWEEP_LIST_ROW}*`, SWEEP_APPROVAL_ROW, LIMITER_ROW], allow('ReadFleetAndLists', ['dynamodb:GetItem', 'dynamodb:Query'], [table])),
    onRows([AGENDA_ROW, `${SWEEP_LIST_ROW}*`], allow('KeepLists', ['dynamodb:PutItem', 'dynamodb:DeleteItem'], [table])),
    onRows([LIMITER_ROW], allow('ShareCallsOfIam', ['dynamodb:PutItem'], [table])),
    onRows([requestKeys('schedule', 'attend')], allow('StoreRequests', ['dynamodb:PutItem'], [table])),
    // Only a sweep that runs may do anything.
    allow('AskAboutSweeps', ['states:DescribeExecution'], [names.sweepExecutionArns(place)]),
    allow('Announce', ['events:PutEvents'], [names.busArn(place)]),
    allow('KeepWhatIsAnnounced', ['s3:PutObject', 's3:GetObject'], [`${names.bucketArn(place)}/${REGISTRY_EVENTS}*`]),
    // It supports no resources. It returns names and ids, and no policies or tags.
    allow('LookForOrphans', ['iam:ListRoles'], ['*']),
  ];
}

/** For people who may approve what a sweep held back: they read the list and write the approval. */
function mayApproveSweeps(context: FeatureContext): OperatorPolicy {
  const { names, place } = context;
  const table = [names.tableArn(place)];
  // Every call of these actions has its keys, so ForAllValues can't be true for an empty set.
  const keyed = (rows: string[]) => ({ 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': rows } });
  return {
    id: 'MayApproveSweeps',
    name: names.mayApproveSweepsPolicy,
    purpose: 'For operators who may approve what a sweep held back',
    statements: [
      { ...allow('ReadLists', ['dynamodb:GetItem', 'dynamodb:Query'], table), Condition: keyed([AGENDA_ROW, `${SWEEP_LIST_ROW}*`]) },
      { ...allow('Approve', ['dynamodb:PutItem'], table), Condition: { ...keyed([SWEEP_APPROVAL_ROW]), ...onlyPeople(context) } },
    ],
  };
}

function machineRole({ names, place }: FeatureContext): FeatureRole {
  const { partition, region, account } = place;
  return {
    name: names.sweepMachineRole,
    service: 'states',
    purpose: 'Runs the sweeps: starts the engine for each agent, and waits for it.',
    statements: [
      allow('ListDue', ['lambda:InvokeFunction'], [names.agendaFunctionArn(place)]),
      allow('AskEngine', ['states:StartExecution'], [names.stateMachineArn(place), names.sweepMachineArn(place)]),
      allow('WaitForEngine', ['states:DescribeExecution', 'states:StopExecution'], [
        names.executionArns(place), names.sweepExecutionArns(place),
      ]),
      // Step Functions waits for executions by this rule of its own. https://docs.aws.amazon.com/step-functions/latest/dg/connect-stepfunctions.html
      allow('HearOfEnds', ['events:PutTargets', 'events:PutRule', 'events:DescribeRule'], [
        `arn:${partition}:events:${region}:${account}:rule/StepFunctionsGetEventsForStepFunctionsExecutionRule`,
      ]),
      ...machineStatements(),
    ],
  };
}

function scheduleRole({ names, place }: FeatureContext): FeatureRole {
  return {
    name: names.sweepScheduleRole,
    service: 'scheduler',
    purpose: 'Starts the sweeps.',
    statements: [
      allow('StartSweeps', ['states:StartExecution'], [names.sweepMachineArn(place)]),
      allow('GiveUp', ['sqs:SendMessage'], [names.queueArn(place, names.deadLetters)]),
    ],
  };
}

function stateMachine(scope: Construct, parts: FeatureParts): stepfunctions.StateMachine {
  const { names, place } = parts;
  return featureMachine(scope, 'Sweeps', parts, {
    name: names.sweepMachine,
    roleName: names.sweepMachineRole,
    functionName: names.agendaFunction,
    definition: sweepMachine({
      partition: place.partition, agendaFunctionArn: names.agendaFunctionArn(place), engineArn: names.stateMachineArn(place),
    }),
  });
}

function schedule(scope: Construct, parts: FeatureParts, machine: stepfunctions.StateMachine): scheduler.CfnSchedule {
  const { names, place, roles, deadLetters, settings: { agenda: facts } } = parts;
  const made = new scheduler.CfnSchedule(scope, 'Schedule', {
    name: names.sweepSchedule,
    description: `Sweeps of the agenda of the registry ${names.registryName}`,
    scheduleExpression: rateOf(facts),
    flexibleTimeWindow: { mode: 'OFF' },
    target: {
      arn: names.sweepMachineArn(place),
      roleArn: roles.get(names.sweepScheduleRole)!.roleArn,
      input: '{}',
      // The next sweep does what a missed one would have done.
      retryPolicy: { maximumEventAgeInSeconds: 3600, maximumRetryAttempts: 5 },
      deadLetterConfig: { arn: deadLetters.queueArn },
    },
  });
  made.node.addDependency(machine);
  return made;
}

function rateOf({ interval }: AgendaFacts): string {
  const minutes = interval.toMinutes();
  return minutes === 1 ? 'rate(1 minute)' : `rate(${minutes} minutes)`;
}
