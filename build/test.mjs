// Runs all checks. Ends with one line: `N passed, N failed`.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const project = join(dirname(fileURLToPath(import.meta.url)), '..');
const results = join(project, '.cache', 'test-results');
const bin = (name) => join(project, 'node_modules', '.bin', name);
const jest = (name, args) => ({ name, command: bin('jest'), args: ['--ci', '--json', `--outputFile=${join(results, `${name}.json`)}`, ...args], counted: true });

// The domain is pure: there is no excuse for a branch that no test takes. Istanbul counts what V8 doesn't, such as default values.
const covered = (sources) => [
  '--coverage', '--coverageProvider', 'babel', '--collectCoverageFrom', sources, '--coverageDirectory', '.cache/coverage', '--coverageReporters', 'text',
  '--coverageThreshold', JSON.stringify({ global: { branches: 100, functions: 100, lines: 100, statements: 100 } }),
];

// One stage after another. The lanes of a stage run beside each other, each with its checks in order: the linter, which takes minutes on one core,
// beside others that use one.
const stages = [
  [[
    { name: 'projen', command: process.execPath, args: ['build/fresh.mjs', 'projen'] },
    { name: 'bundle and compile', command: process.execPath, args: ['build/make-package.mjs', '--anew'], fatal: true },
  ]],
  [
    [
      { name: 'types', command: bin('tsc'), args: ['--noEmit', '-p', 'tsconfig.dev.json'] },
      { name: 'API.md', command: process.execPath, args: ['build/fresh.mjs', 'api'] },
      jest('domain', ['--maxWorkers', '1', 'test/core', ...covered('src/core/**/*.ts')]),
    ],
    [{ name: 'lint', command: bin('eslint'), args: ['--ext', '.ts,.tsx', '--max-warnings', '0', 'src', 'runtime', 'cli', 'examples', 'test', 'build', 'bench', '.projenrc.ts'] }],
  ],
  [[jest('unit', ['--maxWorkers', String(Math.max(1, cpus().length)), '--testPathIgnorePatterns', '/node_modules/', '/test/core/', '/test/browser/', '/test/e2e/', '/test/emulator/', '/test/installed/', '/test/languages/'])]],
  [[
    { name: 'chromium', command: process.execPath, args: ['build/chromium.mjs'] },
    jest('browser', ['test/browser']),
    jest('installed', ['test/installed']),
    { name: 'slapd', command: process.execPath, args: ['build/slapd.mjs'] },
    { name: 'postgres', command: process.execPath, args: ['build/postgres.mjs'] },
    jest('end-to-end', ['--maxWorkers', '2', 'test/emulator', 'test/e2e']),
  ]],
];

// A folder for everything that the checks leave behind, so that it doesn't stay on the machine. A tool's cache has a fixed name and is reused.
const temporary = mkdtempSync(join(tmpdir(), 'nhi-checks-'));
const CACHES = /^(tsx|v8-compile-cache|node-compile-cache)(-|$)/;
process.on('exit', () => rmSync(temporary, { recursive: true, force: true }));

rmSync(results, { recursive: true, force: true });
mkdirSync(results, { recursive: true });
let passed = 0;
let failed = 0;
let isOver = false;
for (const lanes of stages) {
  await Promise.all(lanes.map(async (checks, lane) => {
    const folder = join(temporary, `lane-${lane}`);
    mkdirSync(folder, { recursive: true });
    for (const check of checks) {
      if (!isOver) {
        // The output of the first lane is shown as it comes, that of others when they end.
        const isOk = await run(check, folder, lane === 0 ? 'inherit' : 'pipe');
        isOver ||= !isOk && check.fatal === true;
      }
    }
  }));
}
console.log(`\n${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);

/** Whether the check passed. */
async function run(check, folder, output) {
  const started = Date.now();
  console.log(`\n=== ${check.name} ===${output === 'inherit' ? '' : ' (beside the next)'}`);
  const child = spawn(check.command, check.args, {
    cwd: project,
    stdio: ['inherit', output, output],
    env: { ...process.env, TMPDIR: folder, ESLINT_USE_FLAT_CONFIG: 'false', JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION: '1' },
  });
  const printed = [];
  child.stdout?.on('data', (data) => printed.push(data));
  child.stderr?.on('data', (data) => printed.push(data));
  const ended = await new Promise((resolve) => {
    child.on('error', (error) => resolve(printed.push(String(error))));
    child.on('close', resolve);
  });
  process.stdout.write(Buffer.concat(printed.map((data) => Buffer.from(data))));
  const leftBehind = takenFrom(folder);
  if (leftBehind.length > 0) {
    console.error(`LeftBehind: ${leftBehind.length} in the temporary folder: ${leftBehind.slice(0, 5).join(', ')}: remove them where they are made`);
  }
  const status = leftBehind.length > 0 ? 1 : ended;
  const counts = check.counted ? testCounts(check.name) : undefined;
  passed += counts?.passed ?? (status === 0 ? 1 : 0);
  // A suite that could not run has no failed test.
  failed += Math.max(counts?.failed ?? 0, status === 0 ? 0 : 1);
  console.log(`--- ${check.name}: ${status === 0 ? 'ok' : 'FAILED'} in ${Math.round((Date.now() - started) / 1000)} s`);
  return status === 0;
}

/** Removes what a check left behind, and returns its names. */
function takenFrom(folder) {
  const names = readdirSync(folder).filter((name) => !CACHES.test(name));
  names.forEach((name) => rmSync(join(folder, name), { recursive: true, force: true, maxRetries: 3 }));
  return names;
}

function testCounts(name) {
  try {
    const report = JSON.parse(readFileSync(join(results, `${name}.json`), 'utf8'));
    // A skipped test proves nothing, so it counts as failed.
    return { passed: report.numPassedTests, failed: report.numFailedTests + report.numRuntimeErrorTestSuites + report.numPendingTests };
  } catch {
    return { passed: 0, failed: 1 };
  }
}
