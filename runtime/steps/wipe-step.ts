import { IncompleteError, InvalidInputError } from '../../src/core/errors';
import { PlacementState } from '../lifecycle/placement-state';
import { deletePrincipal, terminatePrincipal } from '../principal';
import { runWiper, Wiper, WipeReport, WIPERS, WipeTarget } from '../wipers';
import { wipersOf } from './begin';
import { advance, Engine, reportsId, Run, Task } from './engine';
import { loadState, loadTask } from './load-task';

/** One wiper's work; the state machine runs them side by side. */
export async function wipeStep(engine: Engine, requestId: string, wiperName: string): Promise<{ wiper: string; wiped: number; remains: number }> {
  const task = await loadTask(engine, requestId);
  const keep = (report: WipeReport): Promise<void> => engine.requests.saveReport(reportsId(task), report, engine.now());
  const report = await runWiper(engine, wiperNamed(wiperName), targetOf(task, await loadState(engine, task)), keep);
  await keep(report);
  return { wiper: wiperName, wiped: report.wiped.length, remains: report.remains.length };
}

/**
 * Looks again at everything, after all wipers: one may have uncovered or undone another's work.
 *
 * @throws IncompleteError `TeardownIncomplete` with what remains
 */
export async function verifyStep(engine: Engine, run: Run): Promise<Run> {
  const task = await loadTask(engine, run.requestId);
  const target = targetOf(task, await loadState(engine, task));
  const reasons = new Map((await engine.requests.reports(reportsId(task))).flatMap(({ remains }) => remains.map(({ id, note }) => [id, note])));
  const remains: string[] = [];
  for (const name of wipersOf(task.plan)) {
    try {
      const found = await wiperNamed(name).list(engine, target);
      remains.push(...found.filter(({ actedOn }) => actedOn).map(({ id }) => `${id} (${reasons.get(id) ?? 'came up after it was wiped'})`));
    } catch (error) {
      // What can't be looked at may be there.
      remains.push(`${name} (could not be looked at: ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)})`);
    }
  }
  if (remains.length > 0) {
    throw new IncompleteError('TeardownIncomplete', `of agent ${task.request.placement.agentName} remain ${remains.length}: ${remains.join('; ')}`, remains);
  }
  return run;
}

/** Nobody may take the principals any more. CloudFormation deletes their roles, unless it has given that up. */
export async function terminateStep(engine: Engine, run: Run): Promise<Run> {
  const task = await loadTask(engine, run.requestId);
  const state = await loadState(engine, task);
  for (const roleId of task.plan.retire) {
    await terminatePrincipal(engine, state.principals[roleId]);
    if (task.plan.deletesRoles) {
      await deletePrincipal(engine, state.principals[roleId]);
    }
  }
  return advance(run);
}

function targetOf(task: Task, state: PlacementState): WipeTarget {
  const { request, plan } = task;
  return {
    registry: request.registry,
    agentName: request.placement.agentName,
    account: request.placement.account,
    principals: plan.retire.map((roleId) => state.principals[roleId]),
    ownSecrets: plan.secrets ?? [],
  };
}

function wiperNamed(name: string): Wiper {
  const wiper = WIPERS.find((candidate) => candidate.name === name);
  if (wiper === undefined) {
    throw new InvalidInputError('WiperUnknown', `there is no wiper ${JSON.stringify(name)}`);
  }
  return wiper;
}
