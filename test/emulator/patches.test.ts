import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pythonWith } from './python-environment';

const PATCHES = join(__dirname, 'patches');
const CACHE = join(__dirname, '..', '..', '.cache', 'emulator-venv');

interface Module {
  readonly file: string;
  readonly name: string;
  readonly text: string;
}

/** The modules that declare themselves as patches. */
function modules(): Module[] {
  return readdirSync(PATCHES).filter((file) => file.endsWith('.py')).sort().flatMap((file) => {
    const text = readFileSync(join(PATCHES, file), 'utf8');
    const name = /^NAME = "(.+)"$/m.exec(text)?.[1];
    return name === undefined ? [] : [{ file, name, text }];
  });
}

/** The rows of the README's table: a patch's name, and the tests that depend on it. */
function rows(): { name: string; tests: string[] }[] {
  const text = readFileSync(join(__dirname, 'README.md'), 'utf8');
  return [...text.matchAll(/^\| `([^`]+)` \|.*\| ([^|]+) \|$/gm)].map(([, name, tests]) => ({ name, tests: [...tests.matchAll(/`([^`]+)`/g)].map(([, test]) => test) }));
}

const fileOf = (test: string) => test.startsWith('e2e/') ? join(__dirname, '..', `${test}.test.ts`) : join(__dirname, test);

test('every module with a NAME is applied, once', async () => {
  const python = await pythonWith(join(__dirname, 'requirements.txt'), CACHE, () => undefined);
  const script = 'import json, patches; print(json.dumps([patch.NAME for patch in patches.ALL]))';
  const applied = JSON.parse(execFileSync(python, ['-c', script], { cwd: __dirname, encoding: 'utf8', env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' } }));

  expect([...applied].sort()).toEqual(modules().map(({ name }) => name).sort());
  expect(applied.length).toBeGreaterThan(0);
});

test('the README\'s table has a row for each patch, and no other', () => {
  expect(rows().map(({ name }) => name).sort()).toEqual(modules().map(({ name }) => name).sort());
});

test.each(modules())('$name: the file is named after it, and says what AWS does, what the emulator did and what the patch does', ({ file, name, text }) => {
  expect(file).toBe(`${name.replaceAll('-', '_')}.py`);
  expect(text).toMatch(new RegExp(`^"""${name}\n\nAWS: [^]+\nEmulator: [^]+\nPatch: [^]+?\n"""`));
});

test.each(rows())('$name: the tests of its row are there, and the first has a part of its name', ({ name, tests }) => {
  expect(tests.filter((file) => !existsSync(fileOf(file)))).toEqual([]);
  expect(readFileSync(fileOf(tests[0]), 'utf8')).toContain(`describe('${name}', `);
});
