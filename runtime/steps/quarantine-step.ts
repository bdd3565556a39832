import { RetryableError } from '../../src/core/errors';
import { PrincipalRecord } from '../lifecycle/placement-state';
import { denyAllArn, inspectPrincipal, isSimulatedAsDenied, quarantinePrincipal, restorePrincipal } from '../principal';
import { advance, Engine, eventContext, Run, Task } from './engine';
import { loadState, loadTask } from './load-task';

/**
 * Denies the plan's principals everything. The boundary to put back is written down before it is taken.
 *
 * @throws RetryableError `NotYetDenied` while IAM's simulator doesn't see the Deny
 */
export async function quarantineStep(engine: Engine, run: Run): Promise<Run> {
  const task = await loadTask(engine, run.requestId);
  const state = await loadState(engine, task);
  let waitSeconds = 0;
  for (const roleId of task.plan.quarantine) {
    const cutAt = await quarantineOne(engine, task, state.principals[roleId]);
    if (cutAt !== undefined) {
      const since = (engine.now().getTime() - cutAt.getTime()) / 1000;
      waitSeconds = Math.max(waitSeconds, Math.ceil(engine.config.propagationWaitSeconds - since));
    }
  }
  return advance(run, { waitSeconds: task.plan.wait ? Math.max(0, waitSeconds) : 0 });
}

/** Answers when the principal was cut, or nothing if it is gone. */
async function quarantineOne(engine: Engine, task: Task, principal: PrincipalRecord): Promise<Date | undefined> {
  const found = await inspectPrincipal(engine, principal);
  if (!found.present) {
    return undefined;
  }
  const isDenied = found.boundary === denyAllArn(engine) && principal.originalBoundary !== undefined && principal.cutAt !== undefined;
  const cutAt = isDenied ? new Date(principal.cutAt) : engine.now();
  if (!isDenied) {
    await engine.ledger.commit(task.request.placement, {
      principals: {
        [principal.roleId]: {
          cutAt: cutAt.toISOString(),
          originalBoundary: principal.originalBoundary === undefined ? found.boundary : principal.originalBoundary,
          ...(principal.status === 'live' ? { status: 'quarantined' as const } : {}),
        },
      },
    }, [], eventContext(engine, task.request));
  }
  await quarantinePrincipal(engine, principal, cutAt);
  if (!await isSimulatedAsDenied(engine, principal)) {
    throw new RetryableError('NotYetDenied', `principal ${principal.roleArn} is quarantined, and IAM's simulator doesn't see it yet`);
  }
  return cutAt;
}

/** Takes the quarantine off the plan's principals. */
export async function restoreStep(engine: Engine, run: Run): Promise<Run> {
  const task = await loadTask(engine, run.requestId);
  const state = await loadState(engine, task);
  for (const roleId of task.plan.restore) {
    const principal = state.principals[roleId];
    if (principal.originalBoundary !== undefined) {
      await restorePrincipal(engine, principal, principal.originalBoundary);
      await engine.ledger.commit(
        task.request.placement,
        { principals: { [roleId]: { status: 'live', originalBoundary: undefined, cutAt: undefined } } },
        [],
        eventContext(engine, task.request),
      );
    }
  }
  return advance(run);
}
