import { OWN_CREDENTIALS } from '../../../src/contract/own-credentials';
import { without } from '../../model/own-credentials';
import { PlacementState } from '../../model/placement-state';
import { Plan, PlannedEvent, StateChange } from '../../model/plan';
import { Engine } from '../engine';
import { PlannedRequest, reportsId, stateOf } from '../loaded-request';

/** Credentials that the wipers did not find again are forgotten. Nobody looked for a kind that the registry does not wipe. */
export function withoutDeleted({ wipes }: Engine, { credentials: ended = [] }: Plan, { credentials = [] }: PlacementState): Pick<StateChange, 'credentials'> {
  const left = without(credentials, ended.filter(({ kind }) => wipes.has(OWN_CREDENTIALS[kind].wipedAs)));
  return left.length === credentials.length ? {} : { credentials: left.length === 0 ? null : left };
}

/** The event of former credentials that a sweep deleted. A teardown has events of its own, and its certificate lists them. */
export async function deletedByRegistry(engine: Engine, loaded: PlannedRequest): Promise<PlannedEvent[]> {
  const { plan, request } = loaded;
  if (plan.transition !== 'attend' || plan.credentials === undefined) {
    return [];
  }
  const { declared: { stage }, present } = stateOf(loaded);
  const deleted = (await engine.requests.reports(reportsId(loaded))).flatMap(({ wiped }) => wiped.map(({ id }) => id)).sort();
  return deleted.length === 0 ? [] : [{ name: 'credential-deleted', stage, roleId: present, details: { deleted }, key: `credential-deleted/${request.requestId}` }];
}
