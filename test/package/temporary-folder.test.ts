import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import make from '../temporary-folder/make';
import remove from '../temporary-folder/remove';

// Jest gives a test a copy of the environment, which the real function does not read.
jest.mock('node:os', () => ({ ...jest.requireActual<object>('node:os'), tmpdir: () => process.env.TMPDIR }));

const { TMPDIR, NHI_TESTS_FOLDER } = process.env;
afterEach(() => void Object.assign(process.env, { TMPDIR, NHI_TESTS_FOLDER }));

test('only the folder of the run is deleted, however often Jest ends it', () => {
  // A neighbour stands for what other programs have in the machine's temporary folder.
  const machine = mkdtempSync(join(tmpdir(), 'machine-'));
  writeFileSync(join(machine, 'neighbour'), '');
  process.env.TMPDIR = machine;
  make();
  const own = process.env.TMPDIR;
  expect(own.startsWith(machine)).toBe(true);
  mkdirSync(join(own, 'app'));

  remove();
  expect(existsSync(own)).toBe(false);
  remove();

  expect(existsSync(join(machine, 'neighbour'))).toBe(true);
  expect(process.env.TMPDIR).toBe(machine);
});
