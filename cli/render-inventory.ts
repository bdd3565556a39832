import { fitTable } from './fit-table';
import { printable } from '../runtime/evidence';
import { IdentityKind, IdentityType, Inventory, InventoryRow } from '../runtime/inventory';
import { isPower } from '../src/core/identities/power';

const HEAD = ['identity', 'last used', 'keys', 'power', 'assumed by', 'likely sponsor', 'findings'];
const KINDS: readonly (readonly [kind: IdentityKind, plural: string])[] = [
  ['machine', 'machine identities'], ['human', 'of people'], ['service-linked', 'service-linked'], ['aws-created', 'created by AWS'],
];
const OF_IAM: readonly IdentityType[] = ['role', 'user', 'root'];
/** What options add, and what it is called. */
const OTHERS: readonly (readonly [type: IdentityType, plural: string])[] = [
  ['roles-anywhere-subject', 'subjects of IAM Roles Anywhere'], ['roles-anywhere-profile', 'of its profiles'], ['roles-anywhere-trust-anchor', 'of its trust anchors'],
];
/** The same, of people or AWS, is shown with `--all` only. */
const SHOWN: readonly IdentityKind[] = ['machine', 'federation', 'catalogue'];
const isIdentity = (kind: IdentityKind): boolean => KINDS.some(([one]) => one === kind);

/** The machine identities, or all, the worst first, and what an inventory counted. */
export function renderInventory({ rows, accounts, unread }: Inventory, all: boolean, columns: number | undefined): string {
  const shown = rows.filter(({ kind }) => all || SHOWN.includes(kind));
  const several = accounts.length + unread.filter(({ service }) => service === undefined).length > 1;
  const machines = rows.filter(({ kind }) => kind === 'machine');
  const count = (which: (row: InventoryRow) => boolean): number => machines.filter(which).length;
  return [
    ...(shown.length === 0 ? ['no machine identities'] : fitTable([...several ? ['account'] : [], ...all ? ['kind'] : [], ...HEAD], shown.map((row) => [
      ...several ? [row.account] : [], ...all ? [row.kind] : [], ...cellsOf(row),
    ]), columns)),
    '',
    `${rows.filter(({ type }) => OF_IAM.includes(type)).length} roles and users`,
    ...othersIn(rows),
    `  ${KINDS.map(([kind, plural]) => `${rows.filter((row) => row.kind === kind).length} ${plural}`).join(', ')}`,
    'of the machine identities',
    `  ${count(({ lastUsed }) => lastUsed === undefined)} never used, ${count(({ power }) => isPower(power.level))} with admin-like power, ${count(({ keys }) => keys.some(({ active }) => active))} with active keys`,
    `  ${count(({ agent }) => agent !== undefined)} agents of a registry, ${count(({ sponsors }) => sponsors.length === 0)} without a likely sponsor`,
    ...unread.map(({ account, service, reason }) => `NOT READ: ${service === undefined ? '' : `${service} of `}account ${account}: ${reason}`).map(printable),
  ].join('\n');
}

function othersIn(rows: readonly InventoryRow[]): string[] {
  const anywhere = OTHERS.map(([type, plural]) => ({ plural, count: rows.filter((row) => row.type === type).length }));
  const matches = (match: string): number => rows.filter(({ catalogue }) => catalogue?.match === match).length;
  return [
    ...(anywhere.some(({ count }) => count > 0) ? [anywhere.map(({ count, plural }) => `${count} ${plural}`).join(', ')] : []),
    ...(rows.some(({ catalogue }) => catalogue !== undefined)
      ? [`AWS Agent Registry has ${matches('both')} of the roles of agents, not ${matches('only-here')}, and ${matches('only-there')} agents that no registry has`] : []),
  ];
}

function cellsOf({ name, type, kind, lastUsed, keys, power, assumedBy, roles, sponsors, agent, catalogue, findings }: InventoryRow): string[] {
  return [
    `${type}/${name}`,
    lastUsed?.at.slice(0, 10) ?? (isIdentity(kind) ? 'never' : ''),
    keys.map(({ active, ageDays }) => `${ageDays ?? '?'}d${active ? '' : ' off'}`).join(' '),
    power.level,
    roles === undefined ? assumedBy.map((caller) => caller.name).join(', ') : `leads to ${roles.map((arn) => arn.split('/').at(-1)).join(', ') || 'no role'}`,
    `${agent === undefined ? sponsors[0]?.who ?? '' : `agent ${agent.name}`}${catalogue?.match === 'only-here' ? ', not in AWS Agent Registry' : ''}`,
    findings.map(({ owasp, rule }) => `${owasp} ${rule}`).join(', '),
  ];
}
