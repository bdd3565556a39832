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
