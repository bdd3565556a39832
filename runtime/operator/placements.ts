import { believed } from './believed';
import { Connection } from './connection';
import { validateAgentName } from '../../src/core/agent-name';
import { InvalidInputError } from '../../src/core/errors';
import { Placement } from '../../src/core/lifecycle-event';
import { hashesTold } from '../certificate';
import { readCertificates, readCopies, ToldEvidence } from '../evidence';
import { PlacementState } from '../model/placement-state';

/** @throws InvalidInputError `AgentUnknown` */
export async function showPlacement(connection: Connection, agentName: string): Promise<PlacementState> {
  const placement = placementOf(connection, agentName);
  const state = await connection.ledger.state(placement);
  if (state?.declared === undefined) {
    throw unknownAgent(connection, placement);
  }
  return state;
}

/** @throws InvalidInputError `AgentUnknown`, `CertificateMissing` */
export async function certificatesOf(connection: Connection, agentName: string): Promise<ToldEvidence> {
  const { ledger, s3, bucket } = connection;
  const placement = placementOf(connection, agentName);
  const recorded = await ledger.events(placement);
  const events = recorded.length > 0 ? recorded : believed([], await readCopies(s3, bucket, placement));
  const certificates = await readCertificates(s3, bucket, placement, hashesTold(events));
  if (certificates.leaves.length + certificates.unknown.length > 0) {
    return certificates;
  }
  const { status } = await showPlacement(connection, agentName);
  throw new InvalidInputError('CertificateMissing', status === 'left'
    ? `the ledger says that agent ${agentName} has left, and ${connection.bucket} has no certificate of it: the evidence was removed, or this is another bucket`
    : `agent ${agentName} is ${status}: it gets its decommission certificate when it has left; see nhi show ${agentName}`);
}

export function placementOf({ account }: Connection, agentName: string): Placement {
  return { account, agentName: validateAgentName(agentName) };
}

export function unknownAgent({ table, region }: Connection, { account, agentName }: Placement): InvalidInputError {
  return new InvalidInputError('AgentUnknown', `the ledger ${table.name} in ${region} has no agent ${agentName} in account ${account}: see nhi list`);
}
