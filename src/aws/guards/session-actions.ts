import { CREDENTIAL_ACTIONS } from '../../core/credential-vending';
import { globsMeet } from '../iam/globs';

/** Actions that the guard denies except on declared exact ARNs. */
export const SESSION_ACTIONS = CREDENTIAL_ACTIONS;

/** Grouped by service, because most granted actions are of services that issue no sessions. */
const BY_SERVICE = new Map<string, string[]>();
for (const pattern of SESSION_ACTIONS.map((action) => action.toLowerCase())) {
  const service = pattern.slice(0, pattern.indexOf(':'));
  BY_SERVICE.set(service, [...BY_SERVICE.get(service) ?? [], pattern]);
}

/** Whether an action, wildcards allowed, is or covers one that issues a session. */
export function mintsSession(action: string): boolean {
  const text = action.toLowerCase();
  const service = text.slice(0, Math.max(text.indexOf(':'), 0));
  const patterns = /^[a-z0-9-]+$/.test(service) ? BY_SERVICE.get(service) ?? [] : [...BY_SERVICE.values()].flat();
  return patterns.some((pattern) => globsMeet(pattern, text));
}
