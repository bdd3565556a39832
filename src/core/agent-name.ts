import { InvalidInputError } from './errors';
import { requireLiteral } from './literal';
import { shown } from './shown';

const AGENT_NAME = /^[a-z](?!.*--)[a-z0-9-]{1,46}[a-z0-9]$/;

/**
 * Returns an agent's permanent name in its registry, if it is one.
 *
 * @throws InvalidInputError `AgentNameInvalid`, `LiteralRequired`
 */
export function validateAgentName(name: string): string {
  if (!AGENT_NAME.test(requireLiteral('the agent name', name))) {
    throw new InvalidInputError('AgentNameInvalid',
      `agent name ${shown(name)} is not allowed: use 3-48 of [a-z0-9-], beginning with a letter, ending with a letter or digit, without --`);
  }
  return name;
}
