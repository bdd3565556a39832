import { IAM_WRITES, IDENTITY_SERVICES, MACHINE_CLIENTS, OTHER_DOORS } from '../../core/identity-administration';
import { SELF_GRANTING } from '../../core/self-granting';
import { factsOf } from '../iam/action-table';
import { globMatches, hasWildcard } from '../iam/globs';

/** Actions that the guard denies on every resource. Synthesis uses the same lists, so that nothing is granted that would have no effect. */
export const IDENTITY_ADMINISTRATION = [...IAM_WRITES, ...IDENTITY_SERVICES, ...OTHER_DOORS];

interface Denied {
  readonly pattern: string;
  readonly does: string;
}

/** Grouped by service, because most granted actions are of services with few such calls. */
const BY_SERVICE = new Map<string, Denied[]>();
for (const [does, patterns] of [['administers identities', [...IDENTITY_ADMINISTRATION, ...MACHINE_CLIENTS]], ['changes who may use a resource', SELF_GRANTING]] as const) {
  for (const pattern of patterns.map((action) => action.toLowerCase())) {
    const service = pattern.slice(0, pattern.indexOf(':'));
    BY_SERVICE.set(service, [...BY_SERVICE.get(service) ?? [], { pattern, does }]);
  }
}

/** Why every agent is denied an action. A pattern counts only if everything it covers is denied. */
export function alwaysDenied(action: string): string | undefined {
  const text = action.toLowerCase();
  if (!ANSWERS.has(text)) {
    ANSWERS.set(text, find(text));
  }
  return ANSWERS.get(text);
}

const ANSWERS = new Map<string, string | undefined>();

function find(text: string): string | undefined {
  const denied = BY_SERVICE.get(text.slice(0, Math.max(text.indexOf(':'), 0))) ?? [];
  const whyOf = (one: string): string | undefined => denied.find(({ pattern }) => globMatches(pattern, one))?.does;
  const why = whyOf(text);
  if (why !== undefined || denied.length === 0 || !hasWildcard(text)) {
    return why;
  }
  const covered = factsOf(text).covers.map((name) => whyOf(name.toLowerCase()));
  return covered.includes(undefined) ? undefined : covered[0];
}
