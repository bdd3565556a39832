import { CREDENTIAL_KINDS, OWN_CREDENTIALS } from '../../../src/contract/own-credentials';
import { resourcesWithin } from '../../aws/cloudformation';
import { Wiper } from '../../aws/wipers';
import { without } from '../../model/own-credentials';
import { PlacementState } from '../../model/placement-state';
import { Plan, PlannedEvent, StateChange } from '../../model/plan';
import { Engine } from '../engine';
import { PlannedRequest, reportsId, stateOf } from '../loaded-request';

const IN_STACK = 'a stack of the agent has it: deploy the agent again, so that it is declared';

/** Ids of the credentials that the agent's stack has, if former ones are deleted while the agent lives. A roll-back that skipped the agent has such a credential again, and the ledger does not know. */
export async function heldByStack(engine: Engine, plan: Plan, { owner }: PlacementState): Promise<ReadonlySet<string>> {
  if (!sparesStack(plan)) {
    return new Set();
  }
  const types: readonly string[] = CREDENTIAL_KINDS.map((kind) => OWN_CREDENTIALS[kind].resource);
  // What CloudFormation failed to delete, or skipped, it no longer manages.
  const found = (await resourcesWithin(engine, [owner.stackId]))
    .filter(({ ResourceType: type = '', ResourceStatus: status = '' }) => types.includes(type) && !status.startsWith('DELETE_'));
  // The last part of an ARN, or of the pool and the client.
  return new Set(found.map(({ PhysicalResourceId: id = '' }) => id.split(/[|/:]/).at(-1)!));
}

/** The wiper, which reports what a stack has and does not delete it. */
export function sparing(wiper: Wiper, held: ReadonlySet<string>): Wiper {
  return {
    ...wiper,
    list: async (context, target) => (await wiper.list(context, target)).map((finding) => (
      finding.actedOn && finding.id.split('/').slice(1).some((part) => held.has(part)) ? { ...finding, actedOn: false, note: IN_STACK } : finding)),
  };
}

/**
 * Credentials that the wipers did not find again are forgotten, and so is that they could not be deleted before. Nobody looked for a kind that the registry does not wipe. A principal that is not torn down yet
 * remains trouble.
 */
export async function withoutDeleted(engine: Engine, loaded: PlannedRequest, after: PlacementState): Promise<Pick<StateChange, 'credentials' | 'trouble'>> {
  const { plan } = loaded;
  const { credentials: ended = [] } = plan;
  const { credentials = [], trouble, principals } = after;
  const looked = ended.filter(({ kind }) => engine.wipes.has(OWN_CREDENTIALS[kind].wipedAs));
  const reports = sparesStack(plan) ? await engine.requests.reports(reportsId(loaded)) : [];
  const spared = reports.flatMap(({ reportedOnly }) => reportedOnly.filter(({ note }) => note === IN_STACK));
  const left = without(credentials, looked.filter(({ name }) => !spared.some(({ id }) => id.endsWith(`/${name}`))));
  const isOver = deletesFormer(plan) && looked.length === ended.length && trouble?.code === 'TeardownIncomplete'
    && !Object.values(principals).some(({ status }) => status === 'retiring');
  return {
    ...(left.length === credentials.length ? {} : { credentials: left.length === 0 ? null : left }),
    ...(isOver ? { trouble: null } : {}),
  };
}

/** The event of former credentials that a sweep deleted. A teardown has events of its own, and its certificate lists them. */
export async function deletedByRegistry(engine: Engine, loaded: PlannedRequest): Promise<PlannedEvent[]> {
  const { plan, request } = loaded;
  if (!deletesFormer(plan)) {
    return [];
  }
  const { declared: { stage }, present } = stateOf(loaded);
  const deleted = (await engine.requests.reports(reportsId(loaded))).flatMap(({ wiped }) => wiped.map(({ id }) => id)).sort();
  return deleted.length === 0 ? [] : [{ name: 'credential-deleted', stage, roleId: present, details: { deleted }, key: `credential-deleted/${request.requestId}` }];
}

/** Whether former credentials are deleted while the agent lives: by a sweep, or with a former principal. In the undo of a move, CloudFormation deletes those of the stage to which it did not come. */
function sparesStack({ transition, credentials }: Plan): boolean {
  return credentials !== undefined && (transition === 'attend' || transition === 'retire');
}

/** Whether a sweep deletes what a deployment dropped. */
function deletesFormer({ transition, credentials }: Plan): boolean {
  return transition === 'attend' && credentials !== undefined;
}
