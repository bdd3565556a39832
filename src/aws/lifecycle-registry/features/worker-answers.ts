import { Duration } from 'aws-cdk-lib';
import { engineMetric } from './lifecycle';
import { ENVIRONMENT } from '../../../contract/environment';
import { ORDER_ROW } from '../../../contract/ledger-rows';
import { METRICS } from '../../../contract/metrics';
import { workerQueueArns } from '../../../contract/orders';
import { requestKeys } from '../../../contract/request-id';
import { allow, onRows, RegistryFeature } from '../feature';

/** Takes what workers on premises answer to orders. Part of a registry only if it has an `OnPremisesWorker`. */
export const workerAnswers: RegistryFeature = {
  functions: ({ names, place }) => [{
    name: names.answersFunction,
    handler: 'answers',
    role: {
      name: names.answersRole,
      service: 'lambda',
      purpose: 'Only with an `OnPremisesWorker`: checks what workers answer, and asks the engine to read it. It reads nothing of the ledger, can\'t change an agent and can\'t sign an order. '
        + 'The keys of workers let it read their public half (`kms:GetPublicKey`).',
      statements: [
        allow('TakeAnswers', ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:ChangeMessageVisibility', 'sqs:GetQueueAttributes'], [workerQueueArns(names, place).answers]),
        onRows([`${ORDER_ROW}*`], allow('KeepAnswers', ['dynamodb:PutItem'], [names.tableArn(place)])),
        onRows([requestKeys('event', 'hear-worker')], allow('StoreRequests', ['dynamodb:PutItem'], [names.tableArn(place)])),
        allow('StartTransitions', ['states:StartExecution'], [names.stateMachineArn(place)]),
      ],
    },
    timeout: Duration.seconds(30),
    keyUse: { dynamodb: 'write' },
    environment: { [ENVIRONMENT.stateMachineArn]: names.stateMachineArn(place) },
  }],
  alarms: ({ names }) => [{
    id: 'AnswerRefused',
    metric: engineMetric(names, METRICS.answerRefused),
    description: `a message in a queue of answers belongs to no order of the registry: its worker has a fault, or somebody acts as it; the log of ${names.answersFunction} has the message's id`,
  }],
};
