import { Duration } from 'aws-cdk-lib';
import { ENVIRONMENT } from '../../../contract/environment';
import { PLACEMENT_ROW } from '../../../contract/ledger-rows';
import { requestKeys } from '../../../contract/request-id';
import { allow, onRows, RegistryFeature } from '../feature';

/** Suspends and resumes an agent on a schedule. Part of a registry only if it has `drill()`. Which agent is a setting of the function: a caller could name any. */
export const drill = (agentName: string): RegistryFeature => ({
  functions: ({ names, place }) => [{
    name: names.drillFunction,
    handler: 'suspensionDrill',
    role: {
      name: names.drillRole,
      service: 'lambda',
      purpose: 'Only with `drill()`: suspends an agent and ends that suspension. The engine lets it end no other.',
      statements: [
        onRows([`${PLACEMENT_ROW}*`], allow('ReadAgents', ['dynamodb:GetItem'], [names.tableArn(place)])),
        onRows([requestKeys('schedule', 'drill'), requestKeys('schedule', 'end-drill')], allow('StoreRequests', ['dynamodb:PutItem'], [names.tableArn(place)])),
        allow('StartTransitions', ['states:StartExecution'], [names.stateMachineArn(place)]),
        allow('SeeOutcome', ['states:DescribeExecution'], [names.executionArns(place)]),
      ],
    },
    timeout: Duration.minutes(15),
    keyUse: { dynamodb: 'write' },
    // A failed drill must not be repeated by Lambda's retries: the alarm tells.
    deadLetters: true,
    environment: {
      [ENVIRONMENT.stateMachineArn]: names.stateMachineArn(place),
      [ENVIRONMENT.drillRuleArn]: names.ruleArn(place, names.drillRule),
      [ENVIRONMENT.drillAgent]: agentName,
    },
  }],
});
