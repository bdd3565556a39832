import { CsvRecord } from './csv';
import { InvalidInputError } from './errors';
import { shown } from './shown';

/**
 * The text of a CSV file.
 *
 * @throws InvalidInputError `CsvNotUtf8`
 */
export function csvTextOf(bytes: Uint8Array, file: string): string {
  try {
    // It also leaves out the mark of the byte order that spreadsheets write.
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new InvalidInputError('CsvNotUtf8', `the file ${shown(file)} is not in UTF-8: save it as "CSV UTF-8"`, { cause: error });
  }
}

/** Why the first record of a file can't name columns. */
export function headerFault({ cells, fault }: CsvRecord): string | undefined {
  if (fault !== undefined) {
    return fault;
  }
  if (/^sep=/i.test(cells[0])) {
    return `the first line is a setting of a spreadsheet, ${shown(cells.join(','))}: delete it, and save the table with commas`;
  }
  return cells.length === 1 && /[;\t|]/.test(cells[0])
    ? `the columns are separated by something else than commas: ${shown(cells[0])}: save the table with commas` : undefined;
}

/** Why a record has no cell for each column. */
export function cellCountFault(cells: readonly string[], columns: readonly string[]): string | undefined {
  return cells.length === columns.length ? undefined
    : `the row has ${cells.length} cells and the header ${columns.length}: give each row a cell for each column, and put a cell that holds a comma in double quotes`;
}
