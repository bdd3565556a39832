import { SectionRow } from './agent-rows';
import { Period } from './model';
import { SweepLedger } from '../../ledger';
import { Connection } from '../../operator/connection';
import { leaverLimitUntil } from '../../operator/release-leavers';

/** What the ledger says now of the limits. It keeps no history, so a row of it is no evidence. */
export async function limitRows(connection: Connection, { to }: Period, now: Date): Promise<SectionRow[]> {
  const sweeps = new SweepLedger(connection.table);
  const [held, approvals, lifted] = await Promise.all([sweeps.held(), sweeps.approvals(now), leaverLimitUntil(connection, now)]);
  const row = (what: string, at: string, by: string, key: string, sha256: string, limit: string, message: string): SectionRow => (
    { section: 'limits', at, agent: '', stage: '', what, by, facts: { limit, message }, evidence: [{ kind: 'ledger', key, version: '', id: '', number: 0, sha256 }] });
  return [
    ...(held === undefined || Date.parse(held.since) >= to.getTime() ? [] : [row('sweep-held', held.since, '', 'the list that the last sweep held back', held.digest, 'SweepLimit', `${held.agents} agents are held back, ${held.allowed} would be allowed`)]),
    ...approvals.filter(({ at }) => Date.parse(at) < to.getTime()).map(({ at, by, digest, reason }) => row('sweep-approved', at, by, 'the approval of a list', digest, 'SweepLimit', reason)),
    ...(lifted === undefined ? [] : [row('leaver-limit-lifted', now.toISOString(), '', 'until when the limit of leavers is lifted', '', 'MassLeaverLimit', `lifted until ${lifted}`)]),
  ];
}
