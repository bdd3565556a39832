import { createHash } from 'node:crypto';

/** Id of an event about the registry. It is made from what occurred, so a repetition has the same id, and who reads the event can check it. */
export function registryEventId(registry: string, account: string, type: string, occurrence: string): string {
  return createHash('sha256').update(`${registry}\n${account}\n${type}\n${occurrence}`).digest('hex').slice(0, 32);
}
