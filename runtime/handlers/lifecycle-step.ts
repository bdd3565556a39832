import { setTimeout as pause } from 'node:timers/promises';
import { BedrockAgentCoreControlClient } from '@aws-sdk/client-bedrock-agentcore-control';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { IAMClient } from '@aws-sdk/client-iam';
import { KMSClient } from '@aws-sdk/client-kms';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SNSClient } from '@aws-sdk/client-sns';
import { STSClient } from '@aws-sdk/client-sts';
import * as z from 'zod';
import { client, iamClientAs, iamLimiter, limited, plainCalls } from './clients';
import { agendaSettings, numberAs, optional, required, residues, tagPrefix } from './environment';
import { ledgerTable } from './table';
import { countOf, logger } from './telemetry';
import { ENDED_EXECUTION } from '../../src/contract/ended-execution';
import { ENVIRONMENT } from '../../src/contract/environment';
import { executionArn } from '../../src/contract/registry-names';
import { isRequestIdOf } from '../../src/contract/request-id';
import { dueWith } from '../engine/agenda';
import { Engine } from '../engine/engine';
import { executionInput, StepInput, stepInput } from '../engine/execution';
import { executionName } from '../engine/start-transition';
import { runStep } from '../engine/steps';
import { AskLedger, CallLimiter, PlacementLedger, PlacementLock, RequestLedger, Table } from '../ledger';

const endedExecution = z.object({
  'source': z.literal(ENDED_EXECUTION.source),
  'detail-type': z.literal(ENDED_EXECUTION.detailType),
  'detail': z.object({ executionArn: z.string(), input: z.string() }),
});

/** Clients for adopted roles, by the role through which each is reached. One for each step, because such a role may be deleted and created again. */
const reached = new Map<string, IAMClient>();

let wired: { readonly engine: Engine; readonly limiter: CallLimiter } | undefined;

/** Runs one step of the state machine, or handles an execution that ended early. */
export async function lifecycleStep(event: unknown): Promise<unknown> {
  const ended = endedExecution.safeParse(event);
  const input: StepInput = ended.success ? afterEnd(ended.data.detail) : stepInput.parse(event);
  wired ??= wire();
  // What a sweep asks for can wait. Deployments, operators and suspensions can't.
  wired.limiter.isBackground = isRequestIdOf(input.requestId, 'schedule', 'attend');
  reached.clear();
  logger.resetKeys();
  logger.appendKeys({ step: input.step, requestId: input.requestId });
  return runStep(wired.engine, input);
}

/** Why it ended is asked of Step Functions. */
function afterEnd({ executionArn: execution, input }: z.infer<typeof endedExecution>['detail']): StepInput {
  const { requestId, placement } = executionInput.parse(JSON.parse(input));
  return { step: 'Fail', requestId, placement, execution };
}

function wire(): NonNullable<typeof wired> {
  const table = ledgerTable();
  const limiter = iamLimiter(table, required(ENVIRONMENT.registryName));
  return { limiter, engine: makeEngine(table, limiter) };
}

function makeEngine(table: Table, limiter: CallLimiter): Engine {
  const registry = required(ENVIRONMENT.registryName);
  const agenda = agendaSettings();
  const localEndpoint = process.env.AWS_ENDPOINT_URL;
  const sponsorFunction = optional(ENVIRONMENT.sponsorFunction);
  const costFunction = optional(ENVIRONMENT.costFunction);
  const calls = plainCalls(required(ENVIRONMENT.partition));
  const [s3, secrets, lambda, bus] = [client(S3Client), client(SecretsManagerClient), client(LambdaClient), client(EventBridgeClient)];
  const sts = client(STSClient);
  const asks = new AskLedger(table);
  return {
    config: {
      registry,
      busName: required(ENVIRONMENT.eventBus),
      bucket: required(ENVIRONMENT.evidenceBucket),
      propagationWaitSeconds: Number(required(ENVIRONMENT.propagationWaitSeconds)),
      leaverLimit: { ...numberAs('count', ENVIRONMENT.massLeaverCount), ...numberAs('share', ENVIRONMENT.massLeaverShare) },
      agenda,
      ...(sponsorFunction === undefined ? {} : { sponsorFunction }),
      ...(costFunction === undefined ? {} : { costFunction }),
      ...(localEndpoint === undefined ? {} : { localEndpoint }),
    },
    revokerFunction: required(ENVIRONMENT.revokerFunction),
    keepAsked: (order) => asks.keep(order, new Date()),
    askIsOver: (placement, id) => asks.over(placement, id),
    partition: required(ENVIRONMENT.partition),
    registry,
    registryPath: required(ENVIRONMENT.registryPath),
    tagPrefix: tagPrefix(),
    table,
    ledger: new PlacementLedger(table, dueWith(agenda)),
    requests: new RequestLedger(table),
    lock: new PlacementLock(table),
    iam: limited(client(IAMClient), limiter),
    iamAs: (roleArn) => {
      const known = reached.get(roleArn) ?? limited(iamClientAs(sts, roleArn), limiter);
      reached.set(roleArn, known);
      return known;
    },
    secrets,
    cloudFormation: client(CloudFormationClient),
    stateMachine: client(SFNClient),
    executionOf: (request) => executionArn(required(ENVIRONMENT.stateMachineArn), executionName(request)),
    bus,
    lambda,
    scheduler: client(SchedulerClient),
    agentRuntimes: client(BedrockAgentCoreControlClient),
    calls,
    s3,
    wipes: residues(),
    policyClients: { s3, secrets, lambda, bus, calls, sns: client(SNSClient), kms: client(KMSClient), dynamodb: client(DynamoDBClient) },
    now: () => new Date(),
    pause: async (milliseconds) => pause(milliseconds),
    log: { info: (message, fields = {}) => logger.info(message, fields), warn: (message, fields = {}) => logger.warn(message, fields) },
    count: countOf(registry),
  };
}
