import { Asking } from './ask-engine';
import { Connection } from './connection';
import { Proposal } from './proposal';
import { InvalidInputError } from '../../src/core/errors';
import { APPROVAL_DAYS, HeldSweep, SweepLedger } from '../ledger';

export interface ApprovedSweep extends HeldSweep {
  readonly by: string;
  readonly reason: string;
}

/** The list that the last sweep held back. Undefined if it held back none. */
export function heldSweep({ table }: Connection): Promise<HeldSweep | undefined> {
  return new SweepLedger(table).held();
}

/**
 * Shows the list that the last sweep held back, and approves exactly that list. If another agent is due in the meantime, it is not on the list.
 *
 * @param digest digest of the list that the operator looked at; without it, the list of the last sweep
 * @throws InvalidInputError `NothingHeld`, `HeldListChanged`
 */
export async function proposeApproval(
  connection: Connection, { digest, reason }: { readonly digest?: string; readonly reason: string }, { now }: Asking,
): Promise<Proposal<ApprovedSweep>> {
  const { table, operator: by, registry } = connection;
  const sweeps = new SweepLedger(table);
  const held = await sweeps.held();
  if (held === undefined) {
    throw new InvalidInputError('NothingHeld', `the last sweep of the registry ${registry} held nothing back: there is nothing to approve`);
  }
  const lines = await sweeps.list(held.digest);
  if ((digest !== undefined && digest !== held.digest) || lines.length !== held.agents) {
    throw new InvalidInputError('HeldListChanged', `the list that the last sweep held back is ${held.digest} now, with ${held.agents} agents: look at it again`);
  }
  return {
    will: [
      `registry ${registry}: let the next sweeps suspend or remove these ${held.agents} agents, which were held back since ${held.since}; ${held.allowed} would be allowed without approval`,
      ...lines.map((line) => `  ${line}`),
      `  list ${held.digest}; the approval ends after ${APPROVAL_DAYS} days`,
    ],
    make: async () => {
      await sweeps.approve({ digest: held.digest, by, at: now.toISOString(), reason }, now);
      return { ...held, by, reason };
    },
  };
}
