import { createHash } from 'node:crypto';
import { lineOf } from './line';
import { Sweep, SweepItem, SweepPage, Sweeper } from './sweep';
import { partOf } from './walk';
import { requestIdOf } from '../../src/contract/request-id';
import { placementKey } from '../../src/core/lifecycle-event';
import { executionName } from '../engine/start-transition';
import { agentsAtOnce, DueEntry } from '../ledger';
import { Attend, LifecycleRequest } from '../model/request';

/** Requests that are stored at the same time. */
const AT_ONCE = 25;

/** Stores a request for each agent of the next page, and returns the executions to start. A repetition returns the same ones. */
export async function pageOfSweep(sweeper: Sweeper, sweep: Sweep, execution: string): Promise<SweepPage> {
  const { entries, next } = await partOf(sweeper.fleet, sweep);
  const permitted = entries.some((entry) => lineOf(entry, sweep.until) !== undefined) ? await linesOf(sweeper, sweep) : new Set<string>();
  const requests = entries.flatMap((entry) => requestOf(sweeper, sweep, execution, entry, permitted) ?? []);
  for (let start = 0; start < requests.length; start += AT_ONCE) {
    await Promise.all(requests.slice(start, start + AT_ONCE).map((request) => sweeper.requests.save({ request }, sweeper.now())));
  }
  const { next: _done, ...rest } = sweep;
  return {
    items: requests.map(itemOf),
    sweep: next === undefined ? rest : { ...rest, next },
    concurrency: agentsAtOnce(await sweeper.limiter.rate(), sweeper.concurrency),
    more: next !== undefined,
  };
}

function itemOf(request: LifecycleRequest<Attend>): SweepItem {
  const { requestId, placement } = request;
  return { name: executionName(request), input: { requestId, placement } };
}

async function linesOf({ sweeps }: Sweeper, { permitted }: Sweep): Promise<ReadonlySet<string>> {
  return new Set((await Promise.all(permitted.map((digest) => sweeps.list(digest)))).flat());
}

/** Undefined if the agent would be suspended, removed or passed on and may not be, and nothing else is due for it. */
function requestOf(
  { registry }: Sweeper, { until }: Sweep, execution: string, entry: DueEntry, permitted: ReadonlySet<string>,
): LifecycleRequest<Attend> | undefined {
  const { account, agentName } = entry.summary;
  const line = lineOf(entry, until);
  const mayRemove = line !== undefined && permitted.has(line);
  const { dueReason, removal, besidesAt } = entry;
  const isOtherDue = dueReason !== removal?.reason || (besidesAt !== undefined && besidesAt <= until);
  if (line !== undefined && !mayRemove && !isOtherDue) {
    return undefined;
  }
  const placement = { account, agentName };
  // Each sweep asks again: the decision about an earlier request is stored and doesn't change.
  const unique = createHash('sha256').update(`${execution}\n${placementKey(placement)}`).digest('hex').slice(0, 40);
  const requestId = requestIdOf('schedule', 'attend', unique);
  return { requestId, registry, placement, origin: { kind: 'schedule', arn: execution }, intent: { kind: 'attend', mayRemove } };
}
