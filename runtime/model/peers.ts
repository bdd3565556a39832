import { isLiving, PeerEntry, PlacementState } from './placement-state';
import { isKnownService, serviceOf } from './services';
import { EVERY_STAGE } from '../../src/contract/lifecycle-resource';

/** The living agents of a stage, as counted. */
export interface PeerCounts {
  readonly agents: number;
  /** How many of them declare access to a service. */
  readonly having: ReadonlyMap<string, number>;
}

/** An expression of DynamoDB has at most 300 operators and 4 KB. A change of an agent takes back and adds. */
const MOST_COUNTED = 100;

/** What a state adds. Undefined for an agent that does not live. Only services that AWS has are counted, so the counters of a stage stay small whatever agents declare. */
export function peerEntryOf(state: PlacementState): PeerEntry | undefined {
  if (!isLiving(state)) {
    return undefined;
  }
  const { stage, access } = state.declared;
  const grants = access?.stages.filter((one) => one.stage === stage || one.stage === EVERY_STAGE).flatMap((one) => one.grants) ?? [];
  const services = grants.filter(({ effect }) => effect === undefined).flatMap(({ actions }) => actions.map(serviceOf));
  return { stage, services: [...new Set(services)].filter(isKnownService).sort().slice(0, MOST_COUNTED) };
}

/** The counts without one of the agents. */
export function withoutOne({ agents, having }: PeerCounts, one: PeerEntry | undefined): PeerCounts {
  return one === undefined ? { agents, having } : {
    agents: agents - 1,
    having: new Map([...having].map(([service, count]) => [service, one.services.includes(service) ? count - 1 : count])),
  };
}
