import { DEFAULT_TAG_PREFIX } from '../../../../src/contract/tags';
import { trustDenies } from '../../../../src/contract/trust-denies';
import { canonicalJson, JsonValue } from '../../../../src/core/canonical-json';

/** Sids of the statements that an adoption adds begin with it. */
const SID_PREFIX = 'Nhi';

interface Statement {
  readonly Sid?: string;
  readonly [part: string]: JsonValue | undefined;
}

interface Document {
  readonly Statement?: Statement | Statement[];
  readonly [part: string]: JsonValue | Statement | Statement[] | undefined;
}

/**
 * The trust policy with the Denies that each agent's role has, in addition to what its owner wrote.
 *
 * @param before the trust policy before the adoption, whose Sids are not used again
 */
export function withDenies(trust: string, before: string, end: string, tagPrefix: string): string {
  const { Statement: statements = [], ...rest } = JSON.parse(withoutDenies(trust, before)) as Document;
  const sids = sidsOf(before);
  const denies = trustDenies(end, tagPrefix).map(({ sid, actions, conditions }) => (
    { Sid: sids.get(sid)!, Effect: 'Deny', Principal: { AWS: '*' }, Action: actions.length === 1 ? actions[0] : [...actions], Condition: conditions }));
  return JSON.stringify({ ...rest, Statement: [...[statements].flat(), ...denies] });
}

/** The trust policy without them: as it was before the adoption, character for character, unless its owner changed it since. */
export function withoutDenies(trust: string, before: string): string {
  const { Statement: statements = [], ...rest } = JSON.parse(trust) as Document;
  const ours = new Set(sidsOf(before).values());
  const others = [statements].flat().filter(({ Sid: sid }) => sid === undefined || !ours.has(sid));
  const without = JSON.stringify({ ...rest, Statement: others });
  return isSameTrust(without, before) ? before : without;
}

/** Whether two trust policies say the same. Spaces, the order of members and a list around a single item mean nothing. */
export function isSameTrust(one: string, other: string): boolean {
  return normal(one) === normal(other);
}

function normal(trust: string): string {
  const { Statement: statements = [], ...rest } = JSON.parse(trust) as Document;
  return canonicalJson(unlisted({ ...rest, Statement: [statements].flat() } as unknown as JsonValue));
}

/** IAM returns `"Action": ["a"]` as `"Action": "a"` or as it was written. */
function unlisted(value: JsonValue): JsonValue {
  if (Array.isArray(value)) {
    const items = value.map(unlisted);
    return items.length === 1 ? items[0] : items;
  }
  return typeof value === 'object' && value !== null
    ? Object.fromEntries(Object.entries(value).map(([key, one]) => [key, unlisted(one as JsonValue)]))
    : value;
}

/** A Sid may be in a policy once. One that the owner uses gets a number. */
function sidsOf(before: string): Map<string, string> {
  const { Statement: statements = [] } = JSON.parse(before) as Document;
  const taken = new Set([statements].flat().flatMap(({ Sid: sid }) => sid ?? []));
  return new Map(trustDenies('', DEFAULT_TAG_PREFIX).map(({ sid }) => {
    let free = `${SID_PREFIX}${sid}`;
    for (let number = 2; taken.has(free); number += 1) {
      free = `${SID_PREFIX}${sid}${number}`;
    }
    return [sid, free];
  }));
}
