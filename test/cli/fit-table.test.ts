import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { fitTable, widthOf } from '../../cli/fit-table';

const HEAD = ['name', 'sponsor'];

test('is as wide as its text if it has the room', () => {
  expect(fitTable(HEAD, [['a-bot', 'ada@example.com']], 80)).toEqual(['name   sponsor', 'a-bot  ada@example.com']);
  expect(fitTable(HEAD, [['x'.repeat(300), '']], undefined)[1]).toHaveLength(300);
});

test('shortens the widest column first, with a mark', () => {
  expect(fitTable(HEAD, [['a-bot', 'ada.park@example.com']], 20)).toEqual(['name   sponsor', 'a-bot  ada.park@exa…']);
});

test('wide characters take two columns, and combining marks none', () => {
  expect(widthOf('日本')).toBe(4);
  expect(widthOf('e\u0301')).toBe(1);
  expect(fitTable(['a', 'b'], [['日本語', 'x']], 80)[1]).toBe('日本語  x');
});

test('no line is wider than the terminal, whatever is in it', () => {
  fc.assert(fc.property(fc.array(fc.tuple(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'binary' }))), fc.integer({ min: 2, max: 200 }), (rows, columns) => {
    const lines = fitTable(HEAD, rows, columns);
    expect(lines.filter((line) => widthOf(line) > columns)).toEqual([]);
    expect(lines).toHaveLength(rows.length + 1);
  }));
});

test('no character takes more columns than is counted, by the tables of Unicode that Python has', () => {
  const python = 'import sys,unicodedata;sys.stdout.write("\\n".join(str(c) for c in range(0x20,0x40000) if unicodedata.east_asian_width(chr(c)) in "WF" and unicodedata.category(chr(c))[0] not in "CM"))';
  const wide = execFileSync('python3', ['-c', python], { encoding: 'utf8', maxBuffer: 10_000_000 }).split('\n').map(Number);

  expect(wide.length).toBeGreaterThan(100_000);
  expect(wide.filter((code) => widthOf(String.fromCodePoint(code)) !== 2).map((code) => code.toString(16))).toEqual([]);
});

test('a character that is shown as a picture takes two columns', () => {
  expect(widthOf('\u2764\ufe0f')).toBe(2);
  expect(widthOf('✅')).toBe(2);
});

test('a colour changes neither widths nor what is shown, and the head has none', () => {
  const rows = [['a-bot', 'ada'], ['日本語', 'li']];
  const paint = (tone: string, text: string): string => `<${tone}>${text}</>`;
  const toneOf = (row: number, column: number) => (row === 1 && column === 0 ? 'bad' as const : undefined);

  expect(fitTable(HEAD, rows, 80, { paint, toneOf })).toEqual(['name    sponsor', 'a-bot   ada', '<bad>日本語</>  li']);
  expect(fitTable(HEAD, rows, 12, { paint, toneOf }).map((line) => line.replace(/<[^>]*>/g, ''))).toEqual(fitTable(HEAD, rows, 12));
});
