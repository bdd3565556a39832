import { SFNClient } from '@aws-sdk/client-sfn';
import { client } from './clients';
import { required } from './environment';
import { ledgerTable } from './table';
import { measureOf, logger } from './telemetry';
import { ENVIRONMENT } from '../../src/contract/environment';
import { METRICS } from '../../src/contract/metrics';
import { PlacementLedger, RequestLedger } from '../ledger';
import { drill } from '../suspension';

/** Suspends and resumes the registry's agent for drills, and records how long the suspension took. Nothing of its event is read: an invocation by hand can drill no other agent. */
export async function suspensionDrill(): Promise<{ latencyMs: number }> {
  const stateMachineArn = required(ENVIRONMENT.stateMachineArn);
  const registry = required(ENVIRONMENT.registryName);
  const placement = { account: stateMachineArn.split(':')[4], agentName: required(ENVIRONMENT.drillAgent) };
  const table = ledgerTable();
  const latencyMs = await drill({
    registry,
    ledger: new PlacementLedger(table),
    requests: new RequestLedger(table),
    stateMachine: client(SFNClient),
    stateMachineArn,
    rule: required(ENVIRONMENT.drillRuleArn),
    now: () => new Date(),
  }, placement);
  measureOf(registry)(METRICS.suspensionLatency, latencyMs);
  logger.info('drilled', { agent: placement.agentName, latencyMs });
  return { latencyMs };
}
