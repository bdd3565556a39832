import { askEngine, Asking } from './ask-engine';
import { Connection } from './connection';
import { inBatches } from './in-batches';
import { Proposal } from './proposal';
import { selectAgents, Selection } from './select-agents';
import { reasonOf } from '../../src/core/errors';
import { statusOf, SuspensionStatus } from '../model/placement-state';

/** What became of one agent. */
export interface ManyOutcome {
  readonly agentName: string;
  /** Its status afterwards. Absent if the engine did not do it. */
  readonly status?: SuspensionStatus;
  /** Why the engine did not do it. */
  readonly failure?: string;
}

/** Number of agents that are suspended or resumed at the same time. */
const AT_ONCE = 50;

/** The statuses that a verb leads to, and those from which it does anything. */
const VERBS = {
  suspend: { from: ['active', 'suspending', 'suspended-partly'], to: 'suspended', says: 'deny it everything until it is resumed' },
  resume: { from: ['suspending', 'suspended', 'suspended-partly'], to: 'active', says: 'let it work again' },
} as const;

/** Whether the verb did to an agent what it is for. */
export function isDone(verb: keyof typeof VERBS, { status }: ManyOutcome): boolean {
  return status === VERBS[verb].to;
}

/** Selects agents, and says which ones will be suspended or resumed. One that fails keeps no other from being done. */
export async function proposeMany(
  connection: Connection, verb: keyof typeof VERBS, selection: Selection, reason: string, asking: Asking,
): Promise<Proposal<ManyOutcome[]>> {
  const { from, says } = VERBS[verb];
  const agents = (await selectAgents(connection, selection)).filter(({ status }) => (from as readonly string[]).includes(status));
  return {
    will: [
      `${agents.length} agents of registry ${connection.registry} in account ${connection.account}: ${verb} each (${says})`,
      ...agents.map(({ agentName, stage, sponsorId, status }) => `  ${agentName} in ${stage}, sponsor ${sponsorId}, ${status}`),
    ],
    nothingToDo: agents.length === 0,
    make: async () => {
      let done = 0;
      return inBatches(agents, AT_ONCE, async ({ agentName }) => {
        const outcome = await one(connection, agentName, verb, reason, asking);
        asking.tell(`${++done} of ${agents.length}: ${agentName} ${outcome.status ?? `failed: ${outcome.failure}`}`);
        return outcome;
      });
    },
  };
}

async function one(connection: Connection, agentName: string, kind: keyof typeof VERBS, reason: string, asking: Asking): Promise<ManyOutcome> {
  try {
    return { agentName, status: statusOf(await askEngine(connection, agentName, { kind, reason }, { ...asking, tell: () => undefined })) };
  } catch (error) {
    return { agentName, failure: reasonOf(error) };
  }
}
