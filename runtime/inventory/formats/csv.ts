import { csvCell } from '../../../src/core/csv';
import { ADOPTION_COLUMNS, AdoptionCells } from '../adoption/columns';
import { proposalsFor } from '../adoption/proposal';
import { waysOf } from '../adoption/ways';
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

/** What a table is for besides reading. */
interface CsvOptions {
  /** The registry that identities may join. */
  readonly registry: string;
  /** What a person filled in already, by ARN. Otherwise it is proposed. */
  readonly answers?: ReadonlyMap<string, AdoptionCells>;
}

/** One line an identity, for spreadsheets (RFC 4180). The last columns are for a person to fill in, and are read by `nhi adopt`. */
export function inventoryCsv({ rows }: Pick<Inventory, 'rows'>, { registry, answers = new Map<string, AdoptionCells>() }: CsvOptions): string {
  const proposals = proposalsFor(rows, registry);
  const head = [...COLUMNS.map(([name]) => name), 'ways', ...ADOPTION_COLUMNS];
  const lines = rows.map((row) => {
    const cells = answers.get(row.arn) ?? proposals.get(row.arn) ?? {};
    return [...COLUMNS.map(([, cell]) => cell(row)), waysText(row, registry), ...ADOPTION_COLUMNS.map((column) => cells[column])];
  });
  return [head, ...lines.map((cells) => cells.map((cell) => csvCell(cell ?? '')))].map((cells) => cells.join(',')).join('\r\n');
}

function waysText(row: InventoryRow, registry: string): string {
  const { ways, because } = waysOf(row, registry);
  return [ways.length === 0 ? 'none' : ways.join(', '), ...(because === undefined ? [] : [because])].join(': ');
}
