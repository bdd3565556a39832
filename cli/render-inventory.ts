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
/** An address says what it is. */
const OF_GOOGLE: readonly IdentityType[] = ['service-account'];
const isIdentity = (kind: IdentityKind): boolean => KINDS.some(([one]) => one === kind);

/** The machine identities, or all, the worst first, and what an inventory counted. */
export function renderInventory({ rows, accounts, unread, cloud }: Inventory, all: boolean, columns: number | undefined): string {
  const shown = rows.filter(({ kind }) => all || SHOWN.includes(kind));
  const several = accounts.length + unread.filter(({ service }) => service === undefined).length > 1;
  const container = cloud === undefined ? 'account' : 'project';
  const machines = rows.filter(({ kind }) => kind === 'machine');
  const count = (which: (row: InventoryRow) => boolean): number => machines.filter(which).length;
  return [
    ...(shown.length === 0 ? ['no machine identities'] : fitTable([...several ? [container] : [], ...all ? ['kind'] : [], ...HEAD], shown.map((row) => [
      ...several ? [row.account] : [], ...all ? [row.kind] : [], ...cellsOf(row),
    ]), columns)),
    '',
    ...cloud === undefined ? ofIam(rows) : [`${rows.filter(({ type }) => OF_GOOGLE.includes(type)).length} service accounts`],
    `  ${count(({ lastUsed, isUseUnknown }) => lastUsed === undefined && isUseUnknown !== true)} never used, ${count(({ power }) => isPower(power.level))} with admin-like power, ${count(({ keys }) => keys.some(({ active }) => active))} with active keys`,
    `  ${count(({ agent }) => agent !== undefined)} agents of a registry, ${count(({ sponsors }) => sponsors.length === 0)} without a likely sponsor`,
    ...unread.map(({ account, service, reason }) => `NOT READ: ${service === undefined ? '' : `${service} of `}${account.includes('/') ? '' : `${container} `}${account}: ${reason}`).map(printable),
  ].join('\n');
}

function ofIam(rows: readonly InventoryRow[]): string[] {
  return [
    `${rows.filter(({ type }) => OF_IAM.includes(type)).length} roles and users`,
    ...othersIn(rows),
    `  ${KINDS.map(([kind, plural]) => `${rows.filter((row) => row.kind === kind).length} ${plural}`).join(', ')}`,
    'of the machine identities',
  ];
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

function cellsOf(row: InventoryRow): string[] {
  const { name, type, kind, lastUsed, isUseUnknown, keys, power, assumedBy, roles, sponsors, agent, catalogue, findings } = row;
  return [
    OF_GOOGLE.includes(type) ? name : `${type}/${name}`,
    lastUsed?.at.slice(0, 10) ?? (isUseUnknown === true ? '?' : isIdentity(kind) ? 'never' : ''),
    keys.map(({ active, ageDays }) => `${ageDays ?? '?'}d${active ? '' : ' off'}`).join(' '),
    power.level,
    roles === undefined ? assumedBy.map((caller) => caller.name).join(', ') : `leads to ${roles.map((arn) => arn.split('/').at(-1)).join(', ') || 'no role'}`,
    `${agent === undefined ? sponsors[0]?.who ?? '' : `agent ${agent.name}`}${catalogue?.match === 'only-here' ? ', not in AWS Agent Registry' : ''}`,
    findings.map(({ owasp, rule }) => `${owasp} ${rule}`).join(', '),
  ];
}
