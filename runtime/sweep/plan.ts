import { createHash } from 'node:crypto';
import { tellApproved, tellHeld } from './held';
import { lineOf } from './line';
import { Sweep, Sweeper } from './sweep';
import { walk } from './walk';
import { canonicalJson } from '../../src/core/canonical-json';
import { mostAllowed } from '../ledger';

/**
 * Decides what a sweep may do. All agents that it would suspend or remove are listed before the first one is touched. If they are too many, none of them
 * is, except those on a list that an operator approved.
 */
export async function planSweep(sweeper: Sweeper): Promise<Sweep> {
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
  const approvals = await sweeps.approvals(now());
  const digests = approvals.map(({ digest }) => digest);
  const lists = await Promise.all(digests.map((digest) => sweeps.list(digest)));
  for (const [index, approval] of approvals.entries()) {
    await tellApproved(sweeper, approval, lists[index].length);
  }
  return { digests, lines: new Set(lists.flat()) };
}
