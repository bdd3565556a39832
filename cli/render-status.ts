import { Paint, plain, Tone } from './colours';
import { fitTable } from './fit-table';
import { Concern, CONCERNS, FleetStatus } from '../runtime/operator';

/** Names on a line. The rest is counted, so that the fleet stays on one screen. */
const NAMES = 5;
const [NUMBER, NEXT] = [1, 3];

interface Row {
  readonly what: string;
  readonly next: string;
}

const ROWS: Readonly<Record<Concern, Row>> = {
  'due-held': { what: 'due, held by a sweep', next: 'nhi approve-sweep' },
  'overdue': { what: 'overdue', next: 'nhi doctor' },
  'due': { what: 'due now', next: '' },
  'waits-for-release': { what: 'held by the leaver limit', next: 'nhi release-leavers' },
  'review-missed': { what: 'review missed', next: 'nhi review' },
  'review-open': { what: 'review open', next: 'nhi review' },
  'ending': { what: 'ending', next: 'nhi list --ending' },
  'ended': { what: 'ended', next: 'nhi renew' },
  'expired': { what: 'torn down, in a stack', next: 'remove the construct' },
  'suspended': { what: 'suspended', next: 'nhi show' },
  'unused': { what: 'unused', next: 'nhi keep' },
  'teardown-incomplete': { what: 'teardown incomplete', next: 'nhi retry' },
  'revocation-open': { what: 'revocation open', next: 'nhi confirm' },
  'other-trouble': { what: 'other trouble', next: 'nhi show' },
  'drift': { what: 'drift', next: 'nhi show' },
  'old-credentials': { what: 'old credentials', next: 'nhi show' },
};

/** A fleet on one screen: the same lines in the same order each time, whatever their numbers. */
export function renderStatus(status: FleetStatus, columns: number | undefined, paint: Paint = plain): string {
  const { at, living, departed, statuses, stages, sponsors, heldSweep, limitLifted, orphanRoles } = status;
  const { monthlyCosts, noLongerPaid, unknownCosts } = status;
  const counts = (all: FleetStatus['stages']): string => firstOf(all.map(({ name, agents }) => `${name} ${agents}`));
  const row = (what: string, count: number, which: string, next: string): string[] => [what, String(count), which, count === 0 ? '' : next];
  const rows = [
    ['living agents', String(living), counts(statuses), ''],
    ['departed agents', String(departed), '', ''],
    ['stages', String(stages.length), counts(stages), ''],
    ['sponsors', String(sponsors.length), counts(sponsors), ''],
    row('held by a sweep', heldSweep?.agents ?? 0, heldSweep === undefined ? '' : `${heldSweep.allowed} would be allowed, since ${heldSweep.since}`, 'nhi approve-sweep'),
    ...CONCERNS.map((concern) => {
      const { what, next } = ROWS[concern];
      const found = status.concerns[concern];
      const named = concern === 'ending' ? `ending in ${status.endingWithinDays} days` : what;
      return row(named, found.length, firstOf(found.map(({ agentName, detail, reason }) => [agentName, ...(reason === undefined ? [] : [reason]), shortly(detail)].join(' '))), concern === 'ending' ? `${next} ${status.endingWithinDays}` : next);
    }),
    ['paid a month', '', costText(monthlyCosts, unknownCosts.paid), ''],
    ['no longer paid', '', costText(noLongerPaid, unknownCosts.noLongerPaid), ''],
    row('orphan roles', orphanRoles, '', 'nhi list --orphans'),
    ...(limitLifted === undefined ? [] : [['leaver limit lifted', '', `until ${limitLifted.until} by ${limitLifted.by}`, '']]),
  ];
  // What somebody should look at has a command beside it.
  const toneOf = (index: number, column: number): Tone | undefined => (column === NUMBER && rows[index][NEXT] !== '' ? 'warning' : undefined);
  return fitTable([`at ${at.slice(0, 19)}Z`, 'number', 'which', 'next'], rows, columns, { paint, toneOf }).join('\n');
}

/** Costs by currency, in one text, with how many are in no sum. */
function costText(sums: FleetStatus['monthlyCosts'], unknown: number): string {
  return [...Object.entries(sums).map(([currency, amount]) => `${amount.toFixed(2)} ${currency}`), ...(unknown === 0 ? [] : [`${unknown} not known`])].join(', ');
}

/** An instant's day. Anything else as it is. */
function shortly(detail: string): string {
  return /^\d{4}-\d{2}-\d{2}T/.test(detail) ? detail.slice(0, 10) : detail;
}

function firstOf(all: readonly string[]): string {
  return [...all.slice(0, NAMES), ...(all.length > NAMES ? [`and ${all.length - NAMES} more`] : [])].join(', ');
}
