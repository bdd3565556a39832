import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RESIDUE_ROWS } from '../../build/residue-page';
import { WIPERS } from '../../runtime/aws/wipers';
import { ResidueKind } from '../../src/contract/residue';

const ROOT = join(__dirname, '..', '..');

test('every wiper has a row, and every row a wiper', () => {
  expect(Object.keys(RESIDUE_ROWS).sort()).toEqual(WIPERS.map(({ name }) => name).sort());
});

test.each(Object.entries(RESIDUE_ROWS))('%s: the tests that the row names exist, and are about it', (name, { tested }) => {
  expect(Object.keys(tested).length).toBeGreaterThan(0);
  for (const file of Object.keys(tested)) {
    expect(existsSync(join(ROOT, file))).toBe(true);
    const camel = name.replace(/-(\w)/g, (_all, letter: string) => letter.toUpperCase());
    if (file.startsWith('test/runtime/aws/wipers')) {
      expect(readFileSync(join(ROOT, file), 'utf8')).toContain(camel);
    }
  }
});

test('every kind that a registry can choose has a wiper', () => {
  const kinds = WIPERS.flatMap(({ residue, needs }) => [residue, ...needs.map(({ of }) => of)]);
  expect(Object.values(ResidueKind).filter((kind) => !kinds.includes(kind))).toEqual([]);
});

test('every wiper says where it looks, and the page says it', () => {
  const page = readFileSync(join(ROOT, 'docs', 'residue.md'), 'utf8');
  expect(WIPERS.filter(({ source }) => source.length < 20 || !page.includes(source)).map(({ name }) => name)).toEqual([]);
  expect(WIPERS.flatMap(({ gaps }) => gaps).filter((gap) => !page.includes(gap))).toEqual([]);
});
