import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '..', '..');
const PICTURE = readFileSync(join(ROOT, 'docs', 'architecture.svg'), 'utf8');
const PAGE = readFileSync(join(ROOT, 'docs', 'architecture.md'), 'utf8');
const foldersOf = (place: string) => (
  readdirSync(join(ROOT, place), { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => name));
const inPicture = (name: string) => new RegExp(`>(?:[^<]*, )?${name}(?:, [^<]*)?<`).test(PICTURE);

test.each(['src/aws', 'src/google', 'runtime'])('the picture has every room of %s', (place) => {
  expect(foldersOf(place).length).toBeGreaterThan(4);
  expect(foldersOf(place).filter((name) => !inPicture(name))).toEqual([]);
});

test('the table has every room of runtime and of src/aws', () => {
  expect(foldersOf('runtime').filter((name) => !PAGE.includes(`\`runtime/${name}\``))).toEqual([]);
  expect(foldersOf('src/aws').filter((name) => !PAGE.includes(`... \`${name}\``))).toEqual([]);
});

test('a room that does not exist is not in the picture', () => {
  expect(inPicture('emulator')).toBe(false);
});
