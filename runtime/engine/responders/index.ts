import { Origin } from '../../model/request';
import { Engine } from '../engine';
import { Answered } from '../execution';
import { LoadedRequest } from '../loaded-request';
import { respondToCloudFormation } from './cloudformation';

type Respond = (engine: Engine, loaded: LoadedRequest, answered: Answered) => Promise<void>;

// An operator reads the outcome from the execution, which returns it.
const inExecution: Respond = async () => undefined;

const RESPONDERS: { readonly [K in Origin['kind']]: Respond } = {
  cloudformation: respondToCloudFormation,
  operator: inExecution,
  schedule: inExecution,
  event: inExecution,
};

/** Sends the outcome to the requester. Repeating it does no harm. */
export async function respond(engine: Engine, loaded: LoadedRequest, answered: Answered): Promise<void> {
  const { origin, placement } = loaded.request;
  await RESPONDERS[origin.kind](engine, loaded, answered);
  engine.log.info('responded', { to: origin.kind, agent: placement.agentName, status: answered.answered, code: answered.code });
}
