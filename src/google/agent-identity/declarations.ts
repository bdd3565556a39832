import { IConstruct } from 'constructs';
import { partAddress, PlaceKind, requireProjectId } from '../../contract/google';
import { InvalidInputError } from '../../core/errors';
import { requireLiteral } from '../../core/literal';
import { withPath } from '../../core/scope';
import { shown } from '../../core/shown';
import { DeclaredAccess } from '../access/declared-access';
import { GRANT_KINDS, GrantKind } from '../access/grant-kinds';
import { requireAgentRole } from '../access/role-rules';
import { asRendered, isUnresolved } from '../cdktf';
import { CDKTF_TOKEN, isTemplate } from '../terraform-text';

/** A name that consists of one attribute of another resource. */
const ONE_REFERENCE = /^\$\{[^{}]*?([A-Za-z0-9_]+)(?:[^{}A-Za-z0-9_]*)\}$/;

/** A grant as it was declared and checked. */
export interface Declaration {
  readonly kind: PlaceKind;
  readonly name: string;
  readonly parts: readonly string[];
  readonly role: string;
  readonly access: DeclaredAccess;
  /** Identifies the grant. It is the same at each synthesis and in each stage. */
  readonly address: string;
}

interface DeclareProps {
  readonly agentName: string;
  readonly stages: string[];
  readonly live: boolean;
  readonly kind: PlaceKind;
  readonly name: string;
  readonly role: string;
}

/** Checks a grant, dormant or not. What would fail at promotion fails now. */
export function declare(agent: IConstruct, { agentName, stages, live, kind: kindName, name, role }: DeclareProps): Declaration {
  const kind: GrantKind = GRANT_KINDS[kindName];
  return withPath(agent, () => {
    requireAgentRole(role);
    const { parts, resource } = requireResourceName(agent, kindName, name);
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

/** A resource as Terraform reads it, and the parts of its name that the provider needs. A token has no parts and is passed unchanged. */
interface ResourceReference {
  readonly parts: readonly string[];
  readonly resource: string;
}

/**
 * Returns a resource with its full name. Google's provider accepts short names too, but the teardown finds the resource only by a full name, and
 * would fail when it is too late.
 *
 * @throws InvalidInputError `ResourceNameInvalid`, `ResourceNameShort`, `ProjectIdInvalid`, `LiteralRequired`
 */
export function requireResourceName(agent: IConstruct, kindName: PlaceKind, name: string): ResourceReference {
  const { what, pattern, example, tokens, short }: GrantKind = GRANT_KINDS[kindName];
  if (kindName === 'project') {
    return { parts: [requireProjectId('the project', name)], resource: name };
  }
  if (!tokens || typeof name !== 'string' || !isUnresolved(name)) {
    const found = pattern.exec(requireLiteral(`the ${what}`, name));
    if (found === null) {
      throw notNamed(what, name, example);
    }
    return { parts: found.slice(1), resource: name };
  }
  const resource = asRendered(agent, name);
  const attribute = ONE_REFERENCE.exec(resource)?.[1];
  if (attribute !== undefined && short.includes(attribute)) {
    throw new InvalidInputError('ResourceNameShort', `${what} ${resource} is a short name: use a whole one such as ${example}, ${short.includes('id') ? 'with the reference in it' : 'which the resource\'s id is'}`);
  }
  const parts = attribute === undefined ? partsOf(name, pattern) : [];
  if (parts === undefined || isTemplate(name)) {
    throw notNamed(what, resource, example);
  }
  return { parts, resource };
}

/** Parts of a name that may contain tokens. The pattern is applied to placeholders, which are then replaced with the tokens. */
function partsOf(name: string, pattern: RegExp): string[] | undefined {
  let mark = 'x';
  while (name.includes(mark)) {
    mark += 'x';
  }
  const tokens: string[] = [];
  const found = pattern.exec(name.replace(CDKTF_TOKEN, (token) => `${mark}${tokens.push(token) - 1}y`));
  return found?.slice(1).map((part) => part.replace(new RegExp(`${mark}(\\d+)y`, 'g'), (_all, index: string) => tokens[Number(index)]));
}

function notNamed(what: string, name: string, example: string): InvalidInputError {
  return new InvalidInputError('ResourceNameInvalid', `${what} ${shown(name)} is not named as Google does: use one such as ${example}`);
}
