import { DueEntry } from '../ledger';

/**
 * The line of an agent in a list of those that a sweep would suspend or remove: place and reason. Undefined for an agent of which a sweep removes
 * nothing.
 */
export function lineOf({ summary: { account, agentName }, removal }: DueEntry, until: string): string | undefined {
  return removal !== undefined && removal.at <= until ? `${account}/${agentName} ${removal.reason}` : undefined;
}
