import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pythonWith } from './python-environment';

const PATH = process.env.PATH;

let scratch: string;
let bin: string;
let cache: string;
let requirements: string;

beforeEach(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'nhi-python-'));
  bin = join(scratch, 'bin');
  cache = join(scratch, 'cache');
  requirements = join(scratch, 'requirements.txt');
  await mkdir(bin);
  await writeFile(requirements, 'ministack==1.5.33\n');
  process.env.PATH = bin;
});

afterEach(async () => {
  process.env.PATH = PATH;
  await rm(scratch, { recursive: true, force: true });
});

interface FakePython {
  readonly version?: string;
  /** The error of `-m venv`. @default - it succeeds */
  readonly venvFailure?: string;
  /** The error of `-m pip`. @default - it succeeds */
  readonly pipFailure?: string;
}

/** Puts a fake of Python on the PATH. It logs what it was asked to create. */
async function fakePython(command: string, { version = '3.12.1', venvFailure = '', pipFailure = '' }: FakePython = {}): Promise<void> {
  const script = `#!/bin/sh
    case "$1 $2" in
      "-c import sys"*) echo ${version} ;;
      "-c import ministack"*) [ -f "$0.installed" ] ;;
      "-m venv")
        echo venv >> ${scratch}/made
        if [ -n "${venvFailure}" ]; then echo "${venvFailure}" >&2; exit 1; fi
        /bin/mkdir -p "$3/bin" && /bin/cp "$0" "$3/bin/python" ;;
      "-m pip")
        echo "pip $*" >> ${scratch}/made
        if [ -n "${pipFailure}" ]; then echo "${pipFailure}" >&2; exit 1; fi
        echo > "$0.installed" ;;
      *) exit 1 ;;
    esac`;
  await writeFile(join(bin, command), script, { mode: 0o755 });
}

const prepare = (progress: (message: string) => void = () => undefined) => pythonWith(requirements, cache, progress);
const made = async () => (await readFile(join(scratch, 'made'), 'utf8').catch(() => '')).split('\n').filter(Boolean).map((line) => line.split(' ')[0]);

describe('the interpreter', () => {
  test('without one on the PATH it says what to install', async () => {
    await expect(prepare()).rejects.toMatchObject({
      name: 'EmulatorError', code: 'PythonMissing', message: expect.stringMatching(/needs Python 3\.10 or newer, and no python3 was found on the PATH.*apt install python3/),
    });
  });

  test('one that is too old is named with its version', async () => {
    await fakePython('python3', { version: '3.9.18' });
    await fakePython('python', { version: '2.7.18' });

    await expect(prepare()).rejects.toMatchObject({
      code: 'PythonTooOld', message: expect.stringMatching(/needs Python 3\.10 or newer, but python3 is 3\.9\.18, python is 2\.7\.18; install it/),
    });
    expect(await made()).toEqual([]);
  });

  test('a newer one beside an old python3 is taken', async () => {
    await fakePython('python3', { version: '3.9.18' });
    await fakePython('python3.11', { version: '3.11.7' });
    const said: string[] = [];

    await expect(prepare((message) => said.push(message))).resolves.toMatch(/bin\/python$/);

    expect(said).toEqual([expect.stringContaining('python3.11 3.11.7')]);
  });

  test('the oldest that will do does', async () => {
    await fakePython('python3', { version: '3.10.0' });

    await expect(prepare()).resolves.toMatch(/bin\/python$/);
  });
});

describe('the environment', () => {
  test('it is made of pinned and hashed packages, once', async () => {
    await fakePython('python3');
    const interpreter = await prepare();
    const said: string[] = [];

    expect(await prepare((message) => said.push(message))).toBe(interpreter);

    expect(await made()).toEqual(['venv', 'pip']);
    expect(await readFile(join(scratch, 'made'), 'utf8')).toContain(`--require-hashes --requirement ${requirements}`);
    expect(said).toEqual([]);
    expect(interpreter.startsWith(cache)).toBe(true);
  });

  test('other requirements, or another Python, are another environment', async () => {
    await fakePython('python3');
    const first = await prepare();
    await writeFile(requirements, 'ministack==1.5.34\n');
    const second = await prepare();
    await fakePython('python3', { version: '3.12.2' });

    expect(new Set([first, second, await prepare()]).size).toBe(3);
    expect(await made()).toEqual(['venv', 'pip', 'venv', 'pip', 'venv', 'pip']);
  });

  test('one that no longer works is made again in its place', async () => {
    await fakePython('python3');
    const interpreter = await prepare();
    await rm(`${interpreter}.installed`);

    expect(await prepare()).toBe(interpreter);

    expect(await made()).toEqual(['venv', 'pip', 'venv', 'pip']);
    expect(existsSync(`${interpreter}.installed`)).toBe(true);
  });

  test('one whose interpreter no longer exists is made again too', async () => {
    await fakePython('python3');
    const interpreter = await prepare();
    await rm(interpreter);

    expect(await prepare()).toBe(interpreter);
    expect(existsSync(interpreter)).toBe(true);
  });

  test('two that make it at once both get it, and nothing else stays', async () => {
    await fakePython('python3');

    const [first, second] = await Promise.all([prepare(), prepare()]);

    expect(second).toBe(first);
    expect(existsSync(first)).toBe(true);
    expect(await readdir(cache)).toEqual([dirname(dirname(first)).slice(cache.length + 1)]);
  });

  test('without the venv module it says which package has it', async () => {
    await fakePython('python3', { venvFailure: 'ensurepip is not available' });

    await expect(prepare()).rejects.toMatchObject({
      code: 'PythonVenvMissing', message: expect.stringMatching(/apt install python3-venv.*It said: ensurepip is not available/),
    });
    expect(await readdir(cache)).toEqual([]);
  });

  test('when pip fails it says why, and leaves no half-made environment', async () => {
    await fakePython('python3', { pipFailure: 'No matching distribution found' });

    await expect(prepare()).rejects.toMatchObject({
      code: 'InstallFailed', message: expect.stringMatching(/could not install .*requirements\.txt; it needs a package index or mirror\. It said: No matching/),
    });
    expect(await readdir(cache)).toEqual([]);

    await fakePython('python3');
    await expect(prepare()).resolves.toMatch(/bin\/python$/);
  });
});
