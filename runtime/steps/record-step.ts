import { eventId } from '../../src/core/lifecycle-event';
import { buildCertificate, writeCertificate } from '../evidence';
import { publishOutbox } from '../ledger';
import { advance, Engine, eventContext, reportsId, Run, Task } from './engine';
import { loadState, loadTask } from './load-task';
import { PlannedEvent } from '../lifecycle/plan';

/** Writes what has happened: the certificate first, so that the event of the leave can name it, then state and events, then the bus. */
export async function recordStep(engine: Engine, run: Run): Promise<Run> {
  const task = await loadTask(engine, run.requestId);
  const events: PlannedEvent[] = [];
  for (const event of task.plan.events) {
    events.push(event.name === 'left' ? await certified(engine, task, event) : event);
  }
  await engine.ledger.commit(task.request.placement, task.plan.change ?? {}, events, eventContext(engine, task.request));
  await publishOutbox(engine.table, engine.bus, engine.config.busName, task.request.placement);
  engine.log.info('recorded', { agent: task.request.placement.agentName, events: events.map(({ name }) => name), requestId: run.requestId });
  return advance(run);
}

async function certified(engine: Engine, task: Task, event: PlannedEvent): Promise<PlannedEvent> {
  const state = await loadState(engine, task);
  const certificate = buildCertificate({
    id: eventId(task.request.placement, event.key),
    registry: engine.config.registry,
    state,
    principals: task.plan.retire.map((roleId) => state.principals[roleId]),
    reports: await engine.requests.reports(reportsId(task)),
    by: task.request.operator ?? task.request.stackId,
    rolesDeleted: task.plan.deletesRoles ?? false,
    leftAt: engine.now(),
  });
  const { key, sha256 } = await writeCertificate(engine.s3, engine.config.bucket, certificate);
  return { ...event, details: { ...event.details, certificate: key, certificateSha256: sha256 } };
}
