import { setTimeout as pause } from 'node:timers/promises';
import { BedrockAgentCoreControlClient } from '@aws-sdk/client-bedrock-agentcore-control';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { IAMClient } from '@aws-sdk/client-iam';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SFNClient } from '@aws-sdk/client-sfn';
import { z } from 'zod';
import { client } from './clients';
import { agendaSettings, numberAs, required } from './environment';
import { ledgerTable } from './table';
import { countOf, logger } from './telemetry';
import { ENDED_EXECUTION } from '../../src/contract/ended-execution';
import { ENVIRONMENT } from '../../src/contract/environment';
import { dueWith } from '../engine/agenda';
import { Engine } from '../engine/engine';
import { executionInput, StepInput, stepInput } from '../engine/execution';
import { runStep } from '../engine/steps';
import { PlacementLedger, PlacementLock, RequestLedger } from '../ledger';

const endedExecution = z.object({
  'source': z.literal(ENDED_EXECUTION.source),
  'detail-type': z.literal(ENDED_EXECUTION.detailType),
  'detail': z.object({ executionArn: z.string(), status: z.string(), input: z.string(), cause: z.string().nullish() }),
});

let engine: Engine | undefined;

/** Runs one step of the state machine, or handles an execution that ended early. */
export async function lifecycleStep(event: unknown): Promise<unknown> {
  const ended = endedExecution.safeParse(event);
  const input: StepInput = ended.success ? afterEnd(ended.data.detail) : stepInput.parse(event);
  engine ??= makeEngine();
  logger.resetKeys();
  logger.appendKeys({ step: input.step, requestId: input.requestId });
  return runStep(engine, input);
}

function afterEnd({ executionArn, status, input, cause }: z.infer<typeof endedExecution>['detail']): StepInput {
  const { requestId, placement } = executionInput.parse(JSON.parse(input));
  return {
    step: 'Fail',
    requestId,
    placement,
    execution: executionArn,
    error: { Error: 'TransitionEnded', Cause: `the execution ended as ${status}${cause ? `: ${cause}` : ''}: ${executionArn}` },
  };
}

function makeEngine(): Engine {
  const table = ledgerTable();
  const registry = required(ENVIRONMENT.registryName);
  const agenda = agendaSettings();
  const localEndpoint = process.env.AWS_ENDPOINT_URL;
  return {
    config: {
      registry,
      busName: required(ENVIRONMENT.eventBus),
      bucket: required(ENVIRONMENT.evidenceBucket),
      propagationWaitSeconds: Number(required(ENVIRONMENT.propagationWaitSeconds)),
      leaverLimit: { ...numberAs('count', ENVIRONMENT.massLeaverCount), ...numberAs('share', ENVIRONMENT.massLeaverShare) },
      agenda,
      ...(localEndpoint === undefined ? {} : { localEndpoint }),
    },
    partition: required(ENVIRONMENT.partition),
    registry,
    registryPath: required(ENVIRONMENT.registryPath),
    table,
    ledger: new PlacementLedger(table, dueWith(agenda)),
    requests: new RequestLedger(table),
    lock: new PlacementLock(table),
    iam: client(IAMClient),
    secrets: client(SecretsManagerClient),
    cloudFormation: client(CloudFormationClient),
    stateMachine: client(SFNClient),
    bus: client(EventBridgeClient),
    lambda: client(LambdaClient),
    scheduler: client(SchedulerClient),
    agentRuntimes: client(BedrockAgentCoreControlClient),
    s3: client(S3Client),
    now: () => new Date(),
    pause: async (milliseconds) => pause(milliseconds),
    log: { info: (message, fields = {}) => logger.info(message, fields), warn: (message, fields = {}) => logger.warn(message, fields) },
    count: countOf(registry),
  };
}
