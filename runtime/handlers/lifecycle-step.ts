import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { IAMClient } from '@aws-sdk/client-iam';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SFNClient } from '@aws-sdk/client-sfn';
import { z } from 'zod';
import { client } from './clients';
import { optionalNumber, required } from './environment';
import { ledgerTable } from './table';
import { countOf, logger } from './telemetry';
import { PlacementLedger, PlacementLock, RequestLedger } from '../ledger';
import { answerFailedStep, answerStep, begin, Engine, quarantineStep, recordStep, restoreStep, Run, terminateStep, verifyStep, wipeStep } from '../steps';

const input = z.object({
  operation: z.enum(['begin', 'quarantine', 'restore', 'wipe', 'verify', 'terminate', 'record', 'answer', 'answerFailed']),
  execution: z.string().min(1),
  requestId: z.string().min(1),
  run: z.custom<Run>((value) => typeof value === 'object' && value !== null).optional(),
  wiper: z.string().optional(),
  error: z.object({ Error: z.string().optional(), Cause: z.string().optional() }).optional(),
});

let engine: Engine | undefined;

/** One step of the state machine. */
export async function lifecycleStep(event: unknown): Promise<unknown> {
  const { operation, execution, requestId, run, wiper, error } = input.parse(event);
  engine ??= makeEngine();
  logger.resetKeys();
  logger.appendKeys({ operation, requestId });
  const current = run ?? { requestId, steps: [], next: 'Answer', waitSeconds: 0, wipers: [] };
  switch (operation) {
    case 'begin': return begin(engine, requestId, execution);
    case 'quarantine': return quarantineStep(engine, current);
    case 'restore': return restoreStep(engine, current);
    case 'wipe': return wipeStep(engine, requestId, wiper ?? '');
    case 'verify': return verifyStep(engine, current);
    case 'terminate': return terminateStep(engine, current);
    case 'record': return recordStep(engine, current);
    case 'answer': return answerStep(engine, current, execution);
    case 'answerFailed': return answerFailedStep(engine, requestId, execution, error ?? {});
  }
}

function makeEngine(): Engine {
  const table = ledgerTable();
  const registry = required('REGISTRY_NAME');
  const localEndpoint = process.env.AWS_ENDPOINT_URL;
  return {
    config: {
      registry,
      busName: required('EVENT_BUS'),
      bucket: required('EVIDENCE_BUCKET'),
      propagationWaitSeconds: Number(required('PROPAGATION_WAIT_SECONDS')),
      leaverLimit: {
        ...numberAs('count', 'MASS_LEAVER_COUNT'),
        ...numberAs('share', 'MASS_LEAVER_SHARE'),
      },
      ...(localEndpoint === undefined ? {} : { localEndpoint }),
    },
    partition: required('PARTITION'),
    registry,
    registryPath: required('REGISTRY_PATH'),
    table,
    ledger: new PlacementLedger(table),
    requests: new RequestLedger(table),
    lock: new PlacementLock(table),
    iam: client(IAMClient),
    secrets: client(SecretsManagerClient),
    cloudFormation: client(CloudFormationClient),
    stateMachine: client(SFNClient),
    bus: client(EventBridgeClient),
    s3: client(S3Client),
    now: () => new Date(),
    log: { info: (message, fields = {}) => logger.info(message, fields), warn: (message, fields = {}) => logger.warn(message, fields) },
    count: countOf(registry),
  };
}

function numberAs<K extends string>(key: K, variable: string): { readonly [P in K]?: number } {
  const value = optionalNumber(variable);
  return value === undefined ? {} : { [key]: value } as { [P in K]: number };
}
