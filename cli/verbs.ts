import { Connection } from './connect';
import { DecommissionCertificate, readCertificates } from '../runtime/evidence';
import { liftLeaverLimit, PlacementSummary } from '../runtime/ledger';
import { PlacementState } from '../runtime/lifecycle/placement-state';
import { validateAgentName } from '../src/core/agent-name';
import { InvalidInputError } from '../src/core/errors';
import { ChainVerdict, verifyChain } from '../src/core/hash-chain';
import { LifecycleEvent, Placement } from '../src/core/lifecycle-event';

export function listFleet({ ledger }: Connection): Promise<PlacementSummary[]> {
  return ledger.fleet();
}

export async function showPlacement(connection: Connection, agentName: string): Promise<PlacementState> {
  const placement = placementOf(connection, agentName);
  const state = await connection.ledger.state(placement);
  if (state === undefined) {
    throw new InvalidInputError('AgentUnknown', `the ledger ${connection.table.name} has no agent ${agentName} in account ${placement.account}: see nhi list`);
  }
  return state;
}

export interface VerifiedPlacement {
  readonly agentName: string;
  readonly chain: ChainVerdict;
  readonly events: readonly LifecycleEvent[];
}

/** Recomputes the chain from the first event, and compares its end with the state's. */
export async function verifyPlacement(connection: Connection, agentName: string): Promise<VerifiedPlacement> {
  const { placement, lastHash } = await showPlacement(connection, agentName);
  // One that was tampered with may be no event at all.
  const events = (await connection.ledger.events(placement)).map((event) => event ?? {} as LifecycleEvent);
  return { agentName, events, chain: verifyChain(events, lastHash) };
}

export async function certificatesOf(connection: Connection, agentName: string): Promise<DecommissionCertificate[]> {
  const certificates = await readCertificates(connection.s3, connection.bucket, placementOf(connection, agentName));
  if (certificates.length === 0) {
    throw new InvalidInputError('CertificateMissing', `agent ${agentName} has no decommission certificate in ${connection.bucket}: it has not left; see nhi show ${agentName}`);
  }
  return certificates;
}

export async function releaseLeavers({ table, operator }: Connection, minutes: number, now: Date): Promise<{ until: string; operator: string }> {
  const until = new Date(now.getTime() + minutes * 60_000);
  await liftLeaverLimit(table, until, operator);
  return { until: until.toISOString(), operator };
}

function placementOf({ account }: Connection, agentName: string): Placement {
  return { account, agentName: validateAgentName(agentName) };
}
