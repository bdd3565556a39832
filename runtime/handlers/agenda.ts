import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { IAMClient } from '@aws-sdk/client-iam';
import { ENVIRONMENT } from '../../src/contract/environment';
import { Fleet, OrphanLedger, RequestLedger, SweepLedger } from '../ledger';
import { Sweeper, runSweepStep, sweepInput } from '../sweep';
import { client } from './clients';
import { agendaSettings, numberAs, optional, required } from './environment';
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
  return {
    registry,
    account: execution.split(':')[4],
    busName: required(ENVIRONMENT.eventBus),
    registryPath: required(ENVIRONMENT.registryPath),
    namePrefix: optional(ENVIRONMENT.namePrefix) ?? '',
    settings: agendaSettings(),
    limit: { ...numberAs('count', ENVIRONMENT.sweepCount), ...numberAs('share', ENVIRONMENT.sweepShare) },
    fleet: new Fleet(table),
    requests: new RequestLedger(table),
    sweeps: new SweepLedger(table),
    orphans: new OrphanLedger(table),
    bus: client(EventBridgeClient),
    iam: client(IAMClient),
    now: () => new Date(),
    count: countOf(registry),
  };
}
