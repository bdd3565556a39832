import { Declared, PlacementState, PrincipalRecord } from './placement-state';
import { sponsorOf } from './sponsor-of';
import { AgentCaller, callerIn } from '../../src/contract/callers';

/** An agent that has to do with another: it calls it, delegates to it, reads what it sends, or (`serves`) is the one to which the other delegates. */
export interface RelatedAgent {
  readonly agentName: string;
  readonly relation: AgentCaller['relation'] | 'serves';
}

/** What a declaration says of those who depend on an agent. */
export interface DeclaredDependants {
  readonly agents: readonly RelatedAgent[];
  /** Principals of AWS that may assume its role, and are no agents as far as the declaration says. */
  readonly principals: readonly string[];
}

const AWS_PRINCIPAL = /^AWS (arn:\S+|\d{12})$/;

/** Who depends on an agent, by its own declaration. */
export function declaredDependants({ access, delegates = [] }: Pick<Declared, 'access' | 'delegates'>): DeclaredDependants {
  const trusted = access?.trusted ?? [];
  return {
    agents: [...trusted.flatMap((text) => callerIn(text) ?? []), ...delegates.map((agentName): RelatedAgent => ({ agentName, relation: 'serves' }))],
    principals: trusted.flatMap((text) => AWS_PRINCIPAL.exec(text)?.[1] ?? []),
  };
}

/** One of them that the ledger knows. */
export interface KnownDependant extends RelatedAgent {
  readonly state: PlacementState;
}

/** Those that live, and the principals that are none of their roles. */
export interface LivingDependants {
  readonly agents: readonly KnownDependant[];
  readonly principals: readonly string[];
}

/** Looks the dependants of an agent up. An agent that has left, or is not known, is left out. */
export async function livingDependants(
  { placement: { account }, declared }: PlacementState, stateOf: (agentName: string, account: string) => Promise<PlacementState | undefined>,
): Promise<LivingDependants> {
  const { agents, principals } = declaredDependants(declared);
  const names = [...new Set(agents.map(({ agentName }) => agentName))];
  const states = new Map(await Promise.all(names.map(async (name) => [name, await stateOf(name, account)] as const)));
  const known: PrincipalRecord[] = [...states.values()].flatMap((state) => Object.values(state?.principals ?? {}));
  const roles = new Set(known.map(({ roleArn }) => roleArn));
  return {
    agents: agents.flatMap((agent): KnownDependant[] => {
      const state = states.get(agent.agentName);
      return state?.declared === undefined || state.status === 'left' ? [] : [{ ...agent, state }];
    }),
    principals: principals.filter((arn) => !roles.has(arn)),
  };
}

const WORDS = { invokes: 'may invoke it', delegates: 'delegates to it', reads: 'reads events that it sends', serves: 'does work that it delegates' } as const;

/** One dependant in words. */
export function dependantLine({ agentName, relation, state }: RelatedAgent & { readonly state?: PlacementState }): string {
  return `agent ${agentName} ${WORDS[relation]}${state === undefined ? '' : `; its sponsor is ${sponsorOf(state).id}`}`;
}
