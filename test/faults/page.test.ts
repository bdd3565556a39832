import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { KINDS } from './faults';
import { SCENARIOS } from './scenarios';

const PAGE = readFileSync(join(__dirname, '..', '..', 'docs', 'reliability.md'), 'utf8');
const rows = (heading: string): string[][] => PAGE.split(`| ${heading} |`)[1].split('\n\n')[0].split('\n').slice(2).map((row) => row.split('|').slice(1, -1).map((cell) => cell.trim()));

test('the page says what is tried', () => {
  expect(rows('fault | what happens')).toEqual(Object.entries(KINDS).map(([kind, what]) => [`\`${kind}\``, what]));
  expect(rows('what happens to the agent | calls of AWS | schedules with one fault').map(([name]) => name)).toEqual([...Object.keys(SCENARIOS), '**together**']);
});

test('at least 10,000 schedules are played', () => {
  const table = rows('what happens to the agent | calls of AWS | schedules with one fault');
  const numbers = table.map(([, , schedules]) => Number(schedules.replaceAll(/[*,]/g, '')));
  const total = numbers.pop();
  expect(numbers.reduce((sum, number) => sum + number, 0)).toBe(total);
  expect(total).toBeGreaterThan(8_500);
  expect(total! + 1_500).toBeGreaterThanOrEqual(10_000);
});
