import { aws_iam as iam } from 'aws-cdk-lib';
import { FLEET_READS, PRINCIPAL_CALLS, RegistryResources, UPKEEP_USES } from './registry-resources';
import { REQUEST_ROWS } from '../../contract/ledger-rows';
import { METRIC_NAMESPACE } from '../../contract/metrics';
import { RegistryNames } from '../../contract/registry-names';
import { agentTags } from '../../contract/tags';
import { MACHINE_CLIENTS } from '../../core/identity-administration';

interface RegistryDeniesProps {
  readonly names: RegistryNames;
  readonly resources: RegistryResources;
  /** Prefix of the keys of agents' tags. */
  readonly tagPrefix: string;
}

/** Denies an agent everything on its registry and on the registry's other agents. */
export function noRegistryDocument(props: RegistryDeniesProps): iam.PolicyDocument {
  const { fleet, engine, rulesOnBuses, users } = props.resources;
  return new iam.PolicyDocument({ statements: [deny('DenyRegistry', { actions: ['*'], resources: [...fleet, ...engine, rulesOnBuses, users] }), ...common(props)] });
}

/** The same Denies for an agent that reads the fleet. */
export function registryReaderDocument(props: RegistryDeniesProps): iam.PolicyDocument {
  const { fleet, engine, rulesOnBuses, users } = props.resources;
  return new iam.PolicyDocument({
    statements: [
      deny('DenyFleetChanges', { notActions: FLEET_READS, resources: fleet }),
      // A request contains the URL at which CloudFormation waits. A principal that reads it can respond in the engine's place.
      deny('DenyRequests', { actions: ['dynamodb:*'], resources: fleet, conditions: { 'ForAnyValue:StringLike': { 'dynamodb:LeadingKeys': REQUEST_ROWS } } }),
      deny('DenyRegistry', { actions: ['*'], resources: [...engine, rulesOnBuses, users] }),
      ...common(props),
    ],
  });
}

function common({ names, resources, tagPrefix }: RegistryDeniesProps): iam.PolicyStatement[] {
  return [
    ...(resources.upkeep.length === 0 ? [] : [deny('DenyRegistryUpkeep', { notActions: UPKEEP_USES, resources: [...resources.upkeep] })]),
    // The guard of sessions has the rest: which principals an agent may assume or pass on is declared.
    deny('DenyOtherAgents', { notActions: PRINCIPAL_CALLS, resources: [resources.principals] }),
    // The credentials of agents that are no principals. Here, because the guard of a stage is full. The methods of API Gateway are its actions: an agent may read its own key and not change it.
    deny('DenyKeyChanges', {
      actions: ['DELETE', 'PATCH', 'POST', 'PUT'].map((method) => `apigateway:${method}`), resources: ['*'], conditions: { Null: { [`aws:ResourceTag/${agentTags(tagPrefix).registry}`]: 'false' } },
    }),
    deny('DenyMachineClients', { actions: MACHINE_CLIENTS, resources: ['*'] }),
    // These calls support no resource, so the function that would receive the events is a condition.
    deny('DenyFeedingEngine', {
      actions: ['lambda:CreateEventSourceMapping', 'lambda:UpdateEventSourceMapping'],
      resources: ['*'],
      // Without service, region and account, because a managed policy has a limit of 6,144 characters.
      conditions: { ArnLike: { 'lambda:FunctionArn': `arn:*:*:*:*:function:${names.prefix}*` } },
    }),
    deny('DenyEngineMetrics', {
      actions: ['cloudwatch:PutMetricData'], resources: ['*'], conditions: { StringEquals: { 'cloudwatch:namespace': METRIC_NAMESPACE } },
    }),
  ];
}

function deny(sid: string, props: iam.PolicyStatementProps): iam.PolicyStatement {
  return new iam.PolicyStatement({ sid, effect: iam.Effect.DENY, ...props });
}
