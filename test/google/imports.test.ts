import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const SOURCE = join(__dirname, '..', '..', 'src', 'google');
const FILES = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
const importing = (from: RegExp) => FILES.filter((file) => from.test(readFileSync(join(SOURCE, file), 'utf8')));

test('cdktf has one door, so that another edition of it is a change of one file', () => {
  expect(importing(/from 'cdktf/)).toEqual(['cdktf.ts']);
});

test('the provider\'s bindings have one door, each by its own path', () => {
  expect(importing(/@cdktf\/provider-google\//)).toEqual(['provider.ts']);
  expect(importing(/from '@cdktf\/provider-google'/)).toEqual([]);
});

test('what is missing is said before anything of it is loaded', () => {
  const [first] = readFileSync(join(SOURCE, 'index.ts'), 'utf8').split('\n').filter((line) => line.startsWith('export'));

  expect(first).toBe("export * from './required-packages';");
});
