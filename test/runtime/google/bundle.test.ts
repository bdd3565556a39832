import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PROJECT = join(__dirname, '..', '..', '..');
const OUTFILE = 'assets/runtime/google/teardown/index.js';

describe('the bundled program', () => {
  const directory = mkdtempSync(join(tmpdir(), 'nhi-bundle-'));
  const bundle = join(directory, 'index.js');

  beforeAll(() => {
    const { tasks } = JSON.parse(readFileSync(join(PROJECT, '.projen', 'tasks.json'), 'utf8'));
    const [esbuild, ...args] = tasks['bundle:runtime/google/teardown/index'].steps[0].execArgs as string[];
    // The path that the constructs expect.
    expect(args).toContain(`--outfile=${OUTFILE}`);
    const { status } = spawnSync(join(PROJECT, 'node_modules', '.bin', esbuild), args.map((arg) => arg.replace(OUTFILE, bundle)), { cwd: PROJECT });
    expect(status).toBe(0);
  });

  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  test('stands alone and is small', () => {
    const text = readFileSync(bundle, 'utf8');
    const required = [...text.matchAll(/require\("([^"]+)"\)/g)].map(([, name]) => name.replace('node:', ''));
    expect(required.filter((name) => !builtinModules.includes(name))).toEqual([]);
    expect(text.length).toBeLessThan(64 * 1024);
    expect(existsSync(`${bundle}.map`)).toBe(false);
  });

  test.each([['', 2, /^TeardownInputMissing: /], ['{}', 2, /^TeardownVersionUnknown: /]])('ends with a code when it is given %j', (input, code, message) => {
    const { status, stderr } = spawnSync(process.execPath, [bundle], { env: { NHI_TEARDOWN: input }, encoding: 'utf8' });
    expect(status).toBe(code);
    expect(stderr).toMatch(message);
  });
});
