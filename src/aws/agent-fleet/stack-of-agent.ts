import { createHash } from 'node:crypto';

/**
 * The stack of an agent whose row names no stack, or undefined if there are none. It is the one with the highest hash of both names (rendezvous hashing), so it
 * depends neither on other agents nor on the order of the names. An agent that changes its stack would have to be handed over.
 */
export function stackOfAgent(agentName: string, stackNames: readonly string[]): string | undefined {
  const weighed = stackNames.map((name) => ({ name, weight: createHash('sha256').update(`${name}\0${agentName}`).digest('hex') }));
  return weighed.sort((a, b) => (a.weight < b.weight ? 1 : -1))[0]?.name;
}
