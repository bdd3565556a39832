import { Duration } from 'aws-cdk-lib';
import { engineMetric } from './lifecycle';
import { CATALOGUE_TAG, catalogueTagValue } from '../../../contract/catalogue';
import { PLACEMENT_ROW, REGISTRY_ROW } from '../../../contract/ledger-rows';
import { METRICS } from '../../../contract/metrics';
import { allow, FeatureContext, FeatureStatement, onRows, RegistryFeature } from '../feature';

/** Keeps AWS Agent Registry in step. Part of a registry only if it has `syncCatalogue()`. */
export const catalogue: RegistryFeature = {
  functions: (context) => [{
    name: context.names.catalogueFunction,
    handler: 'catalogue',
    role: {
      name: context.names.catalogueRole,
      service: 'lambda',
      purpose: 'Only with `syncCatalogue()`: keeps the records of agents in one AWS Agent Registry in step. It reads agents and can\'t change them, and changes only records that it created.',
      statements: statementsOf(context),
    },
    timeout: Duration.minutes(2),
    keyUse: { dynamodb: 'read' },
  }],
  alarms: ({ names }) => [{
    id: 'CatalogueFailed',
    metric: engineMetric(names, METRICS.catalogueFailed),
    description: `a record in AWS Agent Registry could not be brought in step in three attempts; the log of ${names.catalogueFunction} shows which and why. It is tried again`,
  }],
};

function statementsOf({ names, place, settings: { agentRegistryArn } }: FeatureContext): FeatureStatement[] {
  const [table, queue] = [[names.tableArn(place)], [names.queueArn(place, names.catalogueQueue)]];
  const [registry, records] = [[agentRegistryArn!], [`${agentRegistryArn!}/record/*`]];
  const value = catalogueTagValue(names.registryName, place.account);
  const tagging = { StringEquals: { [`aws:RequestTag/${CATALOGUE_TAG}`]: value } };
  return [
    onRows([`${PLACEMENT_ROW}*`, REGISTRY_ROW], allow('ReadAgents', ['dynamodb:GetItem'], table)),
    onRows([REGISTRY_ROW], allow('ListAgents', ['dynamodb:Query'], table)),
    allow('TakeEvents', ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:ChangeMessageVisibility', 'sqs:GetQueueAttributes', 'sqs:SendMessage'], queue),
    allow('FindRecords', ['agent-registry:ListRegistryRecords'], registry),
    { ...allow('CreateRecords', ['agent-registry:CreateRegistryRecord'], registry), Condition: tagging },
    // Without an own tag for the moment of creation, AWS can't tell it from a later one.
    { ...allow('TagRecords', ['agent-registry:TagResource'], records), Condition: { ...tagging, 'ForAllValues:StringEquals': { 'aws:TagKeys': [CATALOGUE_TAG] } } },
    {
      ...allow('KeepOwnRecords', ['GetRegistryRecord', 'UpdateRegistryRecord', 'SubmitRegistryRecordForApproval', 'UpdateRegistryRecordStatus', 'DeleteRegistryRecord']
        .map((action) => `agent-registry:${action}`), records),
      Condition: { StringEquals: { [`aws:ResourceTag/${CATALOGUE_TAG}`]: value } },
    },
  ];
}
