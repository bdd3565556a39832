import { Directory } from '../directory';

/** A list of active people. Who is not on it is unknown. */
export function listDirectory(people: readonly string[]): Directory {
  const active = new Set(people.map((email) => email.toLowerCase()));
  return async (email) => (active.has(email.toLowerCase())
    ? { status: 'active', evidence: 'is on the list of the registry' }
    : { status: 'unknown', evidence: 'is not on the list of the registry' });
}
