import { wiperNamed } from '../../aws/wipers';
import { mergeReports, runWiper, WipeReport } from '../../wiping';
import { Engine } from '../engine';
import { StepInput } from '../execution';
import { loadPlannedRequest, reportsId, stateOf } from '../loaded-request';
import { heldByStack, sparing } from './deleted-credentials';
import { targetOf } from './target';

/** Runs a batch of wipers side by side. If one fails, the others still wipe. */
export async function wipe(engine: Engine, input: StepInput): Promise<{ batch: string; wiped: number; remains: number }> {
  const loaded = await loadPlannedRequest(engine, input);
  const { name = '', wipers = [] } = input.batch ?? {};
  const target = await targetOf(engine, loaded, stateOf(loaded));
  const id = reportsId(loaded);
  const reports = new Map((await engine.requests.reports(id)).filter(({ wiper }) => wipers.includes(wiper)).map((report) => [report.wiper, report]));
  const keep = async (found: readonly WipeReport[]): Promise<void> => {
    found.forEach((report) => reports.set(report.wiper, mergeReports(reports.get(report.wiper), report)));
    await engine.requests.saveReports(id, name, [...reports.values()], engine.now());
  };
  const held = await heldByStack(engine, loaded.plan, stateOf(loaded));
  const runs = wipers.map((wiper) => runWiper(engine, sparing(wiperNamed(wiper), held), target));
  // Findings are stored before anything is deleted. Otherwise a process that dies in between would leave no record of them.
  const looked = await Promise.allSettled(runs.map(({ found }) => found));
  await keep(fulfilled(looked));
  const wiped = await Promise.allSettled(runs.map((run, index) => looked[index].status === 'fulfilled' ? run.wipe() : run.found));
  await keep(fulfilled(wiped));
  const failed = wiped.find((result) => result.status === 'rejected');
  if (failed !== undefined) {
    throw failed.reason;
  }
  const all = [...reports.values()];
  return { batch: name, wiped: all.flatMap((report) => report.wiped).length, remains: all.flatMap(({ remains }) => remains).length };
}

function fulfilled<T>(results: readonly PromiseSettledResult<T>[]): T[] {
  return results.flatMap((result) => result.status === 'fulfilled' ? [result.value] : []);
}
