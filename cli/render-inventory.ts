import { fitTable } from './fit-table';
import { printable } from '../runtime/evidence';
import { IdentityKind, Inventory, InventoryRow } from '../runtime/inventory';
import { isPower } from '../src/core/identities/power';

const HEAD = ['identity', 'last used', 'keys', 'power', 'assumed by', 'likely sponsor', 'findings'];
const KINDS: readonly (readonly [kind: IdentityKind, plural: string])[] = [
  ['machine', 'machine identities'], ['human', 'of people'], ['service-linked', 'service-linked'], ['aws-created', 'created by AWS'],
];

/** The machine identities, or all, the worst first, and what an inventory counted. */
export function renderInventory({ rows, accounts, unread }: Inventory, all: boolean, columns: number | undefined): string {
  const shown = rows.filter(({ kind }) => all || kind === 'machine');
  const several = accounts.length + unread.length > 1;
  const machines = rows.filter(({ kind }) => kind === 'machine');
  const count = (which: (row: InventoryRow) => boolean): number => machines.filter(which).length;
  return [
    ...(shown.length === 0 ? ['no machine identities'] : fitTable([...several ? ['account'] : [], ...all ? ['kind'] : [], ...HEAD], shown.map((row) => [
      ...several ? [row.account] : [], ...all ? [row.kind] : [], ...cellsOf(row),
    ]), columns)),
    '',
    `${rows.length} roles and users`,
    `  ${KINDS.map(([kind, plural]) => `${rows.filter((row) => row.kind === kind).length} ${plural}`).join(', ')}`,
    'of the machine identities',
    `  ${count(({ lastUsed }) => lastUsed === undefined)} never used, ${count(({ power }) => isPower(power.level))} with admin-like power, ${count(({ keys }) => keys.some(({ active }) => active))} with active keys`,
    `  ${count(({ agent }) => agent !== undefined)} agents of a registry, ${count(({ sponsors }) => sponsors.length === 0)} without a likely sponsor`,
    ...unread.map(({ account, reason }) => `NOT READ: account ${account}: ${reason}`).map(printable),
  ].join('\n');
}

function cellsOf({ name, type, lastUsed, keys, power, assumedBy, sponsors, agent, findings }: InventoryRow): string[] {
  return [
    `${type}/${name}`,
    lastUsed?.at.slice(0, 10) ?? 'never',
    keys.map(({ active, ageDays }) => `${ageDays ?? '?'}d${active ? '' : ' off'}`).join(' '),
    power.level,
    assumedBy.map((caller) => caller.name).join(', '),
    agent === undefined ? sponsors[0]?.who ?? '' : `agent ${agent.name}`,
    findings.map(({ owasp, rule }) => `${owasp} ${rule}`).join(', '),
  ];
}
