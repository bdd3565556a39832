import { WORKER_NAME } from '../../contract/orders';
import { requireLiteral } from '../../core/literal';
import { shown } from '../../core/shown';
import { factsWith, invalid } from '../checks';
import { RevokerFacts, RevokerProps } from '../revoker-props';

/** An account that only a worker on premises reaches. */
export interface QueueRevokerProps extends RevokerProps {
  /** Name of an `OnPremisesWorker` of the agent's registry. */
  readonly workerName: string;
}

/** @throws InvalidInputError `RevokerInvalid`, and what texts fail with */
export function queueFacts(id: string, props: QueueRevokerProps): RevokerFacts {
  const { workerName } = props;
  if (!WORKER_NAME.test(requireLiteral('the name of a worker', workerName))) {
    throw invalid(`the worker ${shown(workerName)}`, 'the workerName of an OnPremisesWorker');
  }
  return factsWith(id, props, { kind: 'queue', onSuspend: false, settings: { worker: workerName } });
}
