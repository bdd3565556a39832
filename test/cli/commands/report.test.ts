import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { REPORT_FORM, reportCsv, reportHtml } from '../../../runtime/audit';
import { readCsv } from '../../../src/core/csv';
import { Folders } from '../../runtime/audit/audit-world';
import { generatedReport, HOSTILE_NAME } from '../../runtime/audit/generated-report';
import { Outcome, Registry } from '../registry';

const folders = new Folders();
afterAll(() => folders.remove());

let registry: Registry;
beforeEach(async () => {
  registry = new Registry();
  await registry.join();
});
// The registry's clock is 2026-06-01T00:00:00Z, so that instant is the end.
const report = (...words: string[]): Promise<Outcome> => registry.nhi('report', '--from', '2026-05-01', ...words);

test('HTML by default, JSON with --json, to standard output; exit code 0', async () => {
  const html = await report();
  expect([html.exitCode, html.failure]).toEqual([0, undefined]);
  expect(html.output).toMatch(/^<!doctype html>/);
  const json = await report('--json');
  expect(REPORT_FORM.parse(JSON.parse(json.output))).toMatchObject({ from: '2026-05-01T00:00:00.000Z', to: '2026-06-01T00:00:00.000Z', population: { atStart: 0, joined: 0, atEnd: 0, livingNowInLedger: 1, livingNowInEvidence: 1 } });
});

test('exit code 2 if something does not fit, and the report says what', async () => {
  registry.bucket.forget('events/111122223333/invoice-bot/000000000001.json');
  const { output, exitCode } = await report('--json');

  expect(exitCode).toBe(2);
  expect((JSON.parse(output) as { differences: object[] }).differences).toEqual([{ what: 'invoice-bot', reason: expect.stringContaining('does not know it') }]);
});

test('files that only the user can read; CSV is a folder of one file a section, and never over another', async () => {
  const [file, folder] = [folders.next('report.html'), folders.next('csv')];
  await report('--output', file);
  expect(readFileSync(file, 'utf8')).toMatch(/^<!doctype html>/);
  await report('--format', 'csv', '--output', folder);
  const names = readdirSync(folder).sort();
  expect(names).toEqual(expect.arrayContaining(['differences.csv', 'joiners.csv', 'leavers.csv', 'movers.csv', 'overdue.csv', 'population.csv', 'summary.csv']));
  expect([file, ...names.map((name) => join(folder, name))].map((path) => statSync(path).mode.toString(8).slice(-3))).toEqual([file, ...names].map(() => '600'));

  expect(await report('--format', 'csv', '--output', folder)).toMatchObject({ exitCode: 1, failure: 'OutputUnwritable' });
  expect(await report('--format', 'csv')).toMatchObject({ exitCode: 1, failure: 'OutputMissing' });
  expect(existsSync(folder)).toBe(true);
});

test.each([['2026-02-30'], ['2026-6-1'], ['yesterday'], ['2026-06-01T00:00:00']])('--from %s is refused', async (from) => {
  expect((await registry.nhi('report', '--from', from)).message).toContain('2026-01-01T00:00:00Z');
});

test('a period that is not over is refused', async () => {
  expect(await report('--to', '2026-06-02')).toMatchObject({ exitCode: 1, failure: 'PeriodInvalid' });
  expect(await report('--to', '2026-06-01')).toMatchObject({ exitCode: 0 });
});

describe('what people wrote', () => {
  test('is no formula in CSV, and each row has the key, version and hash of its evidence', async () => {
    const files = reportCsv(await generatedReport());
    const records = readCsv(files.get('reviews.csv')!);
    expect(records.every(({ fault, cells }) => fault === undefined && cells.length === records[0].cells.length)).toBe(true);
    expect(records.slice(1).every(({ cells }) => /^events\/.*\.json$/.test(cells[records[0].cells.indexOf('evidence_key')]))).toBe(true);
    expect(records.some(({ cells }) => cells.includes(HOSTILE_NAME))).toBe(true);
  });

  test('any text stays in its cell, and in the page it stays text', async () => {
    const generated = await generatedReport();
    fc.assert(fc.property(fc.string({ unit: 'binary' }), fc.constantFrom('=1+1', '@sum', HOSTILE_NAME, '"><script>', "' onload='"), (some, hostile) => {
      const text = some + hostile;
      const [section] = generated.sections;
      const row = { ...section.rows[0], agent: hostile + some, by: text, facts: { ...section.rows[0].facts, purpose: hostile } };
      const sections = [{ ...section, rows: [row] }, ...generated.sections.slice(1)];
      const changed = { ...generated, registry: text, takenBy: text, differences: [{ what: text, reason: text }], sections };
      const [, { cells, fault }] = readCsv(reportCsv(changed).get(`${section.id}.csv`)!);
      expect(fault).toBeUndefined();
      expect(cells.filter((cell) => /^\s*[=+\-@]/.test(cell))).toEqual([]);
      const page = reportHtml(changed);
      expect(page.match(/<script/g)).toHaveLength(1);
      expect(page).not.toMatch(/<img|onload='/);
    }), { numRuns: 50 });
  });
});
