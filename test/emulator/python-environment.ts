import { execFile } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { EmulatorError } from './emulator-error';

const OLDEST_MINOR = 10;
const CANDIDATES = ['python3', 'python3.14', 'python3.13', 'python3.12', 'python3.11', 'python3.10', 'python'];
const INSTALL_HINT = 'install it: "apt install python3 python3-venv" on Debian and Ubuntu, "brew install python" on macOS, or python.org';

interface Python {
  readonly command: string;
  readonly version: string;
}

/**
 * The interpreter of a virtual environment that contains exactly what `requirementsFile` names. Created if it doesn't exist.
 *
 * It is created in another place and then renamed, so that an incomplete one is never used, and two processes may create it at once. (Only
 * `bin/python` is run from it, which finds its environment by its location. The installed scripts would not work after the rename.) `modules` must be
 * importable from it.
 */
export async function pythonWith(
  requirementsFile: string, cacheDirectory: string, progress: (message: string) => void, modules = 'ministack, boto3',
): Promise<string> {
  const python = await findPython();
  const requirements = await readFile(requirementsFile);
  const key = createHash('sha256').update(requirements).update(python.version).update(process.platform + process.arch).digest('hex').slice(0, 16);
  const environment = join(cacheDirectory, key);
  const interpreter = join(environment, 'bin', 'python');
  if (existsSync(interpreter) && await works(interpreter, modules)) {
    return interpreter;
  }

  progress(`preparing a Python environment for the tests with ${python.command} ${python.version} (once, about 10 s)`);
  const draft = `${environment}.${randomUUID()}`;
  try {
    await mkdir(cacheDirectory, { recursive: true });
    await createEnvironment(python, draft);
    await install(join(draft, 'bin', 'python'), requirementsFile);
    await takePlace(draft, environment, modules);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  return interpreter;
}

async function findPython(): Promise<Python> {
  const tooOld: string[] = [];
  for (const command of CANDIDATES) {
    const { stdout, failed } = await run(command, ['-c', 'import sys; print("%d.%d.%d" % sys.version_info[:3])']);
    if (failed) {
      continue;
    }
    const version = stdout.trim();
    const [major, minor] = version.split('.').map(Number);
    if (major === 3 && minor >= OLDEST_MINOR) {
      return { command, version };
    }
    tooOld.push(`${command} is ${version}`);
  }
  if (tooOld.length > 0) {
    throw new EmulatorError('PythonTooOld', `the emulator needs Python 3.${OLDEST_MINOR} or newer, but ${tooOld.join(', ')}; ${INSTALL_HINT}`);
  }
  throw new EmulatorError('PythonMissing', `the emulator needs Python 3.${OLDEST_MINOR} or newer, and no python3 was found on the PATH; ${INSTALL_HINT}`);
}

/** A cached environment stops working with the interpreter it was created from, for instance after an upgrade of the system. */
async function works(interpreter: string, modules: string): Promise<boolean> {
  return !(await run(interpreter, ['-c', `import ${modules}`])).failed;
}

async function createEnvironment(python: Python, directory: string): Promise<void> {
  const made = await run(python.command, ['-m', 'venv', directory]);
  if (made.failed) {
    throw new EmulatorError(
      'PythonVenvMissing',
      `${python.command} -m venv failed; on Debian and Ubuntu install the package python3-venv (apt install python3-venv). It said: ${tail(made.output)}`,
    );
  }
}

async function install(interpreter: string, requirementsFile: string): Promise<void> {
  const installed = await run(interpreter, [
    '-m', 'pip', 'install', '--quiet', '--no-input', '--disable-pip-version-check', '--require-hashes', '--requirement', requirementsFile,
  ]);
  if (installed.failed) {
    throw new EmulatorError('InstallFailed', `pip could not install ${requirementsFile}; it needs a package index or mirror. It said: ${tail(installed.output)}`);
  }
}

async function takePlace(draft: string, place: string, modules: string): Promise<void> {
  try {
    await rename(draft, place);
  } catch (error) {
    // Another process was faster, or the existing environment no longer works.
    if (await works(join(place, 'bin', 'python'), modules)) {
      return;
    }
    await rm(place, { recursive: true, force: true });
    await rename(draft, place).catch(() => {
      throw new EmulatorError('InstallFailed', `the emulator's Python environment could not be put at ${place}`, { cause: error });
    });
  }
}

function run(command: string, args: string[]): Promise<{ stdout: string; output: string; failed: boolean }> {
  return new Promise((resolve) => {
    // Set explicitly: Jest gives a test a copy of the environment, which a child process doesn't inherit.
    execFile(command, args, { env: process.env, maxBuffer: 16 * 1024 * 1024 }, (error, stdout, stderr) => {
      resolve({ stdout, output: `${stdout}\n${stderr}`, failed: error !== null });
    });
  });
}

function tail(output: string): string {
  return output.trim().split('\n').slice(-8).join('\n');
}
