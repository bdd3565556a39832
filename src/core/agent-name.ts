import { InvalidInputError } from './errors';
import { requireLiteral } from './literal';
import { AGENT_NAME } from './name-forms';
import { shown } from './shown';

/**
 * Checks and returns an agent's permanent name in its registry.
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
