import { printable } from '../../evidence';
import { Inventory, InventoryRow } from '../model';

const COLUMNS: readonly (readonly [name: string, cell: (row: InventoryRow) => string | undefined])[] = [
  ['account', ({ account }) => account],
  ['account_name', ({ accountName }) => accountName],
  ['type', ({ type }) => type],
  ['name', ({ name }) => name],
  ['arn', ({ arn }) => arn],
  ['id', ({ id }) => id],
  ['kind', ({ kind }) => kind],
  ['kind_because', ({ kindBecause }) => kindBecause],
  ['created_at', ({ createdAt }) => createdAt],
  ['last_used_at', ({ lastUsed }) => lastUsed?.at],
  ['last_used_by', ({ lastUsed }) => lastUsed?.by],
  ['assumed_by', ({ assumedBy }) => assumedBy.map(({ name }) => name).join('; ')],
  ['keys', ({ keys }) => keys.map(({ name, active, ageDays }) => `${name}${active ? '' : ' (inactive)'}${ageDays === undefined ? '' : `, ${ageDays} days old`}`).join('; ')],
  ['power', ({ power }) => power.level],
  ['power_by', ({ power }) => power.statements.map(({ policy, allows }) => `${policy}: ${allows}`).join('; ')],
  ['made_by', ({ madeBy }) => [madeBy?.tool, madeBy?.stack].filter((part) => part !== undefined).join(' ')],
  ['sponsor', ({ sponsors }) => sponsors[0]?.who],
  ['sponsor_evidence', ({ sponsors }) => sponsors[0]?.evidence],
  ['agent', ({ agent }) => agent?.name],
  ['registry', ({ agent }) => agent?.registry],
  ['roles', ({ roles }) => roles?.join(' ')],
  ['catalogue', ({ catalogue }) => catalogue?.match],
  ['catalogue_registry', ({ catalogue }) => catalogue?.registry],
  ['catalogue_status', ({ catalogue }) => catalogue?.status],
  ['services_used', ({ services }) => services?.filter(({ lastUsedAt }) => lastUsedAt !== undefined).map(({ name }) => name).join(' ')],
  ['services_unused', ({ services }) => services?.filter(({ lastUsedAt }) => lastUsedAt === undefined).map(({ name }) => name).join(' ')],
  ['findings', ({ findings }) => findings.map(({ owasp, rule, severity, detail }) => `${owasp} ${severity} ${rule}: ${detail}`).join('; ')],
];

/** One line an identity, for spreadsheets (RFC 4180). */
export function inventoryCsv({ rows }: Pick<Inventory, 'rows'>): string {
  return [COLUMNS.map(([name]) => name), ...rows.map((row) => COLUMNS.map(([, cell]) => csvCell(cell(row) ?? '')))].map((cells) => cells.join(',')).join('\r\n');
}

/** Where a formula can begin: in front of a cell, and after a semicolon, at which spreadsheets of many countries separate cells even within quotes. */
const BEGINNING = /((?:^|;)[\s"]*)(?=[=+\-@＝＋－＠])/g;

/**
 * A quoted cell that no spreadsheet takes for a formula: what begins like one gets an apostrophe in front, which spreadsheets hide.
 * https://owasp.org/www-community/attacks/CSV_Injection
 */
export function csvCell(text: string): string {
  const plain = printable(text);
  // A tab or a line break at the beginning is a space by now. Asian keyboards have wide forms of the signs.
  const safe = (/^[\t\r\n]/.test(text) ? `'${plain}` : plain).replace(BEGINNING, "$1'");
  return `"${safe.replace(/"/g, '""')}"`;
}
