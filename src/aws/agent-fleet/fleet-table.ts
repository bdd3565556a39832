import { readFileSync } from 'node:fs';
import { COLUMNS, REQUIRED } from './columns';
import { CsvRecord, readCsv } from '../../core/csv';
import { cellCountFault, csvTextOf, headerFault } from '../../core/csv-table';
import { InvalidInputError } from '../../core/errors';
import { requireLiteral } from '../../core/literal';
import { RowFaults, RowPlace } from '../../core/row-faults';
import { shown } from '../../core/shown';

/** A row as it was given: the cells that are not empty. */
export interface TableRow extends RowPlace {
  readonly cells: ReadonlyMap<string, unknown>;
}

const EMPTY = 'FleetEmpty';
const NO_ROWS = 'there are no rows. An empty table would make every agent of it leave: to remove all agents, remove the fleet from the code';

/** The rows of a CSV file. Its first record names the columns. */
export function rowsOfFile(path: string, ownColumns: readonly string[], faults: RowFaults): TableRow[] {
  const [header, ...all] = readCsv(textOf(path));
  if (header === undefined) {
    faults.add({}, undefined, EMPTY, NO_ROWS);
    return [];
  }
  checkHeader(header, ownColumns, faults);
  // Without the right columns every row would be faulty.
  if (faults.any) {
    return [];
  }
  // Spreadsheets write lines of commas for rows that were cleared. They are left out as empty lines are, and a table of nothing else is empty.
  const records = all.filter(({ cells, fault }) => fault !== undefined || cells.some((cell) => cell !== ''));
  if (records.length === 0) {
    faults.add({}, undefined, EMPTY, NO_ROWS);
  }
  return records.map((record, index) => rowOf(record, header.cells, { row: index + 1, line: record.line }, faults));
}

/** Rows that code gives. */
export function rowsOfMaps(rows: unknown, ownColumns: readonly string[], faults: RowFaults): TableRow[] {
  if (!Array.isArray(rows)) {
    throw new InvalidInputError('WrongType', `the rows of a fleet are ${shown(rows)}: use a list of rows, each of which maps the names of columns to texts`);
  }
  if (rows.length === 0) {
    faults.add({}, undefined, EMPTY, NO_ROWS);
  }
  const known = new Set([...Object.keys(COLUMNS), ...ownColumns]);
  return rows.map((row: unknown, index) => {
    const place = { row: index + 1 };
    if (typeof row !== 'object' || row === null || Array.isArray(row)) {
      faults.add(place, undefined, 'WrongType', `the row is ${shown(row)}: use a map of the names of columns to texts`);
      return { ...place, cells: new Map() };
    }
    const cells = Object.entries(row).filter(([, value]) => value !== undefined && value !== null && value !== '');
    Object.keys(row).filter((column) => !known.has(column)).forEach((column) => refuseColumn(place, column, ownColumns, faults));
    return { ...place, cells: new Map(cells) };
  });
}

function textOf(path: string): string {
  const file = requireLiteral('the path of the table', path);
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    throw new InvalidInputError('FleetFileUnreadable', `the file ${shown(file)} can't be read (${(error as NodeJS.ErrnoException).code ?? 'unknown error'}): `
      + 'give the path of a CSV file, from the folder in which the app runs or absolute', { cause: error });
  }
  return csvTextOf(bytes, file);
}

function checkHeader(header: CsvRecord, ownColumns: readonly string[], faults: RowFaults): void {
  const { line, cells } = header;
  const place = { line };
  const known = [...Object.keys(COLUMNS), ...ownColumns];
  const fault = headerFault(header);
  if (fault !== undefined) {
    faults.add(place, undefined, 'CsvMalformed', fault);
  } else {
    cells.filter((column) => !known.includes(column)).forEach((column) => refuseColumn(place, column, ownColumns, faults));
    new Set(cells.filter((column, index) => known.includes(column) && cells.indexOf(column) < index)).forEach((column) => (
      faults.add(place, column, 'ColumnTwice', 'the table has this column more than once: keep one of them')));
    REQUIRED.filter((column) => !cells.includes(column)).forEach((column) => faults.add(place, column, 'ColumnMissing', 'the table has no such column: add it'));
  }
}

function refuseColumn(place: RowPlace, column: string, ownColumns: readonly string[], faults: RowFaults): void {
  faults.add(place, shown(column), 'ColumnUnknown',
    `no such column is known: use ${[...Object.keys(COLUMNS), ...ownColumns].join(', ')}, or name it in ownColumns`);
}

function rowOf({ cells, fault }: CsvRecord, columns: readonly string[], place: RowPlace, faults: RowFaults): TableRow {
  const miscounted = cellCountFault(cells, columns);
  if (fault !== undefined) {
    faults.add(place, undefined, 'CsvMalformed', fault);
  } else if (miscounted !== undefined) {
    faults.add(place, undefined, 'CellCount', miscounted);
  } else {
    return { ...place, cells: new Map(columns.map((column, index): [string, unknown] => [column, cells[index]]).filter(([, cell]) => cell !== '')) };
  }
  return { ...place, cells: new Map() };
}
