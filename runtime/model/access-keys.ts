import { UserKeyKind } from '../../src/contract/access-keys';

/** A key that an agent declares: a user, and the secret in which its key is. */
export interface DeclaredAccessKey {
  /** Absent for an access key. */
  readonly kind?: UserKeyKind;
  readonly userName: string;
  readonly secretName: string;
  /** How old a key gets before another one replaces it. */
  readonly rotateSeconds: number;
  /** How long a replaced key stays active, and how long it stays inactive before it is deleted. */
  readonly graceSeconds: number;
  /** End of the exception. */
  readonly until: string;
}

/** What the ledger knows of it. The id of a key is not secret; its secret is in Secrets Manager only. */
export interface AccessKeyRecord {
  /** The agent's stage when the keys were made. The keys of a former stage are deleted. */
  readonly stage?: string;
  /** Id of the key in the secret. Absent after the end. */
  readonly current?: string;
  readonly replaced?: ReplacedKey;
  /** The key is inactive because a review denies something that the agent's code declares. */
  readonly held?: true;
  /** When something is due. Absent if nothing is. */
  readonly nextAt?: string;
}

interface ReplacedKey {
  readonly id: string;
  readonly since: string;
  readonly inactiveSince?: string;
  /** Its last use, when it was found to be used still after the time for that. */
  readonly stillUsedAt?: string;
}

/** A key of the user as IAM has it, with the labels of the secret's version that has it. Without labels, nobody can have read it from the secret. */
export interface SeenKey {
  readonly id: string;
  readonly isActive: boolean;
  /** IAM has ended it by its age. It can't become active again. Only keys of Bedrock end so. */
  readonly isExpired?: true;
  readonly createdAt: number;
  /** When IAM ends it by its age. Absent if it does not. */
  readonly endsAt?: number;
  readonly labels: readonly string[];
  /** Absent if it was not used, and for keys of Bedrock, of which IAM says no use. */
  readonly lastUsedAt?: number;
}

/** One change of a key. `make` writes the new key to the secret under the label. */
export type KeyDeed = { readonly do: 'make'; readonly label: 'AWSCURRENT' | 'AWSPENDING' } | { readonly do: 'publish' | 'activate' | 'deactivate' | 'delete'; readonly key: SeenKey };

const DAY_MS = 86_400_000;

interface Situation {
  readonly declared: DeclaredAccessKey;
  readonly record: AccessKeyRecord;
  readonly seen: readonly SeenKey[];
  /** Whether a review denies something that the agent's code declares. */
  readonly isHeld: boolean;
  /** IAM shows a new key everywhere after some seconds. Only then is it published in place of one that works. */
  readonly propagationSeconds: number;
  readonly now: Date;
}

/**
 * The next change of a user's keys. Pure, and it depends on what IAM and Secrets Manager have: after a process died at any point, the same changes follow.
 * A key that was made and not written to the secret has no label, and is deleted.
 */
export function nextDeed(situation: Situation): KeyDeed | undefined {
  const { declared, record, seen, isHeld, propagationSeconds, now } = situation;
  // A key without a label was never readable. One that IAM has ended by its age can't become active again.
  const useless = seen.find(({ labels, isExpired }) => isEnded(declared, now) || labels.length === 0 || isExpired);
  if (useless !== undefined) {
    return { do: 'delete', key: useless };
  }
  if (isEnded(declared, now)) {
    return undefined;
  }
  if (isHeld) {
    const active = seen.find(({ isActive }) => isActive);
    return active === undefined ? undefined : { do: 'deactivate', key: active };
  }
  const { current, pending, replaced } = partsOf(seen);
  if (current === undefined) {
    return pending === undefined ? { do: 'make', label: 'AWSCURRENT' } : { do: 'publish', key: pending };
  }
  if (!current.isActive && record.held === true) {
    return { do: 'activate', key: current };
  }
  if (pending !== undefined) {
    return pending.createdAt + propagationSeconds * 1000 <= now.getTime() ? { do: 'publish', key: pending } : undefined;
  }
  if (replaced !== undefined) {
    return deedOfReplaced(situation, replaced);
  }
  return rotationAt(declared, current) <= now.getTime() ? { do: 'make', label: 'AWSPENDING' } : undefined;
}

/** A replaced key is watched while it is active: nobody sees the use of an inactive one. After twice the time it becomes inactive, used or not. */
function deedOfReplaced({ declared, record, now }: Situation, key: SeenKey): KeyDeed | undefined {
  const { since, inactiveSince } = timesOf(record, key, now);
  const graceMs = declared.graceSeconds * 1000;
  if (!key.isActive) {
    return inactiveSince + graceMs <= now.getTime() ? { do: 'delete', key } : undefined;
  }
  const isOver = since + graceMs <= now.getTime() && (!isUsed(declared, key, now) || since + 2 * graceMs <= now.getTime());
  return isOver ? { do: 'deactivate', key } : undefined;
}

/** The record after all deeds. */
export function recordAfter(situation: Situation): AccessKeyRecord {
  const { declared, record, seen, isHeld, propagationSeconds, now } = situation;
  if (isEnded(declared, now)) {
    return {};
  }
  const { current, pending, replaced } = partsOf(seen);
  const graceMs = declared.graceSeconds * 1000;
  const dues = [Date.parse(declared.until), ...(current === undefined || isHeld ? [] : [rotationAt(declared, current)])];
  let old: ReplacedKey | undefined;
  if (pending !== undefined) {
    dues.push(pending.createdAt + propagationSeconds * 1000);
  }
  if (replaced !== undefined) {
    const { since, inactiveSince } = timesOf(record, replaced, now);
    const isStillUsed = replaced.isActive && since + graceMs <= now.getTime();
    const usedBefore = record.replaced?.id === replaced.id ? record.replaced.stillUsedAt : undefined;
    old = {
      id: replaced.id,
      since: iso(since),
      ...(replaced.isActive ? {} : { inactiveSince: iso(inactiveSince) }),
      ...(isStillUsed ? { stillUsedAt: usedBefore ?? iso(replaced.lastUsedAt ?? now.getTime()) } : {}),
    };
    if (!isHeld) {
      const active = isStillUsed ? Math.min(now.getTime() + windowOf(declared), since + 2 * graceMs) : since + graceMs;
      dues.push(replaced.isActive ? active : inactiveSince + graceMs);
    }
  }
  return {
    ...(current === undefined ? {} : { current: current.id }),
    ...(old === undefined ? {} : { replaced: old }),
    ...(isHeld ? { held: true as const } : {}),
    nextAt: iso(nextOf(dues, replaced ?? pending, now)),
  };
}

/** A rotation waits until the one before is complete, and the replaced key is deleted. */
function nextOf(dues: readonly number[], other: SeenKey | undefined, now: Date): number {
  const open = other === undefined ? dues : dues.filter((at) => at > now.getTime());
  return Math.min(...open);
}

/** What happened to a key, for the event about it. */
export interface KeyChange {
  readonly what: 'made' | 'rotated' | 'still-used' | 'made-inactive' | 'deleted';
  readonly id: string;
}

/** What happened between two records. A change of which the record was lost is found by the next comparison. */
export function changesBetween(before: AccessKeyRecord, after: AccessKeyRecord): KeyChange[] {
  const [was, is] = [before.replaced, after.replaced];
  return [
    ...(after.current === undefined || after.current === before.current ? [] : [{ what: before.current === undefined ? 'made' as const : 'rotated' as const, id: after.current }]),
    ...(is?.stillUsedAt === undefined || was?.stillUsedAt !== undefined ? [] : [{ what: 'still-used' as const, id: is.id }]),
    ...(is?.inactiveSince === undefined || (was?.id === is.id && was.inactiveSince !== undefined) ? [] : [{ what: 'made-inactive' as const, id: is.id }]),
    ...[was?.id, before.current].filter((id) => id !== undefined && id !== is?.id && id !== after.current).map((id) => ({ what: 'deleted' as const, id: id! })),
  ];
}

function partsOf(seen: readonly SeenKey[]): { readonly current?: SeenKey; readonly pending?: SeenKey; readonly replaced?: SeenKey } {
  const current = seen.find(({ labels }) => labels.includes('AWSCURRENT'));
  const pending = seen.find((key) => key !== current && key.labels.includes('AWSPENDING'));
  const replaced = seen.find((key) => key !== current && key !== pending);
  return { current, pending, replaced };
}

function timesOf(record: AccessKeyRecord, { id }: SeenKey, now: Date): { readonly since: number; readonly inactiveSince: number } {
  const known = record.replaced?.id === id ? record.replaced : undefined;
  const at = (text: string | undefined): number => (text === undefined ? now.getTime() : Date.parse(text));
  return { since: at(known?.since), inactiveSince: at(known?.inactiveSince) };
}

function isUsed(declared: DeclaredAccessKey, { lastUsedAt }: SeenKey, now: Date): boolean {
  return lastUsedAt !== undefined && lastUsedAt > now.getTime() - windowOf(declared);
}

/** A replaced key is in use if it was used so short a time ago. */
function windowOf({ graceSeconds }: DeclaredAccessKey): number {
  return Math.min(DAY_MS, graceSeconds * 500);
}

/** A key whose exception or interval became longer after it was made would end in use, so it is replaced before. One that ends with the exception is not. */
function rotationAt({ rotateSeconds, graceSeconds, until }: DeclaredAccessKey, { createdAt, endsAt }: SeenKey): number {
  const byAge = createdAt + rotateSeconds * 1000;
  return endsAt === undefined || endsAt >= Date.parse(until) ? byAge : Math.min(byAge, endsAt - 2 * graceSeconds * 1000);
}

function isEnded({ until }: DeclaredAccessKey, now: Date): boolean {
  return Date.parse(until) <= now.getTime();
}

function iso(epochMs: number): string {
  return new Date(Math.ceil(epochMs / 1000) * 1000).toISOString().replace('.000Z', 'Z');
}
