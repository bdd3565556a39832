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

test('each call can go wrong in each way', () => {
  const table = rows('what happens to the agent | calls of AWS | schedules with one fault');
  const numbers = table.map(([, ...cells]) => cells.map((cell) => Number(cell.replaceAll(/[*,]/g, ''))));
  expect(numbers.filter(([calls, schedules]) => schedules !== calls * Object.keys(KINDS).length)).toEqual([]);
  const [calls] = numbers.pop()!;
  expect(numbers.reduce((sum, [own]) => sum + own, 0)).toBe(calls);
});
