import { aws_events as events, aws_events_targets as targets, aws_scheduler as scheduler, Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { engineMetric } from './lifecycle';
import { ENVIRONMENT } from '../../../contract/environment';
import { AGENDA_ROW, NOTICE_ROW, PLACEMENT_ROW, SWEEP_LIST_ROW } from '../../../contract/ledger-rows';
import { METRICS } from '../../../contract/metrics';
import { DIGEST_MINUTES, SEND_DIGESTS, TOLD_EVENTS } from '../../../contract/notifications';
import { ORPHAN_ROLE_TYPE, SWEEP_HELD_TYPE } from '../../../contract/registry-events';
import { eventSource, eventType } from '../../../core/lifecycle-event';
import { allow, FeatureContext, FeatureParts, FeatureStatement, onRows, RegistryFeature } from '../feature';
import { NotificationFacts } from '../notifications';

/**
 * Notifies people: a rule brings what concerns them to the function, which collects it, and a schedule makes the function send one digest a person and day.
 * With the bus only, none of this exists.
 */
export const notifications: RegistryFeature = {
  functions: (context) => (context.settings.notifications === undefined ? [] : [{
    name: context.names.notificationFunction,
    handler: 'notifications',
    role: {
      name: context.names.notificationRole,
      service: 'lambda',
      purpose: 'Collects what people are notified of, and sends the digests. It reads agents and can\'t change them.',
      statements: functionRole(context, context.settings.notifications),
    },
    timeout: Duration.minutes(10),
    deadLetters: true,
    keyUse: { dynamodb: 'write' },
    environment: { [ENVIRONMENT.notifications]: JSON.stringify(context.settings.notifications.settings) },
  }]),
  roles: ({ names, place, settings }) => (settings.notifications === undefined ? [] : [{
    name: names.digestScheduleRole,
    service: 'scheduler',
    purpose: 'Has the digests sent.',
    statements: [
      allow('SendDigests', ['lambda:InvokeFunction'], [names.notificationFunctionArn(place)]),
      allow('GiveUp', ['sqs:SendMessage'], [names.queueArn(place, names.deadLetters)]),
    ],
  }]),
  alarms: ({ names, settings }) => (settings.notifications === undefined ? [] : [{
    id: 'NotificationFailed',
    metric: engineMetric(names, METRICS.notificationFailed),
    description: 'a digest could not be sent; the log of the notifications shows the error, and the next run tries again',
  }]),
  notes: ({ settings: { notifications: facts } }) => (facts?.settings.channel.kind === 'mail' ? [] : [
    facts === undefined
      ? 'Nobody is notified by mail: the registry has no `notifications`. Events are on the bus only.'
      : 'Nobody is notified by mail: digests go to an SNS topic.',
  ]),
  build: (scope, parts) => {
    const { notifications: facts } = parts.settings;
    return facts === undefined ? [] : [rule(scope, parts), schedule(scope, parts, facts)];
  },
};

function functionRole({ names, place }: FeatureContext, facts: NotificationFacts): FeatureStatement[] {
  const table = [names.tableArn(place)];
  return [
    onRows([`${PLACEMENT_ROW}*`, `${SWEEP_LIST_ROW}*`, AGENDA_ROW], allow('ReadEvents', ['dynamodb:GetItem', 'dynamodb:Query'], table)),
    onRows([`${NOTICE_ROW}*`], allow('KeepNotices', ['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:PutItem', 'dynamodb:DeleteItem'], table)),
    ...sending(place, facts),
  ];
}

function sending({ partition, region, account }: FeatureContext['place'], { settings: { channel }, identityName, topic }: NotificationFacts): FeatureStatement[] {
  if (channel.kind === 'mail') {
    return [{
      ...allow('SendMail', ['ses:SendEmail'], [`arn:${partition}:ses:${region}:${account}:identity/${identityName}`]),
      Condition: { StringEquals: { 'ses:FromAddress': channel.from } },
    }];
  }
  const key = topic?.masterKey;
  return [
    allow('Publish', ['sns:Publish'], [channel.topicArn]),
    ...(key === undefined ? [] : [{
      ...allow('UseKeyOfTopic', ['kms:Decrypt', 'kms:GenerateDataKey*'], [key.keyArn]),
      Condition: { StringEquals: { 'kms:ViaService': `sns.${region}.amazonaws.com` } },
    }]),
  ];
}

function rule(scope: Construct, { names, place, bus, functions, deadLetters }: FeatureParts): events.Rule {
  return new events.Rule(scope, 'Notices', {
    ruleName: names.notificationRule,
    description: `What people are notified of by the registry ${names.registryName}`,
    eventBus: bus,
    eventPattern: {
      account: [place.account],
      source: ['cdk-nhi-lifecycle'],
      detail: { source: [eventSource(names.registryName)], type: [...TOLD_EVENTS.map((name) => eventType(name)), SWEEP_HELD_TYPE, ORPHAN_ROLE_TYPE] },
    },
    targets: [new targets.LambdaFunction(functions.get(names.notificationFunction)!, { deadLetterQueue: deadLetters })],
  });
}

function schedule(scope: Construct, parts: FeatureParts, { settings: { digestHour } }: NotificationFacts): scheduler.CfnSchedule {
  const { names, place, roles, functions, deadLetters } = parts;
  const made = new scheduler.CfnSchedule(scope, 'Digests', {
    name: names.digestSchedule,
    description: `Digests for the people of the registry ${names.registryName}`,
    scheduleExpression: `cron(${DIGEST_MINUTES} ${digestHour} * * ? *)`,
    scheduleExpressionTimezone: 'UTC',
    flexibleTimeWindow: { mode: 'OFF' },
    target: {
      arn: names.notificationFunctionArn(place),
      roleArn: roles.get(names.digestScheduleRole)!.roleArn,
      input: JSON.stringify(SEND_DIGESTS),
      // A run that is hours late still sends the digests of its day.
      retryPolicy: { maximumEventAgeInSeconds: 6 * 3600, maximumRetryAttempts: 5 },
      deadLetterConfig: { arn: deadLetters.queueArn },
    },
  });
  made.node.addDependency(functions.get(names.notificationFunction)!);
  return made;
}
