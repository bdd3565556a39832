import { VerifiedPlacement } from './verbs';
import { printable } from '../runtime/evidence';
import { PlacementSummary } from '../runtime/ledger';
import { PlacementState } from '../runtime/lifecycle/placement-state';
import { LifecycleEvent } from '../src/core/lifecycle-event';

const HASH_SHOWN = 12;
// JSON leaves as they are: C1 controls, marks that turn the direction of text. Its own line breaks stay.
const UNSEEN_IN_JSON = /(?!\n)[\p{C}\p{Zl}\p{Zp}]/gu;

export function renderFleet(fleet: readonly PlacementSummary[]): string {
  return fleet.length === 0 ? 'no agents' : table(
    ['agent', 'status', 'stage', 'sponsor', 'ends', 'stack'],
    fleet.map(({ agentName, status, stage, sponsorId, expiresAt, stackName }) => [agentName, status, stage, sponsorId, expiresAt, stackName]),
  ).join('\n');
}

export function renderPlacement(state: PlacementState): string {
  const { declared, placement } = state;
  return [
    `agent       ${placement.agentName} in account ${placement.account}`,
    `status      ${state.status}${state.pending === undefined ? '' : ', a move is not settled'}`,
    `stage       ${declared.stage}`,
    `purpose     ${declared.purpose}`,
    `sponsor     ${declared.sponsor.accountableName} (${declared.sponsor.id}), backup ${declared.sponsor.backupEmail}`,
    `ends        ${declared.expiresAt}`,
    `owner       stack ${state.owner.stackName}`,
    `joined      ${state.joinedAt}`,
    'principals',
    ...Object.values(state.principals).map(({ roleArn, roleId, status }) => `  ${status.padEnd(12)}${roleArn} (${roleId})`),
    ...(declared.exceptions.length === 0 ? [] : ['exceptions', ...declared.exceptions.map(({ actions, reason, until }) => `  until ${until}: ${actions.join(', ')}: ${reason}`)]),
  ].map(printable).join('\n');
}

export function renderVerdict({ agentName, events, chain }: VerifiedPlacement): string {
  return [
    ...table(['event', 'when', 'stage', 'hash'], events.map(eventRow)),
    printable(chain.intact
      ? `the chain of ${agentName} is intact: ${chain.length} events, last hash ${chain.lastHash}`
      : `THE CHAIN OF ${agentName} IS BROKEN at event ${chain.brokenAt + 1}: ${chain.reason}`),
  ].join('\n');
}

/** JSON that a terminal shows and doesn't obey, either. */
export function renderJson(data: unknown): string {
  return JSON.stringify(data, null, 2).replace(UNSEEN_IN_JSON, (unseen) =>
    unseen.split('').map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`).join(''));
}

// What was tampered with may lack anything, and is shown all the same.
function eventRow({ type, time, data, hash }: Partial<LifecycleEvent>): string[] {
  const { stage } = (data?.unmapped ?? {}) as { stage?: unknown };
  return [String(type).split('.')[2] ?? String(type), String(time), String(stage), String(hash).slice(0, HASH_SHOWN)];
}

function table(head: readonly string[], rows: readonly string[][]): string[] {
  const all = [head, ...rows.map((row) => row.map(printable))];
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column].length)));
  return all.map((row) => row.map((cell, column) => cell.padEnd(widths[column])).join('  ').trimEnd());
}
