import { GoogleRegistry } from './connect';
import { Trouble, troubleOf } from './trouble';
import { agentOfObject, numberOfObject, REGISTRY_FOLDERS } from '../../../src/contract/google';
import { LifecycleEvent, placementKey } from '../../../src/core/lifecycle-event';
import { sumOfCosts } from '../../../src/core/monthly-cost';
import { noLongerPaid, openRevocations } from '../../model/revocation';
import { inParallel } from '../in-parallel';
import { listObjects, readObject } from '../objects';
import { factsOf, isTeardownRecord, TeardownRecord } from '../proof';
import { isGone, isLeaving } from '../revocations/chain';
import { lastOutsideAccess, OutsideAccess } from '../revocations/outside-access';
import { statusOfSuspension, suspensionIn } from '../suspension';

/** Status of an agent on Google. It has the meaning that it has on AWS. */
export type AgentStatus = 'active' | 'suspending' | 'suspended' | 'suspended-partly' | 'revoking' | 'left';

/** An agent as a list of the fleet shows it. */
export interface AgentSummary {
  /** Its project. */
  readonly account: string;
  readonly agentName: string;
  readonly status: AgentStatus;
  readonly stage: string;
  readonly sponsorId: string;
  readonly expiresAt: string;
  readonly stackName: string;
  readonly trouble?: Trouble;
  /** Ids of revokers whose access is not confirmed as revoked. */
  readonly openRevocations?: readonly string[];
  /** What its access outside of Google Cloud costs each month, and what is no longer paid, by currency. */
  readonly monthlyCosts?: Readonly<Record<string, number>>;
  readonly noLongerPaid?: Readonly<Record<string, number>>;
}

const AT_ONCE = 16;

/** All agents that the registry has or had, living agents first. Of each agent it reads the last event, its last teardown if it has not left, and its access outside of Google Cloud. */
export async function listAgents(registry: GoogleRegistry): Promise<AgentSummary[]> {
  const { api, bucket } = registry;
  const [events, teardowns, outside] = await Promise.all(
    [REGISTRY_FOLDERS.events, REGISTRY_FOLDERS.teardowns, REGISTRY_FOLDERS.revokers].map((folder) => lastObjects(registry, folder)));
  const agents = await inParallel([...events], AT_ONCE, async ([key, name]): Promise<AgentSummary> => {
    const { project, agentName } = agentOfObject(name)!;
    const event = await readObject<LifecycleEvent>(api, bucket, name);
    const { stage = '', sponsorId = '', expires = '', actor = '' } = factsOf(event);
    const state = outside.has(key) ? await lastOutsideAccess(api, { bucket, placement: { account: project, agentName } }) : undefined;
    const status = statusAfter(event, state);
    const isLeft = isGone(event);
    const teardown = isLeft ? undefined : teardowns.get(key);
    const record = teardown === undefined ? undefined : await readObject<TeardownRecord>(api, bucket, teardown);
    const trouble = record !== undefined && isTeardownRecord(record, { project, agentName })
      ? troubleOf({ sequence: event.sequence, isLeft, isLeaving: isLeaving(event) }, teardown!, record) : undefined;
    return {
      account: project,
      agentName,
      status,
      stage,
      sponsorId,
      expiresAt: expires,
      stackName: stackOf(actor),
      ...trouble === undefined ? {} : { trouble },
      ...state === undefined ? {} : outsideFacts(state, isLeft),
    };
  });
  const rank = ({ status }: AgentSummary) => Number(status === 'left' || status === 'revoking');
  return agents.sort((one, other) => rank(one) - rank(other) || (placementKey(one) < placementKey(other) ? -1 : 1));
}

/** The status of an agent after the last event of its chain, with its access outside of Google Cloud. */
export function statusAfter(event: LifecycleEvent, state?: Pick<OutsideAccess, 'revocations'>): AgentStatus {
  const suspension = suspensionIn(event);
  if (isGone(event)) {
    return openRevocations(state ?? {}).length > 0 ? 'revoking' : 'left';
  }
  return suspension === undefined ? 'active' : statusOfSuspension(suspension);
}

function outsideFacts({ declared, former, revocations = [] }: OutsideAccess, isLeft: boolean): Pick<AgentSummary, 'openRevocations' | 'monthlyCosts' | 'noLongerPaid'> {
  const open = openRevocations({ revocations }).map(({ revoker }) => revoker);
  const paid = sumOfCosts((isLeft ? open : [...declared, ...former]).map(({ monthlyCost }) => monthlyCost));
  const over = noLongerPaid({ revocations });
  return {
    ...open.length === 0 ? {} : { openRevocations: open.map(({ id }) => id) },
    ...Object.keys(paid).length === 0 ? {} : { monthlyCosts: paid },
    ...Object.keys(over).length === 0 ? {} : { noLongerPaid: over },
  };
}

/** The stack that an event's actor names. */
export function stackOf(actor: string): string {
  return actor.replace(/^terraform:/, '');
}

/** The last numbered object of each agent in a folder, by the agent. */
async function lastObjects({ api, bucket, project }: GoogleRegistry, folder: string): Promise<Map<string, string>> {
  const listed = await listObjects(api, bucket, project === undefined ? folder : `${folder}${project.replace(':', '/')}/`);
  return new Map(listed.flatMap(({ name }) => {
    const agent = agentOfObject(name);
    return agent === undefined || numberOfObject(name) === undefined ? [] : [[`${agent.project}/${agent.agentName}`, name] as const];
  }));
}
