import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { IAMClient } from '@aws-sdk/client-iam';
import { S3Client } from '@aws-sdk/client-s3';
import { DescribeExecutionCommand, SFNClient } from '@aws-sdk/client-sfn';
import { ENVIRONMENT } from '../../src/contract/environment';
import { putOnce } from '../evidence';
import { Fleet, OrphanLedger, RequestLedger, SweepLedger } from '../ledger';
import { Sweeper, runSweepStep, sweepInput } from '../sweep';
import { client, iamLimiter, limited } from './clients';
import { agendaSettings, numberAs, required, roleNaming } from './environment';
import { ledgerTable } from './table';
import { countOf, logger } from './telemetry';

/** Does one step of a sweep of the agenda. */
export async function agenda(event: unknown): Promise<unknown> {
  const input = sweepInput.parse(event);
  logger.resetKeys();
  logger.appendKeys({ step: input.step, execution: input.execution });
  return runSweepStep(makeSweeper(input.execution), input);
}

function makeSweeper(execution: string): Sweeper {
  const table = ledgerTable();
  const registry = required(ENVIRONMENT.registryName);
  const limiter = iamLimiter(table, registry);
  limiter.isBackground = true;
  const s3 = client(S3Client);
  const bucket = required(ENVIRONMENT.evidenceBucket);
  return {
    registry,
    account: execution.split(':')[4],
    busName: required(ENVIRONMENT.eventBus),
    registryPath: required(ENVIRONMENT.registryPath),
    ...roleNaming(),
    settings: agendaSettings(),
    limit: { ...numberAs('count', ENVIRONMENT.sweepCount), ...numberAs('share', ENVIRONMENT.sweepShare) },
    concurrency: Number(required(ENVIRONMENT.sweepConcurrency)),
    limiter,
    fleet: new Fleet(table),
    requests: new RequestLedger(table),
    sweeps: new SweepLedger(table),
    orphans: new OrphanLedger(table),
    bus: client(EventBridgeClient),
    keep: (key, text) => putOnce(s3, bucket, key, text),
    iam: limited(client(IAMClient), limiter),
    isRunning,
    now: () => new Date(),
    count: countOf(registry),
    warn: (message, details) => logger.warn(message, details),
  };
}

/** Its role may ask about executions of the sweeps' state machine, and about no others. */
async function isRunning(executionArn: string): Promise<boolean> {
  try {
    const { status } = await client(SFNClient).send(new DescribeExecutionCommand({ executionArn }));
    return status === 'RUNNING';
  } catch (error) {
    if (error instanceof Error && /^(ExecutionDoesNotExist|InvalidArn|AccessDenied.*)$/.test(error.name)) {
      return false;
    }
    throw error;
  }
}
