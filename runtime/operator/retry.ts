import { askEngine, Asking } from './ask-engine';
import { Connection } from './connection';
import { showPlacement } from './placements';
import { Proposal } from './proposal';
import { RefusedError } from '../../src/core/errors';
import { PlacementState, remaining, statusOf } from '../model/placement-state';

/**
 * Reads what of an agent failed or waits, and says so. Only the engine knows the registry's settings, so it decides what of that can be done now.
 *
 * @throws InvalidInputError `AgentUnknown`
 * @throws RefusedError `NothingToRetry`
 */
export async function proposeRetry(connection: Connection, agentName: string, asking: Asking): Promise<Proposal<PlacementState>> {
  const state = await showPlacement(connection, agentName);
  const waiting = waitingOf(state);
  if (waiting.length === 0) {
    throw new RefusedError('NothingToRetry', `agent ${agentName} is ${statusOf(state)}, and nothing of it has failed or waits: see nhi show ${agentName}`);
  }
  return {
    will: [`agent ${agentName} in account ${state.placement.account}, ${statusOf(state)}: do again what failed or waits`, ...waiting.map((line) => `  ${line}`)],
    make: () => askEngine(connection, agentName, { kind: 'retry' }, asking),
  };
}

/** What of an agent is not as it should be when everything was done. */
export function waitingOf(state: PlacementState): string[] {
  const { status, trouble, agenda, suspension, present, principals, pending } = state;
  const left = remaining(state).filter(({ roleId }) => status === 'leaving' || roleId !== present);
  return [
    ...(trouble === undefined ? [] : [`failed since ${trouble.since}: ${trouble.code}: ${trouble.message}`]),
    ...(agenda?.postponed === undefined ? [] : [`postponed until ${agenda.postponed.until}: ${agenda.postponed.code}`]),
    ...(status === 'leaving' ? ['its teardown has begun and is not complete'] : []),
    ...left.map(({ roleArn, roleId, status: its }) => `not retired yet, ${its}: ${roleArn} (${roleId})`),
    ...(pending === undefined || status !== 'active' ? [] : [`a move to ${principals[pending.to].stage} is not settled`]),
    ...Object.values(principals).flatMap(({ orphanSince, awaitedBy, roleArn }) => (orphanSince === undefined || awaitedBy === undefined ? [] : [`left over since ${orphanSince}: ${roleArn}`])),
    ...(suspension === undefined || !['suspending', 'suspended-partly'].includes(statusOf(state)) ? [] : ['its suspension is not complete']),
    ...(suspension?.cuts ?? []).flatMap(({ name, rest = [] }) => rest.map((one) => `still on: ${name} ${one}`)),
  ];
}
