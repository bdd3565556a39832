import { codeOf, TOKENS } from './code-of';
import { requireCell } from '../../src/core/cell';
import { cellAsGiven, csvCell, readCsv } from '../../src/core/csv';
import { cellCountFault, csvTextOf, headerFault } from '../../src/core/csv-table';

test.each(['invoice-bot', '3', 'Ada Park', 'a=b', ''])('the cell %j is taken as it is', (cell) => {
  expect(requireCell('purpose', cell)).toBe(cell);
});

test.each(['=1+1', '+1', '-1', '@x', '\uFF1D1', '\uFF0B1', '\uFF0D1', '\uFF201'])('the cell %j, which a spreadsheet would run, is refused', (cell) => {
  expect(codeOf(() => requireCell('purpose', cell))).toBe('FormulaCell');
});

test('a placeholder is no cell', () => {
  TOKENS.forEach((token) => expect(codeOf(() => requireCell('purpose', token))).toBeDefined());
});

test.each(['=1', 'a;=1', '\'=1', 'a, "b"', 'plain', ' ;  +x', '\'\'@'])('a written cell is inert, and is read as it was: %j', (text) => {
  const written = csvCell(text);
  const [{ cells: [cell] }] = readCsv(`${written},x`);
  expect(cellAsGiven(cell)).toBe(text);
  expect(cell.split(';').filter((part) => /^[\s"]*[=+\-@]/.test(part))).toEqual([]);
});

test('what can\'t be seen is a space', () => {
  expect(csvCell('a\tb\u202ec')).toBe('"a b c"');
});

test('a text in UTF-8 is read without its mark, and any other is refused', () => {
  expect(csvTextOf(Buffer.from('\uFEFFa,ä'), 'fleet.csv')).toBe('a,ä');
  expect(codeOf(() => csvTextOf(Buffer.from([0x61, 0xe4]), 'fleet.csv'))).toBe('CsvNotUtf8');
});

test.each([
  ['a,b', undefined],
  ['a', undefined],
  ['sep=;', /delete it/],
  ['a;b', /commas/],
  ['a\tb', /commas/],
  ['a|b', /commas/],
  ['"a', /not closed/],
])('a header %j', (text, fault) => {
  const [record] = readCsv(text);
  expect(headerFault(record)).toEqual(fault === undefined ? undefined : expect.stringMatching(fault));
});

test('a row has a cell for each column', () => {
  expect(cellCountFault(['a', 'b'], ['x', 'y'])).toBeUndefined();
  expect(cellCountFault(['a'], ['x', 'y'])).toContain('1 cells and the header 2');
});
