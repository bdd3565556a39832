import * as fc from 'fast-check';
import { readCsv } from '../../src/core/csv';

const cellsOf = (text: string): (readonly string[])[] => readCsv(text).map(({ cells }) => cells);

test.each<[what: string, text: string, cells: string[][]]>([
  ['nothing', '', []],
  ['a record without a line break at its end', 'a,b', [['a', 'b']]],
  ['line breaks of Unix, Windows and old Macs', 'a\nb\r\nc\rd', [['a'], ['b'], ['c'], ['d']]],
  ['empty cells', ',\na,,b,\n', [['', ''], ['a', '', 'b', '']]],
  ['empty lines, which are left out', '\n\na\n\r\n\nb\n', [['a'], ['b']]],
  ['an empty quoted cell, which is left out if it is alone', '""\n"",""', [['', '']]],
  ['commas, quotes and line breaks in quotes', '"a, ""b""\r\nc",d', [['a, "b"\r\nc', 'd']]],
  ['quotes only', '""""', [['"']]],
  ['spaces, which are part of a cell', ' a , b', [[' a ', ' b']]],
])('reads %s', (_what, text, cells) => {
  expect(cellsOf(text)).toEqual(cells);
  expect(readCsv(text).filter(({ fault }) => fault !== undefined)).toEqual([]);
});

test('says on which line a record begins, whatever breaks lines before it', () => {
  expect(readCsv('a\r\n\r\n"b\nc\r\nd",e\rf').map(({ line }) => line)).toEqual([1, 3, 6]);
});

test.each([
  ['a quote in a plain cell', 'a"b,c', 'not quoted'],
  ['text after a quoted cell', '"a"b,c', 'text follows a quoted cell'],
  ['a space before a quote', 'c, "a"', 'not quoted'],
])('reports %s, and continues with the next line', (_what, text, fault) => {
  expect(readCsv(`x\n${text}\ny\n`)).toEqual([
    { line: 1, cells: ['x'] }, { line: 2, cells: expect.anything(), fault: expect.stringContaining(fault) }, { line: 3, cells: ['y'] },
  ]);
});

test('reports a quoted cell that is not closed once, because where it ends is unknown', () => {
  expect(readCsv('x\n"a\nb,"c"\n')).toEqual([{ line: 1, cells: ['x'] }, { line: 2, cells: ['a\nb,'], fault: expect.stringContaining('text follows') }]);
  expect(readCsv('x\na,"b\nc\nd')).toEqual([{ line: 1, cells: ['x'] }, { line: 2, cells: ['a', ''], fault: expect.stringContaining('not closed') }]);
});

const quoted = (cell: string): string => `"${cell.replace(/"/g, '""')}"`;
const cell = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r', ' ', 'ä', '=') });

test('law: reads any table that was written with quotes as it was', () => {
  fc.assert(fc.property(fc.array(fc.array(cell, { minLength: 2, maxLength: 5 }), { maxLength: 8 }), fc.constantFrom('\n', '\r\n', '\r'), (table, end) => {
    expect(cellsOf(table.map((record) => record.map(quoted).join(',') + end).join(''))).toEqual(table);
  }));
});

test('law: reads any text to its end, and every record begins after the one before', () => {
  fc.assert(fc.property(fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r') }), (text) => {
    const lines = readCsv(text).map(({ line }) => line);
    expect(lines).toEqual([...new Set(lines)].sort((a, b) => a - b));
  }));
});
