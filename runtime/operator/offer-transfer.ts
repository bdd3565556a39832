import { askEngine, Asking } from './ask-engine';
import { Connection } from './connection';
import { showPlacement } from './placements';
import { Proposal } from './proposal';
import { InvalidInputError } from '../../src/core/errors';
import { PlacementState } from '../model/placement-state';
import { OfferTransfer } from '../model/request';

/**
 * Reads who owns an agent, and says to which stack it will be offered. Without a stack, the operators' offer is withdrawn.
 *
 * @throws InvalidInputError `AgentUnknown`, `OwnedByThatStack`
 */
export async function proposeTransfer(
  connection: Connection, agentName: string, toStack: string | undefined, asking: Asking,
): Promise<Proposal<PlacementState>> {
  const state = await showPlacement(connection, agentName);
  if (toStack === state.owner.stackName) {
    throw new InvalidInputError('OwnedByThatStack', `agent ${agentName} is stack ${toStack}'s already: name the stack that takes it over`);
  }
  if (toStack === state.offeredTo) {
    return { will: [asItIs(state)], nothingToDo: true, make: async () => state };
  }
  const intent: OfferTransfer = { kind: 'offer-transfer', ...(toStack === undefined ? {} : { toStack }) };
  return { will: toStack === undefined ? withdrawn(state) : offered(state, toStack), make: () => askEngine(connection, agentName, intent, asking) };
}

function asItIs({ placement: { agentName }, offeredTo, declared, owner }: PlacementState): string {
  if (offeredTo !== undefined) {
    return `nothing to do: agent ${agentName} is offered to stack ${offeredTo} already`;
  }
  const byCode = declared.transferTo === undefined ? '' : `; its own code offers it to ${declared.transferTo}: to end that, deploy stack ${owner.stackName} without transferTo`;
  return `nothing to do: no operator has offered agent ${agentName} to a stack${byCode}`;
}

function withdrawn({ placement: { agentName }, offeredTo, owner }: PlacementState): string[] {
  return [`agent ${agentName} of stack ${owner.stackName}: withdraw the offer to stack ${offeredTo}`];
}

function offered({ placement: { agentName }, offeredTo, owner }: PlacementState, toStack: string): string[] {
  return [
    `agent ${agentName} of stack ${owner.stackName}: allow stack ${toStack} to take it over, by transferFrom (and another stage, unless role names are generated)`,
    ...(offeredTo === undefined ? [] : [`  instead of stack ${offeredTo}, to which it is offered now`]),
  ];
}
