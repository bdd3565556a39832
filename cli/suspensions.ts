import { GoogleRegistry, proposeManyOnGoogle, proposeOnGoogle, ShownAgent, SuspensionVerb } from '../runtime/google/registry';
import { PlacementState, statusOf } from '../runtime/model/placement-state';
import { Asking, Connection, isDone, ManyOutcome, Proposal, proposeMany, proposeResumption, proposeSuspension, Selection } from '../runtime/operator';
import { InvalidInputError } from '../src/core/errors';

/** What is asked of a suspension or of its end. */
export interface SuspensionOrder {
  readonly reason: string;
  readonly asking: Asking;
  /** Resume although tokens from before the suspension work again. Only on Google. */
  readonly acceptOldTokens: boolean;
}

/** An agent after a suspension or its end, and whether all of it was done. */
export interface Suspended {
  readonly agent: PlacementState | ShownAgent;
  readonly isDone: boolean;
}

/** What operators do on either cloud. */
export interface Suspensions {
  proposeSuspension(verb: SuspensionVerb, agentName: string, order: SuspensionOrder): Promise<Proposal<Suspended>>;
  proposeSuspensions(verb: SuspensionVerb, selection: Selection, order: SuspensionOrder): Promise<Proposal<ManyOutcome[]>>;
}

/** Suspensions by the engine of a registry on AWS. */
export function suspensionsOnAws(connection: Connection): Suspensions {
  const requireUsual = ({ acceptOldTokens }: SuspensionOrder): void => {
    if (acceptOldTokens) {
      throw new InvalidInputError('OnlyOnGoogle', '--accept-old-tokens is for agents on Google, whose tokens work again when they are resumed: leave it out');
    }
  };
  return {
    proposeSuspension: async (verb, agentName, order) => {
      requireUsual(order);
      const propose = verb === 'suspend' ? proposeSuspension : proposeResumption;
      const { make, ...proposal } = await propose(connection, agentName, order.reason, order.asking);
      return {
        ...proposal,
        make: async () => {
          const agent = await make();
          return { agent, isDone: isDone(verb, { agentName, status: statusOf(agent) }) || agent.status !== 'active' };
        },
      };
    },
    proposeSuspensions: async (verb, selection, order) => {
      requireUsual(order);
      return proposeMany(connection, verb, selection, order.reason, order.asking);
    },
  };
}

/** Suspensions with the operator's own credentials: no engine runs on Google. */
export function suspensionsOnGoogle(registry: GoogleRegistry): Suspensions {
  const orderOf = ({ reason, asking, acceptOldTokens }: SuspensionOrder) => ({ reason, acceptOldTokens, tell: asking.tell });
  return {
    proposeSuspension: async (verb, agentName, order) => {
      const { make, ...proposal } = await proposeOnGoogle(registry, verb, agentName, orderOf(order));
      // What could not be done is an error there.
      return { ...proposal, make: async () => ({ agent: await make(), isDone: true }) };
    },
    proposeSuspensions: async (verb, { sponsor, stage, tag }, order) => {
      if (tag !== undefined) {
        throw new InvalidInputError('NotOnGoogle', 'an account on Google has no tags: select agents with --all-of-sponsor and --stage');
      }
      const isSelected = (agent: { readonly stage: string; readonly sponsorId: string }) => (stage === undefined || agent.stage === stage)
        && (sponsor === undefined || agent.sponsorId.toLowerCase() === sponsor.toLowerCase());
      return proposeManyOnGoogle(registry, verb, isSelected, orderOf(order));
    },
  };
}
