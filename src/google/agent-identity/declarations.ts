import { IConstruct } from 'constructs';
import { partAddress } from './addresses';
import { InvalidInputError } from '../../core/errors';
import { requireLiteral } from '../../core/literal';
import { shown } from '../../core/shown';
import { DeclaredAccess } from '../access/declared-access';
import { GrantKindName } from '../access/grant-kind-name';
import { GRANT_KINDS, GrantKind } from '../access/grant-kinds';
import { requireAgentRole } from '../access/role-rules';
import { asRendered, isUnresolved } from '../cdktf';
import { named } from '../named';
import { requireProjectId } from '../project-id';

/** Attributes of the provider that name a resource within its project only; a secret's `name` and a bucket's are whole. */
const SHORT_NAMES: Readonly<Record<GrantKindName, readonly string[]>> = {
  project: [],
  folder: [],
  secret: ['secret_id'],
  bucket: [],
  topic: ['name'],
  subscription: ['name'],
  dataset: ['dataset_id'],
  cryptoKey: ['name'],
  runService: ['name'],
};

/** A grant as it was declared and checked. */
export interface Declaration {
  readonly kind: GrantKindName;
  readonly name: string;
  readonly parts: readonly string[];
  readonly role: string;
  readonly access: DeclaredAccess;
  /** The same for the same grant at each synthesis and in each stage. */
  readonly address: string;
}

export interface DeclareProps {
  readonly agentName: string;
  readonly stages: string[];
  readonly live: boolean;
  readonly kind: GrantKindName;
  readonly name: string;
  readonly role: string;
}

/** Checks a grant, dormant or not: what would be refused at promotion is refused today. */
export function declare(agent: IConstruct, { agentName, stages, live, kind: kindName, name, role }: DeclareProps): Declaration {
  const kind: GrantKind = GRANT_KINDS[kindName];
  return named(agent, () => {
    requireAgentRole(role);
    const parts = nameParts(kindName, name);
    const resource = asRendered(agent, name);
    requireWholeName(kindName, resource);
    return {
      kind: kindName,
      name,
      parts,
      role,
      access: { stages, live, role, kind: kindName, resource, endsByItself: kind.endsByItself },
      address: partAddress(agentName, role.slice(role.lastIndexOf('/') + 1), kindName, resource, role),
    };
  });
}

/**
 * Google's provider takes short names, too; the teardown has only the name to find the resource by, and would refuse it when it is too late.
 *
 * @throws InvalidInputError `ResourceNameShort`
 */
function requireWholeName(kindName: GrantKindName, rendered: string): void {
  const { what, example }: GrantKind = GRANT_KINDS[kindName];
  const attribute = /\.([a-z_]+)\}$/.exec(rendered)?.[1];
  if (attribute !== undefined && SHORT_NAMES[kindName].includes(attribute)) {
    throw new InvalidInputError('ResourceNameShort', `${what} ${rendered} is a short name: use the resource's id, which is a whole one such as ${example}`);
  }
}

/** What the provider wants of a name; nothing of a token, which it is handed whole. */
export function nameParts(kindName: GrantKindName, name: string): string[] {
  const { what, pattern, example, tokens }: GrantKind = GRANT_KINDS[kindName];
  if (kindName === 'project') {
    return [requireProjectId('the project', name)];
  }
  if (tokens && typeof name === 'string' && isUnresolved(name)) {
    return [];
  }
  const found = pattern.exec(requireLiteral(`the ${what}`, name));
  if (found === null) {
    throw new InvalidInputError('ResourceNameInvalid', `${what} ${shown(name)} is not named as Google does: use one such as ${example}`);
  }
  return found.slice(1);
}
