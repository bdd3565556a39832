import { aws_events_targets as targets, aws_sqs as sqs, Duration, Lazy, Token } from 'aws-cdk-lib';
import { Match } from 'aws-cdk-lib/assertions';
import { permissions } from './features/permissions';
import { codeOf, platform } from './platform';
import { AgendaProps } from '../../../src/aws/lifecycle-registry';
import { sweepMachine } from '../../../src/aws/lifecycle-registry/sweep-machine';

const agendaOf = (agenda: AgendaProps) => platform({ agenda });
const variables = (settings: object) => ({ Environment: { Variables: Match.objectLike({ AGENDA: JSON.stringify(settings) }) } });
const DAY = 86_400;

describe('settings', () => {
  test('are the same for the engine, which decides, and for the sweep, which looks', () => {
    for (const [agenda, settings] of [
      [undefined, { warningSeconds: [30 * DAY, 7 * DAY, DAY], teardownAfterSeconds: 7 * DAY, driftCheckSeconds: DAY }],
      [{ warnings: [Duration.hours(1), Duration.days(2), Duration.hours(1)], teardownAfter: Duration.seconds(0) }, {
        warningSeconds: [2 * DAY, 3_600], teardownAfterSeconds: 0, driftCheckSeconds: DAY,
      }],
      [{ warnings: [], suspendUnusedAfter: Duration.days(1), removeUnusedAfter: Duration.days(2) }, {
        warningSeconds: [], teardownAfterSeconds: 7 * DAY, suspendUnusedAfterSeconds: DAY, removeUnusedAfterSeconds: 2 * DAY, driftCheckSeconds: DAY,
      }],
      [{ warnings: [], driftCheck: Duration.hours(6), removeDrift: true }, {
        warningSeconds: [], teardownAfterSeconds: 7 * DAY, driftCheckSeconds: 6 * 3_600, removeDrift: true,
      }],
      [{ warnings: [], removeDrift: false }, { warningSeconds: [], teardownAfterSeconds: 7 * DAY, driftCheckSeconds: DAY }],
    ] as const) {
      const template = platform({ agenda: agenda as AgendaProps | undefined }).template();
      template.hasResourceProperties('AWS::Lambda::Function', { FunctionName: 'agents-nhi-agenda', ...variables(settings) });
      template.hasResourceProperties('AWS::Lambda::Function', { FunctionName: 'agents-nhi-lifecycle-steps', ...variables(settings) });
    }
  });

  test.each<[string, object]>([
    ['an interval below a minute', { interval: Duration.seconds(59) }],
    ['an interval that is not whole minutes', { interval: Duration.seconds(90) }],
    ['an interval above a day', { interval: Duration.hours(25) }],
    ['an interval that is a number', { interval: 60 }],
    ['an interval that is a token', { interval: Duration.seconds(Token.asNumber(Lazy.number({ produce: () => 60 }))) }],
    ['a warning above a year', { warnings: [Duration.days(366)] }],
    ['a warning of zero', { warnings: [Duration.seconds(0)] }],
    ['a warning of a fraction of a second', { warnings: [Duration.millis(1_500)] }],
    ['warnings that are no list', { warnings: Duration.days(1) }],
    ['11 warnings', { warnings: Array.from({ length: 11 }, (_, index) => Duration.days(index + 1)) }],
    ['a teardown after more than 30 days', { teardownAfter: Duration.days(31) }],
    ['a removal of unused agents without their suspension', { removeUnusedAfter: Duration.days(1) }],
    ['a suspension after more than a year', { suspendUnusedAfter: Duration.days(366) }],
    ['checks for drift more often than each minute', { driftCheck: Duration.seconds(59) }],
    ['checks for drift less often than each 30 days', { driftCheck: Duration.days(31) }],
    ['no agent at a time', { concurrency: 0 }],
    ['101 agents at a time', { concurrency: 101 }],
    ['half an agent at a time', { concurrency: 1.5 }],
  ])('AgendaInvalid: fails with %s', (_what, agenda) => {
    expect(codeOf(() => agendaOf(agenda as AgendaProps))).toBe('AgendaInvalid');
  });

  test('WrongClass: fails with a value that is not a SweepLimit', () => {
    expect(codeOf(() => agendaOf({ limit: { agents: 1, share: 1 } as never }))).toBe('WrongClass');
  });
});

describe('the sweep', () => {
  test.each([
    [undefined, 'rate(60 minutes)'], [Duration.minutes(1), 'rate(1 minute)'], [Duration.minutes(2), 'rate(2 minutes)'], [Duration.days(1), 'rate(1440 minutes)'],
  ])('is started by a schedule, every %s; a start that fails is a dead letter', (interval, expression) => {
    agendaOf({ interval }).template().hasResourceProperties('AWS::Scheduler::Schedule', {
      Name: 'agents-nhi-agenda',
      ScheduleExpression: expression,
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: {
        Arn: { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':states:eu-west-1:111122223333:stateMachine:agents-nhi-agenda']] },
        DeadLetterConfig: { Arn: Match.anyValue() },
        RetryPolicy: { MaximumRetryAttempts: 5 },
      },
    });
  });

  test('works on as many agents at a time as wanted, in executions of its own, and one that fails stops no other', () => {
    const { States: { Agents: agents } } = sweepMachine({ partition: 'aws', agendaFunctionArn: 'fn', engineArn: 'engine' }) as { States: Record<string, Record<string, unknown>> };
    expect(agents).toMatchObject({
      Type: 'Map',
      MaxConcurrencyPath: '$.concurrency',
      ToleratedFailurePercentage: 100,
      ItemProcessor: {
        ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
        // It waits for the engine, so that the limit counts agents at work and not started executions.
        States: { Attend: { Resource: 'arn:aws:states:::states:startExecution.sync:2', Parameters: { StateMachineArn: 'engine' } } },
      },
    });
    agendaOf({ concurrency: 7 }).template().hasResourceProperties('AWS::Lambda::Function', {
      FunctionName: 'agents-nhi-agenda', Environment: { Variables: Match.objectLike({ SWEEP_CONCURRENCY: '7' }) },
    });
  });

  test('its log says nothing of what it carries', () => {
    platform().template().hasResourceProperties('AWS::StepFunctions::StateMachine', {
      StateMachineName: 'agents-nhi-agenda', LoggingConfiguration: { IncludeExecutionData: false, Level: 'ALL' },
    });
  });
});

describe('least privilege', () => {
  const statements = permissions['agents-nhi-agenda'];
  const rows = (action: string, resource = /table\/agents-nhi-ledger$/) => statements
    .filter(({ Action, Resource = [] }) => Action.includes(action) && Resource.some((arn) => resource.test(arn)))
    .flatMap(({ Condition }) => Condition?.['ForAllValues:StringLike']['dynamodb:LeadingKeys']);

  test('the function may ask only in the schedule\'s name, and only to attend to what is due', () => {
    expect(rows('dynamodb:PutItem')).toEqual(['agenda', 'agenda-list#*', 'limiter', 'request#schedule-attend-*']);
  });

  test('the function reads the index, the fleet\'s rows and the lists, and no agent, request or decision', () => {
    expect(rows('dynamodb:Query', /index\/due$/)).toEqual(['due#*']);
    expect(rows('dynamodb:GetItem')).toEqual(['registry', 'agenda', 'agenda-list#*', 'agenda-approval', 'limiter']);
  });

  test('the function lists roles, reads no policies and writes nothing of IAM', () => {
    expect(statements.flatMap(({ Action }) => Action).filter((action) => action.startsWith('iam:'))).toEqual(['iam:ListRoles']);
  });

  test('the function can\'t approve what it holds back', () => {
    expect(['dynamodb:PutItem', 'dynamodb:DeleteItem', 'dynamodb:UpdateItem'].flatMap((action) => rows(action))).not.toContain('agenda-approval');
  });

  test('every statement on the table is limited to rows', () => {
    const onTable = statements.filter(({ Action }) => Action.some((action) => action.startsWith('dynamodb:')));
    expect(onTable.filter(({ Condition }) => Condition === undefined)).toEqual([]);
  });

  test('the schedule may start sweeps and nothing else but its dead letters', () => {
    expect(permissions['agents-nhi-agenda-schedule'].map(({ Action, Resource }) => [Action, Resource])).toEqual([
      [['states:StartExecution'], ['arn:aws:states:eu-west-1:111122223333:stateMachine:agents-nhi-agenda']],
      [['sqs:SendMessage'], ['arn:aws:sqs:eu-west-1:111122223333:agents-nhi-dead-letters']],
    ]);
  });

  test('the machine starts the engine and its own parts, and no other machine', () => {
    const started = permissions['agents-nhi-agenda-machine'].filter(({ Action }) => Action.includes('states:StartExecution')).flatMap(({ Resource = [] }) => Resource);
    expect(started).toEqual(['agents-nhi-lifecycle', 'agents-nhi-agenda'].map((name) => `arn:aws:states:eu-west-1:111122223333:stateMachine:${name}`));
  });
});

test('a held sweep is notified by a rule of its own, and not by the rules about agents', () => {
  const { registry, template } = platform();
  registry.onSweepHeld('Held', { target: new targets.SqsQueue(new sqs.Queue(registry, 'Queue')) });
  template().hasResourceProperties('AWS::Events::Rule', {
    EventPattern: { account: ['111122223333'], detail: { source: ['/nhi/agents'], type: ['nhi.registry.sweep-held.v1'] } }, Targets: [Match.anyValue()],
  });
  expect(codeOf(() => registry.onSweepHeld('Other', { eventPattern: { detail: { type: ['x'] } } }))).toBe('EventPatternTaken');
});

test('a role that belongs to no agent is notified by a rule of its own', () => {
  const { registry, template } = platform();
  registry.onOrphanRole('Orphans', { target: new targets.SqsQueue(new sqs.Queue(registry, 'Queue')) });
  template().hasResourceProperties('AWS::Events::Rule', {
    EventPattern: { account: ['111122223333'], detail: { source: ['/nhi/agents'], type: ['nhi.registry.orphan-found.v1'] } }, Targets: [Match.anyValue()],
  });
  expect(codeOf(() => registry.onOrphanRole('Other', { eventPattern: { detail: { type: ['x'] } } }))).toBe('EventPatternTaken');
});
