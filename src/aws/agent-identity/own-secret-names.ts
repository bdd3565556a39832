import { IConstruct } from 'constructs';
import { OwnSecret } from './own-secret';
import { SECRET_NAME } from '../../contract/name-forms';
import { ownSecretPrefix } from '../../contract/role-names';
import { InvalidInputError } from '../../core/errors';
import { requireLiteral } from '../../core/literal';
import { withPath } from '../../core/scope';
import { shown } from '../../core/shown';

/** @throws InvalidInputError `OwnSecretElsewhere`, `OwnSecretNameInvalid`, and what `requireLiteral` fails with */
export function ownSecretNames(agent: IConstruct & { readonly agentName: string }, registryName: string, secrets: readonly OwnSecret[]): string[] {
  const names = secrets.map(({ secretName }) => secretName);
  const prefix = ownSecretPrefix(registryName, agent.agentName);
  for (const name of names) {
    if (!withPath(agent, () => requireLiteral('the name of an own secret', name)).startsWith(prefix)) {
      throw new InvalidInputError('OwnSecretElsewhere', `${agent.node.path}: secret ${shown(name)} can't be the agent's own: give it a literal name that begins with ${prefix}`);
    }
    if (!SECRET_NAME.test(name)) {
      throw new InvalidInputError('OwnSecretNameInvalid', `${agent.node.path}: Secrets Manager has no secret ${shown(name)}: use 1-512 of [A-Za-z0-9/_+=.@-]`);
    }
  }
  return names;
}
