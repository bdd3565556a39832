import { isAttachment, isPrincipal } from './state';
import { RESOURCE_NAMES } from '../../../src/contract/google';

/** What a suspension uses of an agent's last declaration. */
export interface Declared {
  readonly access: readonly { readonly kind: string; readonly resource: string }[];
  /** Where the registry's agents are denied. Absent: in the projects of their declared access. */
  readonly denyScope?: string;
  /** The registry's topic. Absent in declarations of older versions. */
  readonly topic?: string;
  /** Identities of engines that are the agent too. */
  readonly principals: readonly string[];
  /** Lifetime of the longest access tokens. */
  readonly tokenHours: number;
}

const USUAL_TOKEN_HOURS = 1;
const LONGEST_TOKEN_HOURS = 12;

/** Reads a declaration. What is not readable is left out, because a principal that may write to the bucket may have written anything. */
export function declaredIn(declaration: object | undefined): Declared {
  const { access, denyScope, topic, principals, longestTokenHours } = (declaration ?? {}) as Record<string, unknown>;
  const places = (Array.isArray(access) ? access : []) as readonly ({ kind?: unknown; resource?: unknown } | null)[];
  return {
    access: places.flatMap((place) => (typeof place?.kind === 'string' && typeof place.resource === 'string' ? [{ kind: place.kind, resource: place.resource }] : [])),
    ...isAttachment(denyScope) ? { denyScope } : {},
    ...typeof topic === 'string' && RESOURCE_NAMES.topic.pattern.test(topic) ? { topic } : {},
    principals: (Array.isArray(principals) ? principals : []).filter(isPrincipal),
    tokenHours: typeof longestTokenHours === 'number' && longestTokenHours >= USUAL_TOKEN_HOURS && longestTokenHours <= LONGEST_TOKEN_HOURS ? longestTokenHours : USUAL_TOKEN_HOURS,
  };
}
