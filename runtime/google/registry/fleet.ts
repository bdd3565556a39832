import { GoogleRegistry } from './connect';
import { Trouble, troubleOf } from './trouble';
import { agentOfObject, numberOfObject, REGISTRY_FOLDERS } from '../../../src/contract/google';
import { LifecycleEvent, placementKey } from '../../../src/core/lifecycle-event';
import { inParallel } from '../in-parallel';
import { listObjects, readObject } from '../objects';
import { factsOf, isTeardownRecord, TeardownRecord } from '../proof';
import { isDeparted, statusOfSuspension, suspensionIn } from '../suspension';

/** Status of an agent on Google. It has the meaning that it has on AWS. */
export type AgentStatus = 'active' | 'suspending' | 'suspended' | 'suspended-partly' | 'left';

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
}

const AT_ONCE = 16;

/** All agents that the registry has or had, living agents first. Of each agent it reads the last event, and its last teardown if it has not left. */
export async function listAgents(registry: GoogleRegistry): Promise<AgentSummary[]> {
  const { api, bucket } = registry;
  const [events, teardowns] = await Promise.all([lastObjects(registry, REGISTRY_FOLDERS.events), lastObjects(registry, REGISTRY_FOLDERS.teardowns)]);
  const agents = await inParallel([...events], AT_ONCE, async ([key, name]): Promise<AgentSummary> => {
    const { project, agentName } = agentOfObject(name)!;
    const event = await readObject<LifecycleEvent>(api, bucket, name);
    const { stage = '', sponsorId = '', expires = '', actor = '' } = factsOf(event);
    const status = statusAfter(event);
    const isLeft = status === 'left';
    const teardown = isLeft ? undefined : teardowns.get(key);
    const record = teardown === undefined ? undefined : await readObject<TeardownRecord>(api, bucket, teardown);
    const trouble = record !== undefined && isTeardownRecord(record, { project, agentName })
      ? troubleOf({ sequence: event.sequence, isLeft }, teardown!, record) : undefined;
    return {
      account: project,
      agentName,
      status,
      stage,
      sponsorId,
      expiresAt: expires,
      stackName: stackOf(actor),
      ...trouble === undefined ? {} : { trouble },
    };
  });
  const rank = ({ status }: AgentSummary) => Number(status === 'left');
  return agents.sort((one, other) => rank(one) - rank(other) || (placementKey(one) < placementKey(other) ? -1 : 1));
}

/** The status of an agent after the last event of its chain. */
export function statusAfter(event: object): AgentStatus {
  const suspension = suspensionIn(event);
  if (factsOf(event).name === 'left' || isDeparted(event)) {
    return 'left';
  }
  return suspension === undefined ? 'active' : statusOfSuspension(suspension);
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
