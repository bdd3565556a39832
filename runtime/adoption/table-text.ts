import { LEAVE_ALONE } from './read-row';
import { cellAsGiven, csvCell, readCsv } from '../../src/core/csv';
import { cellCountFault, csvTextOf, headerFault } from '../../src/core/csv-table';
import { InvalidInputError } from '../../src/core/errors';
import { shown } from '../../src/core/shown';
import { ADOPTION_COLUMNS, Inventory, inventoryCsv } from '../inventory';

/** A row of a table, by column. */
export type TableRow = Map<string, string>;

/** A table while it is filled in. */
export interface TableText {
  readonly columns: readonly string[];
  readonly rows: readonly TableRow[];
}

/**
 * Reads a table that is filled in, with its columns of others.
 *
 * @throws InvalidInputError `CsvMalformed`, `CsvNotUtf8`
 */
export function parseTable(bytes: Uint8Array, file: string): TableText {
  const [header, ...records] = readCsv(csvTextOf(bytes, file));
  const columns = header?.cells ?? [];
  for (const [index, record] of [...header === undefined ? [] : [header], ...records].entries()) {
    const fault = index === 0 ? headerFault(record) : record.fault ?? cellCountFault(record.cells, columns);
    if (fault !== undefined) {
      throw new InvalidInputError('CsvMalformed', `${shown(file)}, line ${record.line}: ${fault}`);
    }
  }
  return { columns, rows: records.map(({ cells }) => new Map(columns.map((column, index) => [column, cellAsGiven(cells[index])]))) };
}

export function formatTable({ columns, rows }: TableText): string {
  return [columns.map((column) => (/[",\r\n]/.test(column) ? csvCell(column) : column)), ...rows.map((row) => columns.map((column) => csvCell(row.get(column) ?? '')))]
    .map((cells) => cells.join(',')).join('\r\n');
}

/**
 * The table of an inventory with what an earlier table says of the same identities. What the inventory no longer has stays as it was, because its agent would leave without its row.
 *
 * @throws InvalidInputError `TableForeign` if the earlier text is another table
 */
export function tableOf(inventory: Inventory, registry: string, earlier: TableText = { columns: [], rows: [] }): TableText {
  if (earlier.columns.length > 0 && !earlier.columns.includes('arn')) {
    throw new InvalidInputError('TableForeign', `the earlier table has the columns ${shown(earlier.columns.join(','))} and no column arn, so it is no table of nhi inventory and is kept as it is: move it away, or name another folder`);
  }
  const fresh = parseTable(Buffer.from(inventoryCsv(inventory, { registry })), 'the inventory');
  const known = new Map(earlier.rows.map((row) => [row.get('arn') ?? '', row]));
  const own = earlier.columns.filter((column) => !fresh.columns.includes(column));
  const rows = fresh.rows.map((row) => {
    const before = known.get(row.get('arn') ?? '');
    const isAnswered = before !== undefined && (before.get('how') ?? '') !== '';
    return new Map([...row, ...[...isAnswered ? ADOPTION_COLUMNS : [], ...own].map((column): [string, string] => [column, before?.get(column) ?? ''])]);
  });
  const present = new Set(fresh.rows.map((row) => row.get('arn')));
  return { columns: [...fresh.columns, ...own], rows: [...rows, ...earlier.rows.filter((row) => !present.has(row.get('arn')))] };
}

/** Whether a person decided that an identity stays as it is. */
export function isLeftAlone(row: TableRow): boolean {
  return row.get('how') === LEAVE_ALONE;
}
