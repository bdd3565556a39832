import { createHash } from 'node:crypto';
import { RevocationRecord, RevokerRecord } from './revocation';
import { mailboxOf } from './sponsor-of';

const REFERENCE_LENGTH = 32;

/** What the people who revoke access are asked. */
export interface HumanTask {
  /** Mail addresses in lower case. */
  readonly team: readonly string[];
  /** What they do, step by step. */
  readonly steps: readonly string[];
  /** Name of the agent where they revoke it, if it has another one there. */
  readonly subject?: string;
}

/** What people are asked. Undefined for access that is revoked by a request. */
export function humanTaskOf({ kind, settings: { team, steps, subject } }: RevokerRecord): HumanTask | undefined {
  return kind !== 'human' ? undefined : { team: textsIn(team).map(mailboxOf), steps: textsIn(steps), ...(typeof subject === 'string' ? { subject } : {}) };
}

/** Names one revocation of one leave: a link to an earlier leave of the same agent is not good for it. */
export function revocationReference({ revoker: { id }, since }: Pick<RevocationRecord, 'revoker' | 'since'>): string {
  return createHash('sha256').update(`${id}/${since}`).digest('hex').slice(0, REFERENCE_LENGTH);
}

function textsIn(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
