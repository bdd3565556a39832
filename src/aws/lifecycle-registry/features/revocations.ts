import { Duration } from 'aws-cdk-lib';
import { engineMetric } from './lifecycle';
import { ENVIRONMENT } from '../../../contract/environment';
import { ASK_ROW } from '../../../contract/ledger-rows';
import { METRICS } from '../../../contract/metrics';
import { workerQueueArns } from '../../../contract/orders';
import { LONGEST_ACT_SECONDS, RevokerFunctionSettings } from '../../../contract/revokers';
import { allow, FeatureContext, FeatureStatement, onRows, RegistryFeature } from '../feature';

/** What reads or changes the ledger, but for the one call that takes a row. */
const OTHER_CALLS = [
  'dynamodb:*Backup*', 'dynamodb:*Policy', 'dynamodb:*Table*', 'dynamodb:Batch*', 'dynamodb:ConditionCheckItem', 'dynamodb:Get*', 'dynamodb:PartiQL*', 'dynamodb:PutItem', 'dynamodb:Query', 'dynamodb:Scan', 'dynamodb:UpdateItem',
];

/** What changes a key, or says what it may be used for. */
const KEY_CHANGES = ['kms:Create*', 'kms:Delete*', 'kms:Disable*', 'kms:Import*', 'kms:Put*', 'kms:Schedule*', 'kms:Update*'];

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
      purpose: 'Asks third parties to revoke the access of agents, as the engine has stored it in the ledger: it takes that, and can\'t read or write anything else there. It reads only secrets whose policies allow it or whose names are reserved for it. The key of an `OnPremisesWorker` lets it sign that worker\'s orders, and that of a `GitHubAppKey` tokens of the app (`kms:Sign`). In the clusters of `databases` it locks and drops users of agents (`rds-data:ExecuteStatement`), as the user of a secret that it may read.',
      statements: statementsOf(context),
    },
    // A revocation is up to eight requests of ten seconds each.
    timeout: Duration.seconds(LONGEST_ACT_SECONDS),
    keyUse: { dynamodb: 'write' },
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

function statementsOf({ names, place, settings: { databaseArns = [] } }: FeatureContext): FeatureStatement[] {
  const { partition, region, account } = place;
  const { orders } = workerQueueArns(names, place);
  const [table, asks] = [names.tableArn(place), `${ASK_ROW}*`];
  return [
    allow('ReadOwnSecrets', ['secretsmanager:GetSecretValue'], [`arn:${partition}:secretsmanager:${region}:${account}:secret:${names.revokerSecrets}*`]),
    allow('SendOrders', ['sqs:SendMessage'], [orders]),
    // A statement runs as the user of a secret that the function must be able to read, too.
    ...(databaseArns.length === 0 ? [] : [allow('RunSql', ['rds-data:ExecuteStatement'], [...databaseArns])]),
    onRows([asks], allow('TakeAsked', ['dynamodb:DeleteItem'], [table])),
    // No policy of others can let it do more than what it is for.
    { Sid: 'NothingElse', Effect: 'Deny', Action: [...KEY_CHANGES, 'events:*', 'iam:*', 's3:*', 'sns:*', 'states:*', 'sts:AssumeRole*'], Resource: ['*'] },
    { Sid: 'NoOtherTables', Effect: 'Deny', Action: ['dynamodb:*'], NotResource: [table] },
    { Sid: 'NoOtherCalls', Effect: 'Deny', Action: OTHER_CALLS, Resource: [table] },
    { Sid: 'NoOtherRows', Effect: 'Deny', Action: ['dynamodb:DeleteItem'], Resource: [table], Condition: { 'ForAnyValue:StringNotLike': { 'dynamodb:LeadingKeys': asks } } },
    { Sid: 'NoOtherQueues', Effect: 'Deny', Action: ['sqs:*'], NotResource: [orders] },
  ];
}
