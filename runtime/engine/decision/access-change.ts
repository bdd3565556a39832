import { differenceOf } from './access-difference';
import { JsonValue } from '../../../src/core/canonical-json';
import { accessDigests } from '../../model/access-digests';
import { Declared } from '../../model/placement-state';

// An event carries at most 20 lines of difference: EventBridge accepts 256 KB in a call of ten events.
// https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html
const MOST_LINES = 20;
const LONGEST_LINE = 400;

/**
 * The change in what the agent may do: for each part a digest before and after (for the boundary, the boundary itself), and a readable difference.
 * Returns undefined if nothing changed. A move always changes the principal's own policy and guards. The move's own event records that.
 */
export function accessChange(from: Declared, to: Declared): { readonly [key: string]: JsonValue } | undefined {
  const inPlace = from.stage === to.stage;
  const [before, after] = [accessDigests(from, inPlace), accessDigests(to, inPlace)];
  const parts = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort().filter((part) => before[part] !== after[part]);
  if (parts.length === 0) {
    return undefined;
  }
  const { widened, narrowed, notCompared } = differenceOf(from, to);
  return {
    changed: Object.fromEntries(parts.map((part) => [part, { from: before[part] ?? 'none', to: after[part] ?? 'none' }])),
    widened: widened.slice(0, MOST_LINES).map(cut),
    narrowed: narrowed.slice(0, MOST_LINES).map(cut),
    omittedLines: Math.max(0, widened.length - MOST_LINES) + Math.max(0, narrowed.length - MOST_LINES),
    ...(notCompared.length === 0 ? {} : { notCompared: [...notCompared] }),
  };
}

function cut(line: string): string {
  const points = [...line];
  return points.length > LONGEST_LINE ? `${points.slice(0, LONGEST_LINE).join('')}... (${points.length} characters)` : line;
}
