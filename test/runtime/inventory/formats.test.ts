import fc from 'fast-check';
import { generateAccount, HOSTILE, NOW, roleOf } from './generated-account';
import { inventoryOf, rowsIn } from './inventory-of';
import { inventoryCsv } from '../../../runtime/inventory/formats/csv';
import { inventoryReport } from '../../../runtime/inventory/report/page';
import { csvCell } from '../../../src/core/csv';

const { rows } = inventoryOf(42, 8);

/** Reads CSV as RFC 4180 has it. */
function cellsOf(csv: string): string[][] {
  return csv.split('\r\n').map((line) => [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^",]*))/g)].map(([, quoted, plain]) => quoted?.replace(/""/g, '"') ?? plain));
}

describe('CSV', () => {
  test.each([...HOSTILE, '\t=1+1', '\r=1', ' =1', '＝1', '+1', '-x'])('the cell of %j is no formula', (text) => {
    const [[cell]] = cellsOf(csvCell(text));

    expect(cell).not.toMatch(/^\s*[=+\-@＝＋－＠]/);
    expect(cell).not.toMatch(/[\p{C}\r\n]/u);
  });

  test.each(['ada@example.com', 'a-b', '2026-06-10', 'x=1', 'a; b-c; d', ''])('twin: the cell of %j is as it was', (text) => {
    expect(csvCell(text)).toBe(`"${text}"`);
  });

  test('no text becomes a formula, or breaks out of its cell', () => {
    fc.assert(fc.property(fc.array(fc.string({ unit: 'grapheme' }), { minLength: 1 }), (texts) => {
      const [cells] = cellsOf(texts.map(csvCell).join(','));
      expect(cells).toHaveLength(texts.length);
      expect(cells.filter((cell) => /^\s*[=+\-@]/.test(cell))).toEqual([]);
    }));
  });

  test.each(['x;=1+1', 'role a; @sum', 'x;"=1+1"', ';;-1'])('no part of %j is a formula where semicolons separate cells', (text) => {
    expect(csvCell(text).slice(1, -1).split(';').filter((part) => /^[\s"]*[=+\-@]/.test(part))).toEqual([]);
  });

  test('has a line for each identity and a cell for each column', () => {
    const [head, ...lines] = cellsOf(inventoryCsv({ rows }, { registry: 'agents' }));

    expect(lines).toHaveLength(rows.length);
    expect(new Set(lines.map(({ length }) => length))).toEqual(new Set([head.length]));
    const cell = (line: string[], column: string) => line[head.indexOf(column)];
    const admin = lines.find((line) => cell(line, 'name') === 'admin-bot-0')!;
    expect([cell(admin, 'kind'), cell(admin, 'power'), cell(admin, 'power_by')]).toEqual(['machine', 'full', 'AdministratorAccess: * on *']);
  });
});

describe('the report', () => {
  test('no text of an account ends the element that holds the data', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), fc.constantFrom(...HOSTILE), (text, hostile) => {
      const role = roleOf({ tags: { owner: text + hostile, team: hostile + text }, trust: text }, 1);
      const page = inventoryReport({ takenAt: NOW.toISOString(), accounts: [{ account: text }], unread: [{ account: '1', reason: text + hostile }], rows: rowsIn({ ...generateAccount(0, 0), roles: [role] }) });
      const data = /<script id="data" type="application\/json">([^<]*)<\/script>/.exec(page)![1];

      expect(page.match(/<script/g)).toHaveLength(2);
      expect(page.match(/<img/g)).toBeNull();
      expect((JSON.parse(data) as { rows: { sponsors: string[] }[] }).rows[0].sponsors).toHaveLength(text + hostile === hostile + text ? 1 : 2);
    }), { numRuns: 60 });
  });

  test('names an account that could not be read', () => {
    expect(inventoryReport({ ...inventoryOf(0, 0), unread: [{ account: '999900001111', reason: 'AccessDenied: <b>' }] })).toContain('Account 999900001111 could not be read: AccessDenied: &#60;b&#62;');
  });
});

test('an inventory of anything at all is taken without an error', () => {
  const anything = fc.oneof(fc.json(), fc.string({ unit: 'binary' }), fc.constantFrom('null', '7', '[]', '{"Statement":null}', '{"Statement":[{"Effect":"Allow","Principal":{"AWS":null},"Action":{}}]}'));
  fc.assert(fc.property(anything, anything, fc.string({ unit: 'binary' }), (trust, document, name) => {
    const role = roleOf({ trust, inline: { [name]: document }, name, tags: { [name]: document } }, 1);
    const [row] = rowsIn({ ...generateAccount(0, 0), roles: [role], policies: { [name]: document } });

    expect(row.findings).toBeInstanceOf(Array);
  }));
});
