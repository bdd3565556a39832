import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ACCEPTED_SURVIVORS, MUTANTS } from './mutants';

const PROJECT = join(__dirname, '..', '..');
const occurrences = (file: string, text: string): number => readFileSync(join(PROJECT, file), 'utf8').split(text).length - 1;

// `npm run test:mutation` takes long and runs rarely. This test shows at once whether its list still fits the code.
test('each mutant changes one place of the code as it is now', () => {
  expect(MUTANTS.length).toBeGreaterThan(200);
  expect(MUTANTS.filter(({ file, text }) => occurrences(file, text) !== 1).map(({ file, text }) => `${file}: ${text}`)).toEqual([]);
});

test('each has tests that are there', () => {
  expect([...new Set(MUTANTS.flatMap(({ tests }) => tests))].filter((file) => !existsSync(join(PROJECT, file)))).toEqual([]);
  expect(MUTANTS.filter(({ tests }) => tests.length === 0)).toEqual([]);
});

test('what is accepted as a survivor has a reason', () => {
  expect([...ACCEPTED_SURVIVORS.values()].filter((reason) => reason.trim() === '')).toEqual([]);
});
