import { Duration } from 'aws-cdk-lib';
import { engineMetric } from './lifecycle';
import { PLACEMENT_ROW, SIGNAL_ROW, SIGNAL_STREAM_ROW } from '../../../contract/ledger-rows';
import { METRICS } from '../../../contract/metrics';
import { allow, onRows, RegistryFeature } from '../feature';

/** Signed security events for other systems. Part of a registry only if it has `SharedSignals`. */
export const sharedSignals: RegistryFeature = {
  functions: ({ names, place, settings: { signalsKeyArn, formerSignalsKeyArns = [] } }) => {
    const table = [names.tableArn(place)];
    return [{
      name: names.signalsFunction,
      handler: 'signals',
      role: {
        name: names.signalsRole,
        service: 'lambda',
        purpose: 'Only with `SharedSignals`: signs what happens to agents and sends it to receivers. The one role that may sign. It can\'t change an agent. It reads the secrets with the headers of receivers.',
        statements: [
          onRows([`${PLACEMENT_ROW}*`], allow('ReadEvents', ['dynamodb:Query'], table)),
          onRows([`${SIGNAL_ROW}*`], allow('KeepSignals', ['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:PutItem', 'dynamodb:DeleteItem'], table)),
          allow('SignSignals', ['kms:Sign'], [signalsKeyArn!]),
          allow('TakeEvents', ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:ChangeMessageVisibility', 'sqs:GetQueueAttributes'], [names.queueArn(place, names.signalsQueue)]),
        ],
      },
      timeout: Duration.minutes(1),
      keyUse: { dynamodb: 'write' },
    }, {
      name: names.signalsEndpointFunction,
      handler: 'signalsEndpoint',
      role: {
        name: names.signalsEndpointRole,
        service: 'lambda',
        purpose: 'Only with `SharedSignals`: serves receivers what was signed for them, and the public key. It gives receivers access tokens for their own streams. It can\'t sign, and knows nothing of agents but their signals. It reads the secrets with the tokens of receivers.',
        statements: [
          onRows([`${SIGNAL_STREAM_ROW}*`], allow('ServeSignals', ['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:PutItem', 'dynamodb:DeleteItem'], table)),
          allow('ReadPublicKey', ['kms:GetPublicKey'], [signalsKeyArn!, ...formerSignalsKeyArns]),
        ],
      },
      timeout: Duration.seconds(20),
      keyUse: { dynamodb: 'write' },
    }];
  },
  alarms: ({ names }) => [{
    id: 'SignalUndelivered',
    metric: engineMetric(names, METRICS.signalUndelivered),
    description: `a receiver has not taken its signals, or reported one as invalid; the logs of ${names.signalsFunction} and ${names.signalsEndpointFunction} show which and why. Signals are kept for 30 days`,
  }],
};
