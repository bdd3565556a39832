import { GoogleRegistry } from './connect';
import { AgentStatus, AgentSummary, listAgents } from './fleet';
import { placementOf } from './locate';
import { ShownAgent, showAgent } from './show';
import { reasonOf, RetryableError } from '../../../src/core/errors';
import { callerOf } from '../api';
import { inParallel } from '../in-parallel';
import { gather, requireResumable, resume, suspend, SuspensionContext, wantedDenials } from '../suspension';
import { denialName } from '../suspension/deny-policies';
import { denialsFor } from '../suspension/resume';

/** What to do, and why. */
export interface SuspensionOrder {
  readonly reason: string;
  /** Receives a line of progress. */
  readonly tell: (line: string) => void;
  /** Resume although tokens from before the suspension work again. */
  readonly acceptOldTokens: boolean;
}

/** A change that is prepared but not made yet. */
export interface PreparedChange<T> {
  readonly will: readonly string[];
  readonly nothingToDo?: boolean;
  make(): Promise<T>;
}

/** What became of one of several agents. */
export interface AgentOutcome {
  readonly agentName: string;
  readonly status?: AgentStatus;
  readonly failure?: string;
}

export type SuspensionVerb = 'suspend' | 'resume';

const AT_ONCE = 8;
const VERBS = {
  suspend: { from: ['active', 'suspending', 'suspended-partly'], says: 'deny it everything until it is resumed' },
  resume: { from: ['suspending', 'suspended', 'suspended-partly'], says: 'let it work again' },
} as const;

/**
 * Reads an agent, and says what a suspension or a resumption of it will do.
 *
 * @throws InvalidInputError `AgentUnknown`, `ProjectAmbiguous`; RefusedError as `requireResumable`
 */
export async function proposeOnGoogle(
  registry: GoogleRegistry, verb: SuspensionVerb, name: string, order: SuspensionOrder,
): Promise<PreparedChange<ShownAgent>> {
  const context = await contextOf(registry, name, order);
  const { placement: { account, agentName } } = context;
  const situation = await gather(context);
  if (verb === 'resume') {
    await requireResumable(registry.cloud, context, situation, order);
  }
  const { suspension, present } = situation;
  const lines = verb === 'suspend'
    ? [...present.map(({ email }) => `  disabled: ${email}`), ...(await wantedDenials(context, situation)).denials.map((denial) => `  denied everything: ${denialName(denial)}`)]
    : [
      ...suspension === undefined ? [] : [`  it was suspended at ${suspension.since} by ${suspension.by}: ${suspension.reason}`],
      ...denialsFor(context.placement, situation).map((denial) => `  deleted: ${denialName(denial)}`),
      ...situation.isLeft ? ['  it has left: afterwards it can join again'] : present.map(({ email }) => `  enabled: ${email}`),
    ];
  return {
    will: [`agent ${agentName} in project ${account}: ${VERBS[verb].says}`, ...lines],
    make: async () => {
      // A person may take hours to reply.
      const now = await gather(context);
      if (now.last.hash !== situation.last.hash) {
        throw new RetryableError('AgentChanged', `something else was recorded of ${agentName} meanwhile: run the same command again`);
      }
      if (verb === 'resume') {
        await requireResumable(registry.cloud, context, now, order);
      }
      await (verb === 'suspend' ? suspend : resume)(context, now);
      return showAgent({ ...registry, project: account }, agentName);
    },
  };
}

/** Prepares the same for many agents. One that fails keeps no other from being done. */
export async function proposeManyOnGoogle(
  registry: GoogleRegistry, verb: SuspensionVerb, isSelected: (agent: AgentSummary) => boolean, order: SuspensionOrder,
): Promise<PreparedChange<AgentOutcome[]>> {
  const { from, says } = VERBS[verb];
  const agents = (await listAgents(registry)).filter((agent) => (from as readonly string[]).includes(agent.status) && isSelected(agent));
  return {
    will: [
      `${agents.length} agents of registry ${registry.bucket}: ${verb} each (${says})`,
      ...agents.map(({ account, agentName, stage, sponsorId, status }) => `  ${agentName} of ${account} in ${stage}, sponsor ${sponsorId}, ${status}`),
    ],
    nothingToDo: agents.length === 0,
    make: async () => {
      let done = 0;
      return inParallel(agents, AT_ONCE, async ({ account, agentName }) => {
        const outcome = await one({ ...registry, project: account }, verb, agentName, order);
        order.tell(`${done += 1} of ${agents.length}: ${agentName} ${outcome.status ?? `failed: ${outcome.failure}`}`);
        return outcome;
      });
    },
  };
}

async function one(registry: GoogleRegistry, verb: SuspensionVerb, agentName: string, order: SuspensionOrder): Promise<AgentOutcome> {
  try {
    const { make } = await proposeOnGoogle(registry, verb, agentName, { ...order, tell: () => undefined });
    return { agentName, status: (await make()).status };
  } catch (error) {
    return { agentName, failure: reasonOf(error) };
  }
}

async function contextOf(registry: GoogleRegistry, name: string, { reason, tell }: SuspensionOrder): Promise<SuspensionContext> {
  const [placement, by] = await Promise.all([placementOf(registry, name), callerOf(registry.cloud)]);
  return { api: registry.cloud, bucket: registry.bucket, placement, by, reason, tell };
}
