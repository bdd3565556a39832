import { Placement, placementKey } from '../../src/core/lifecycle-event';
import { knownAgents } from '../evidence';
import { Connection } from './connection';
import { placementOf, unknownAgent } from './placements';
import { VerifiedEvents, verifyEvents } from './verify-events';

export interface VerifiedPlacement extends VerifiedEvents {
  readonly agentName: string;
}

/** The verdict on one agent of a fleet, without its events, to keep the result small. */
export type Verdict = Pick<VerifiedPlacement, 'agentName' | 'chain' | 'evidence'>;

/** Number of chains that are read at the same time. */
const AT_ONCE = 8;

/** Whether chain and certificates are unchanged since the engine wrote them. */
export function isIntact({ chain, evidence }: Verdict): boolean {
  return chain.intact && evidence.every(({ verdict }) => verdict === 'intact');
}

/**
 * Computes the chain again from the first event, and compares it with the state and with the evidence.
 *
 * @throws InvalidInputError `AgentUnknown` if neither the ledger nor the evidence has a record of the agent
 */
export async function verifyPlacement(connection: Connection, agentName: string, now: Date): Promise<VerifiedPlacement> {
  const placement = placementOf(connection, agentName);
  const verified = await verifyEvents(connection, placement, now);
  if (verified === undefined) {
    throw unknownAgent(connection, placement);
  }
  return { agentName, ...verified };
}

/**
 * The same of every agent that the registry has or had: those that the ledger lists, and those of which the evidence has anything.
 *
 * @param tell receives the number of verified chains and the total
 */
export async function verifyFleet(connection: Connection, now: Date, tell: (done: number, all: number) => void): Promise<Verdict[]> {
  const { account, bucket, ledger, s3 } = connection;
  // First: an agent that joins meanwhile is in the ledger before it is in the evidence.
  const known = await knownAgents(s3, bucket, account);
  const listed = await ledger.fleet.list();
  const keys = new Set(listed.map(placementKey));
  const unlisted = known.map((agentName): Placement => ({ account, agentName })).filter((placement) => !keys.has(placementKey(placement)));
  const all = [
    ...listed.map((agent) => () => verdictOf(connection, agent, now)),
    ...unlisted.map((agent) => async () => notListed(await verdictOf(connection, agent, now))),
  ];
  const verdicts: Verdict[] = [];
  for (let start = 0; start < all.length; start += AT_ONCE) {
    tell(start, all.length);
    verdicts.push(...await Promise.all(all.slice(start, start + AT_ONCE).map((verify) => verify())));
  }
  return verdicts;
}

async function verdictOf(connection: Connection, { account, agentName }: Placement, now: Date): Promise<Verdict> {
  const verified = await verifyEvents(connection, { account, agentName }, now);
  return verified === undefined
    ? { agentName, chain: { intact: false, brokenAt: 0, reason: 'the fleet lists the agent, and the ledger has nothing of it' }, evidence: [] }
    : { agentName, chain: verified.chain, evidence: verified.evidence };
}

/** Of an agent that the evidence knows: what is wrong with its chain says more than that its row is missing. */
function notListed(verdict: Verdict): Verdict {
  return verdict.chain.intact ? { ...verdict, chain: { intact: false, brokenAt: 0, reason: 'the evidence has the agent, and the fleet in the ledger does not list it' } } : verdict;
}
