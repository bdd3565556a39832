import { execFile, execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ACCEPTED_SURVIVORS, MINIMUM_SCORE, Mutant, MUTANTS } from './mutants';

const PROJECT = join(__dirname, '..', '..');
const WORKERS = Math.min(2, cpus().length);
const LONGEST_MS = 600_000;
const [filter = ''] = process.argv.slice(2);

/**
 * Applies each mutant alone to a copy of the project and runs the tests that should detect it. Argument: a part of the files' names, to run only
 * these.
 */
async function main(): Promise<number> {
  const mutants = MUTANTS.filter(({ file }) => file.includes(filter));
  const stale = mutants.filter(({ file, text }) => occurrences(file, text) !== 1);
  if (stale.length > 0) {
    stale.forEach((mutant) => console.error(`MutantStale: ${nameOf(mutant)}: its text is ${occurrences(mutant.file, mutant.text)} times in the file, must be once: adapt test/mutation/mutants.ts`));
    return 1;
  }
  const copies = Array.from({ length: WORKERS }, copyOfProject);
  try {
    const suites = [...new Set(mutants.flatMap(({ tests }) => tests))];
    const failing: string[] = [];
    await together(copies, suites, async (copy, suite) => {
      if (!await passes(copy, suite, console.error)) {
        failing.push(suite);
      }
    });
    if (failing.length > 0) {
      console.error(`TestsFail: these fail without any mutant, so that their failure proves nothing: ${failing.join(', ')}`);
      return 1;
    }
    const survivors: Mutant[] = [];
    let tried = 0;
    await together(copies, mutants, async (copy, mutant) => {
      const killed = await isKilled(copy, mutant);
      if (!killed) {
        survivors.push(mutant);
      }
      console.log(`${++tried} of ${mutants.length} ${killed ? 'killed  ' : 'SURVIVED'} ${nameOf(mutant)}`);
    });
    return verdict(mutants, survivors);
  } finally {
    copies.forEach((copy) => rmSync(copy, { recursive: true, force: true, maxRetries: 3 }));
  }
}

/** Runs all work on the copies, with one piece at a time for each copy. */
async function together<T>(copies: readonly string[], work: readonly T[], each: (copy: string, piece: T) => Promise<void>): Promise<void> {
  const pieces = [...work];
  await Promise.all(copies.map(async (copy) => {
    for (let piece = pieces.shift(); piece !== undefined; piece = pieces.shift()) {
      await each(copy, piece);
    }
  }));
}

function verdict(mutants: readonly Mutant[], survivors: readonly Mutant[]): number {
  const score = (100 * (mutants.length - survivors.length)) / mutants.length;
  console.log(`\n${mutants.length - survivors.length} of ${mutants.length} mutants killed, score ${score.toFixed(1)} %`);
  for (const survivor of survivors) {
    console.log(`survived: ${nameOf(survivor)}: ${ACCEPTED_SURVIVORS.get(nameOf(survivor)) ?? 'no test notices it: write one'}`);
  }
  if (filter === '' && score < MINIMUM_SCORE) {
    console.error(`ScoreTooLow: ${score.toFixed(1)} % of the mutants were killed, ${MINIMUM_SCORE} % is the minimum`);
    return 1;
  }
  return 0;
}

async function isKilled(copy: string, { file, text, replacement, tests }: Mutant): Promise<boolean> {
  const path = join(copy, file);
  const original = readFileSync(path, 'utf8');
  writeFileSync(path, original.replace(text, () => replacement));
  try {
    // One after the other, because the first one nearly always detects it.
    for (const suite of tests) {
      if (!await passes(copy, suite)) {
        return true;
      }
    }
    return false;
  } finally {
    writeFileSync(path, original);
  }
}

/** Runs a test file. With `--updateSnapshot` each snapshot agrees, so that only assertions can fail. A run that hangs fails. */
function passes(copy: string, suite: string, report: (output: string) => void = () => undefined): Promise<boolean> {
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [join(copy, 'node_modules', 'jest', 'bin', 'jest.js'), '--updateSnapshot', '--bail', '--runInBand', '--testTimeout', '120000', '--runTestsByPath', suite], {
      cwd: copy, timeout: LONGEST_MS, maxBuffer: 1e9, env: { ...process.env, NODE_ENV: 'test' },
    }, (error, _stdout, stderr) => {
      // Jest exits with 1 for failed tests. A file that it can't find would look the same.
      if (error !== null && (typeof error.code === 'string' || /No tests found/.test(stderr))) {
        reject(error);
        return;
      }
      if (error !== null) {
        report(stderr);
      }
      resolve(error === null);
    });
  });
}

/** The tracked files and new ones, the bundles if they exist, and a link to the dependencies. */
function copyOfProject(): string {
  const copy = mkdtempSync(join(tmpdir(), 'nhi-mutation-'));
  const files = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: PROJECT, encoding: 'utf8', maxBuffer: 1e8 }).split('\0');
  for (const file of files.filter((name) => name !== '' && name !== 'node_modules' && existsSync(join(PROJECT, name)))) {
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    cpSync(join(PROJECT, file), join(copy, file));
  }
  if (existsSync(join(PROJECT, 'assets'))) {
    cpSync(join(PROJECT, 'assets'), join(copy, 'assets'), { recursive: true });
  }
  symlinkSync(realpathSync(join(PROJECT, 'node_modules')), join(copy, 'node_modules'));
  return copy;
}

function occurrences(file: string, text: string): number {
  const path = join(PROJECT, file);
  return existsSync(path) ? readFileSync(path, 'utf8').split(text).length - 1 : 0;
}

function nameOf({ file, text, replacement }: Mutant): string {
  const short = (code: string): string => JSON.stringify(code.length > 90 ? `${code.slice(0, 87)}...` : code);
  return `${file}: ${short(text)} -> ${short(replacement)}`;
}

void main().then((code) => (process.exitCode = code));
