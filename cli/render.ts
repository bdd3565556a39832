import { PlacementSummary } from '../runtime/ledger';
import { PlacementState } from '../runtime/lifecycle/placement-state';
import { VerifiedPlacement } from './verbs';

const HASH_SHOWN = 12;

export function renderFleet(fleet: readonly PlacementSummary[]): string {
  return fleet.length === 0 ? 'no agents' : table(
    ['agent', 'status', 'stage', 'sponsor', 'ends', 'stack'],
    fleet.map(({ agentName, status, stage, sponsorId, expiresAt, stackName }) => [agentName, status, stage, sponsorId, expiresAt, stackName]),
  );
}

export function renderPlacement(state: PlacementState): string {
  const { declared, placement } = state;
  return printable([
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
  ]);
}

export function renderVerdict({ agentName, events, chain }: VerifiedPlacement): string {
  return printable([
    table(['event', 'when', 'stage', 'hash'], events.map(({ type, time, data, hash }) => [
      type.split('.')[2], time, String((data.unmapped as { stage?: unknown } | undefined)?.stage), hash.slice(0, HASH_SHOWN),
    ])),
    chain.intact
      ? `the chain of ${agentName} is intact: ${chain.length} events, last hash ${chain.lastHash}`
      : `THE CHAIN OF ${agentName} IS BROKEN at event ${chain.brokenAt + 1}: ${chain.reason}`,
  ]);
}

function table(head: string[], rows: string[][]): string {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column].length)));
  return printable([head, ...rows].map((row) => row.map((cell, column) => cell.padEnd(widths[column])).join('  ').trimEnd()));
}

/** What came from outside can't move the cursor or fake a line. */
function printable(lines: readonly string[]): string {
  return lines.flatMap((line) => line.split('\n')).map((line) => line.replace(/\p{C}/gu, ' ')).join('\n');
}
