import { SectionRow } from './agent-rows';
import { Period } from './model';
import { SWEEP_APPROVED_TYPE, SWEEP_HELD_TYPE } from '../../../src/contract/registry-events';
import { SweepLedger } from '../../ledger';
import { occurrenceOf, registryEventId } from '../../model/registry-event';
import { Connection } from '../../operator/connection';
import { liftedLimit } from '../../operator/release-leavers';

/** What the ledger says now of the limits, and the evidence does not have. It keeps no history, so a row of it is no evidence. */
export async function limitRows(connection: Connection, { to }: Period, now: Date, inEvidence: ReadonlySet<string>): Promise<SectionRow[]> {
  const sweeps = new SweepLedger(connection.table);
  const [held, approvals, lifted] = await Promise.all([sweeps.held(), sweeps.approvals(now), liftedLimit(connection, now)]);
  const row = (what: string, at: string, by: string, key: string, sha256: string, limit: string, message: string): SectionRow => (
    { section: 'limits', at, agent: '', stage: '', what, by, facts: { limit, message }, evidence: [{ kind: 'ledger', key, version: '', id: '', number: 0, sha256 }] });
  const isMissing = (type: string, digest: string, at: string): boolean => (
    Date.parse(at) < to.getTime() && !inEvidence.has(registryEventId(connection.registry, connection.account, type, occurrenceOf({ digest, at }))));
  return [
    ...(held === undefined || !isMissing(SWEEP_HELD_TYPE, held.digest, held.since) ? [] : [
      row('sweep-held', held.since, '', 'the list that the last sweep held back', held.digest, 'SweepLimit', `${held.agents} agents are held back, ${held.allowed} would be allowed`),
    ]),
    ...approvals.filter(({ digest, at }) => isMissing(SWEEP_APPROVED_TYPE, digest, at)).map(({ at, by, digest, reason }) => (
      row('sweep-approved', at, by, 'the approval of a list, which no sweep has seen yet', digest, 'SweepLimit', reason))),
    ...(lifted === undefined ? [] : [row('leaver-limit-lifted', now.toISOString(), lifted.by, 'until when the limit of leavers is lifted', '', 'MassLeaverLimit', `lifted until ${lifted.until}`)]),
  ];
}
