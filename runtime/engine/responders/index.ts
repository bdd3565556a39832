import { Origin } from '../../model/request';
import { Engine } from '../engine';
import { Answered } from '../run';
import { Task } from '../task';
import { respondToCloudFormation } from './cloudformation';

type Respond = (engine: Engine, task: Task, answered: Answered) => Promise<void>;

// An operator reads the outcome from the execution, which returns it.
const inExecution: Respond = async () => undefined;

const RESPONDERS: { readonly [K in Origin['kind']]: Respond } = {
  cloudformation: respondToCloudFormation,
  operator: inExecution,
  schedule: inExecution,
  event: inExecution,
  page: inExecution,
};

/** Sends the outcome to the requester. Repeating it does no harm. */
export async function respond(engine: Engine, task: Task, answered: Answered): Promise<void> {
  const { origin, placement } = task.request;
  await RESPONDERS[origin.kind](engine, task, answered);
  engine.log.info('responded', { to: origin.kind, agent: placement.agentName, status: answered.answered, code: answered.code });
}
