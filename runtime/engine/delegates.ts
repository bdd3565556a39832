import { Engine } from './engine';
import { MOST_HOPS } from '../../src/contract/delegation';
import { PlacementState, PrincipalRecord, remaining } from '../model/placement-state';

/**
 * The principals with which sessions of an agent may be open: those of its delegates, of their delegates, and so on. The agent's own declaration names
 * the first of them only, and the ledger knows what each of these declares.
 */
export async function delegatesOf({ ledger }: Pick<Engine, 'ledger'>, state: PlacementState): Promise<PrincipalRecord[]> {
  const { placement: { account, agentName } } = state;
  const seen = new Set([agentName]);
  const found: PrincipalRecord[] = [];
  let next = delegatesIn(state);
  for (let hop = 0; hop < MOST_HOPS && next.length > 0; hop++) {
    const names = [...new Set(next)].filter((name) => !seen.has(name));
    names.forEach((name) => seen.add(name));
    const states = (await Promise.all(names.map((name) => ledger.state({ account, agentName: name })))).filter((one) => one?.declared !== undefined);
    found.push(...states.flatMap((one) => remaining(one!).filter((principal) => isDelegate(one!, principal))));
    next = states.flatMap((one) => delegatesIn(one!));
  }
  return found;
}

/**
 * Whether the registry may write to a principal, by its tag. One to which nobody delegates any more has a guard that denies the sessions of all agents. Its
 * role was changed before the engine received that.
 */
function isDelegate({ declared, pending }: PlacementState, { roleId }: PrincipalRecord): boolean {
  return (pending?.from === roleId ? pending.previous : declared).isDelegate === true;
}

/** During a move also those of the former stage, where sessions may be open. */
function delegatesIn({ declared, pending }: PlacementState): readonly string[] {
  return [...declared?.delegates ?? [], ...pending?.previous.delegates ?? []];
}
