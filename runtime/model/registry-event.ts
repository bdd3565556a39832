import { createHash } from 'node:crypto';

/** What occurred to a list of a sweep: it was held back, or approved. */
export function occurrenceOf({ digest, at }: { readonly digest: string; readonly at: string }): string {
  return `${digest} ${at}`;
}

/** Id of an event about the registry. It is made from what occurred, so a repetition has the same id, and who reads the event can check it. */
export function registryEventId(registry: string, account: string, type: string, occurrence: string): string {
  return createHash('sha256').update(`${registry}\n${account}\n${type}\n${occurrence}`).digest('hex').slice(0, 32);
}
