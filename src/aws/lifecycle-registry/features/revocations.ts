import { Duration } from 'aws-cdk-lib';
import { engineMetric } from './lifecycle';
import { ENVIRONMENT } from '../../../contract/environment';
import { METRICS } from '../../../contract/metrics';
import { workerQueueArns } from '../../../contract/orders';
import { RevokerFunctionSettings } from '../../../contract/revokers';
import { allow, FeatureContext, FeatureStatement, RegistryFeature } from '../feature';

/**
 * Revokes what agents have outside of AWS: a function that asks third parties. It holds their credentials and talks to servers of others, so it has a role of its own that reaches nothing of the
 * registry, and the engine reads no secret of theirs. Secrets and functions of agents let it in by their own policies.
 */
export const revocations: RegistryFeature = {
  functions: (context) => [{
    name: context.names.revokerFunction,
    handler: 'revoker',
    role: {
      name: context.names.revokerRole,
      service: 'lambda',
      purpose: 'Asks third parties to revoke the access of agents. It has no access to the ledger, and reads only secrets whose policies allow it or whose names are reserved for it. The key of an `OnPremisesWorker` lets it sign that worker\'s orders (`kms:Sign`).',
      statements: statementsOf(context),
    },
    // A revocation is up to eight requests of ten seconds each.
    timeout: Duration.minutes(3),
    keyUse: {},
    environment: {
      [ENVIRONMENT.revokers]: JSON.stringify({ privateHosts: context.settings.revokerPrivateHosts ?? [] } satisfies RevokerFunctionSettings),
    },
  }],
  alarms: ({ names }) => [{
    id: 'RevocationOpen',
    metric: engineMetric(names, METRICS.revocationOpen),
    description: 'a third party did not confirm that the access of an agent that left no longer exists; `nhi status` shows the agent and `nhi show` why. It is tried again',
  }],
};

function statementsOf({ names, place }: FeatureContext): FeatureStatement[] {
  const { partition, region, account } = place;
  const { orders } = workerQueueArns(names, place);
  return [
    allow('ReadOwnSecrets', ['secretsmanager:GetSecretValue'], [`arn:${partition}:secretsmanager:${region}:${account}:secret:${names.revokerSecrets}*`]),
    allow('SendOrders', ['sqs:SendMessage'], [orders]),
    // No policy of others can let it do more than what it is for.
    { Sid: 'NothingElse', Effect: 'Deny', Action: ['dynamodb:*', 'events:*', 'iam:*', 's3:*', 'sns:*', 'states:*', 'sts:AssumeRole*'], Resource: ['*'] },
    { Sid: 'NoOtherQueues', Effect: 'Deny', Action: ['sqs:*'], NotResource: [orders] },
  ];
}
