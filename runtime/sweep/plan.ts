import { createHash } from 'node:crypto';
import { tellApproved, tellHeld } from './held';
import { lineOf } from './line';
import { Sweep, Sweeper, SweepPlan } from './sweep';
import { walk } from './walk';
import { canonicalJson } from '../../src/core/canonical-json';
import { reasonOf } from '../../src/core/errors';
import { shown } from '../../src/core/shown';
import { mostAllowed } from '../ledger';

/**
 * Decides what a sweep may do. All agents that it would suspend or remove are listed before the first one is touched. If they are too many, none of them
 * is, except those on a list that an operator approved.
 */
export async function planSweep(sweeper: Sweeper): Promise<SweepPlan> {
  const { sweeps, fleet, limit, now, settings: agenda } = sweeper;
  const settings = createHash('sha256').update(canonicalJson({ ...agenda, warningSeconds: [...agenda.warningSeconds] })).digest('hex');
  const until = now().toISOString().replace(/\.\d+Z$/, 'Z');
  const of = await sweeps.settings() === settings ? 'due' as const : 'all' as const;
  const removals = await removalsOf(sweeper, { until, of, permitted: [], settings });
  const approved = await approvedLists(sweeper);
  const others = removals.filter((line) => !approved.lines.has(line));
  const allowed = others.length === 0 ? 0 : mostAllowed(limit, await fleet.count());
  if (others.length > allowed) {
    await tellHeld(sweeper, others, allowed);
    return { until, of, permitted: approved.digests, settings };
  }
  await sweeps.clearHeld();
  return { until, of, permitted: [...approved.digests, ...(others.length === 0 ? [] : [await sweeps.saveList(others, now())])], settings };
}

async function removalsOf({ fleet }: Sweeper, sweep: Sweep): Promise<string[]> {
  const lines: string[] = [];
  for await (const entries of walk(fleet, sweep)) {
    lines.push(...entries.flatMap((entry) => lineOf(entry, sweep.until) ?? []));
  }
  return lines;
}

async function approvedLists(sweeper: Sweeper): Promise<{ readonly digests: string[]; readonly lines: ReadonlySet<string> }> {
  const { sweeps, now } = sweeper;
  const digests: string[] = [];
  const lines: string[] = [];
  for (const approval of await sweeps.approvals(now())) {
    const list = await sweeps.list(approval.digest);
    try {
      await tellApproved(sweeper, approval, list.length);
    } catch (error) {
      // Operators write approvals. One that can't be recorded permits nothing, and must not stop what is due for others.
      sweeper.warn('an approval could not be recorded', { digest: shown(String(approval.digest)), reason: reasonOf(error) });
      continue;
    }
    digests.push(approval.digest);
    lines.push(...list);
  }
  return { digests, lines: new Set(lines) };
}
