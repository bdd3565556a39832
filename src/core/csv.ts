import { FORMULA_SIGNS } from './cell';
import { replaceUnseen } from './unseen';

/** A record of a CSV text, by RFC 4180. */
export interface CsvRecord {
  /** Line of the text on which the record begins, from 1. A quoted cell may hold line breaks. */
  readonly line: number;
  readonly cells: readonly string[];
  /** Why the record can't be read. Its cells are then incomplete. */
  readonly fault?: string;
}

/** A cell: quoted, with doubled quotes in it, or plain. */
const CELL = /"([^"]*(?:""[^"]*)*)"|[^",\r\n]*/y;
const BREAK = /\r\n|\n|\r/y;
const BREAKS = /\r\n|\n|\r/g;
const REST_OF_LINE = /[^\r\n]*/y;

/**
 * Reads a CSV text as RFC 4180 describes it: commas, double quotes, and any kind of line break. Empty lines are left out. Reading continues after a record
 * that can't be read, so that all of them are found.
 */
export function readCsv(text: string): CsvRecord[] {
  const records: CsvRecord[] = [];
  let [at, line] = [0, 1];
  while (at < text.length) {
    const { cells, fault, end } = readRecord(text, at);
    if (fault !== undefined || cells.length > 1 || cells[0] !== '') {
      records.push({ line, cells, fault });
    }
    const next = end + matched(BREAK, text, end).length;
    line += text.slice(at, next).match(BREAKS)?.length ?? 0;
    at = next;
  }
  return records;
}

function readRecord(text: string, start: number): { cells: string[]; end: number; fault?: string } {
  const cells: string[] = [];
  for (let at = start; ; at++) {
    CELL.lastIndex = at;
    const [cell, quoted] = CELL.exec(text) as unknown as [string, string | undefined];
    cells.push(quoted === undefined ? cell : quoted.replace(/""/g, '"'));
    at += cell.length;
    const next = text.charAt(at);
    if (next === ',') {
      continue;
    }
    if (next === '' || next === '\r' || next === '\n') {
      return { cells, end: at };
    }
    if (next === '"' && cell === '') {
      // Where the cell ends is unknown, so what follows can't be read either.
      return { cells, end: text.length, fault: 'a quoted cell is not closed: end it with a double quote, and double each quote inside of it' };
    }
    const fault = quoted === undefined
      ? 'a double quote stands in a cell that is not quoted: put the whole cell in double quotes, and double each quote inside of it'
      : 'text follows a quoted cell: double each quote inside of the cell, and end it with a comma';
    return { cells, end: at + matched(REST_OF_LINE, text, at).length, fault };
  }
}

function matched(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? '';
}

/**
 * Where a formula can begin: in front of a cell, and after a semicolon, at which spreadsheets of many countries separate cells even within quotes. Apostrophes
 * in front of one are counted, so that one more can be removed again.
 */
const BEGINNING = new RegExp(`((?:^|;)[\\s"]*)(?='*[${FORMULA_SIGNS}])`, 'g');
const WRITTEN = new RegExp(`((?:^|;)[\\s"]*)'(?='*[${FORMULA_SIGNS}])`, 'g');

/**
 * A quoted cell that no spreadsheet takes for a formula: what begins like one gets an apostrophe in front, which spreadsheets hide. Characters that can't be
 * seen, tabs and line breaks too, are spaces. https://owasp.org/www-community/attacks/CSV_Injection
 */
export function csvCell(text: string): string {
  return `"${replaceUnseen(text, () => ' ').replace(BEGINNING, "$1'").replace(/"/g, '""')}"`;
}

/** The text of which `csvCell` made this one, without the quotes. */
export function cellAsGiven(text: string): string {
  return text.replace(WRITTEN, '$1');
}
