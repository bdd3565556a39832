import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as ts from 'typescript';

const PROJECT = join(__dirname, '..', '..');
const MAX_IMPORT_MS = 60;
const RUNS = 10;
const MAX_PACKAGE_BYTES = 2_000_000;

// Users install what jsii compiled. `npm test` compiles before it runs this.
beforeAll(() => {
  if (!existsSync(join(PROJECT, 'lib', 'index.js'))) {
    throw new Error('NotCompiled: lib/index.js is missing; run `npx projen compile` first');
  }
});

describe('the package as an AWS user installs it', () => {
  let consumer: string;

  beforeAll(() => {
    // Only the peers that are not optional, as npm would install them.
    consumer = mkdtempSync(join(tmpdir(), 'nhi-consumer-'));
    const installed = join(consumer, 'node_modules', 'cdk-nhi-lifecycle');
    mkdirSync(installed, { recursive: true });
    for (const part of ['lib', 'package.json', '.jsii', 'assets']) {
      cpSync(join(PROJECT, part), join(installed, part), { recursive: true });
    }
    for (const peer of ['aws-cdk-lib', 'constructs']) {
      // Node.js resolves imports of a linked package from its real location. aws-cdk-lib then finds its own dependencies, and ours stay hidden.
      symlinkSync(join(PROJECT, 'node_modules', peer), join(consumer, 'node_modules', peer));
    }
  });

  afterAll(() => rmSync(consumer, { recursive: true, force: true }));

  const run = (script: string): string => execFileSync(process.execPath, ['-e', script], { cwd: consumer, encoding: 'utf8' }).trim();

  test('loads in 60 ms beyond aws-cdk-lib, and no cdktf with it', () => {
    const script = `
      require('aws-cdk-lib'); require('constructs'); for (const m of ['aws-iam', 'aws-lambda', 'aws-dynamodb', 'aws-s3']) require('aws-cdk-lib/' + m);
      const before = process.cpuUsage();
      require('cdk-nhi-lifecycle');
      const { user, system } = process.cpuUsage(before);
      const ms = (user + system) / 1e3;
      console.log(JSON.stringify({ ms, cdktf: Object.keys(require.cache).filter((file) => /cdktf/.test(file)).length }));`;

    // Processor time, and the best of several runs, so that other load on the machine doesn't matter.
    const runs = Array.from({ length: RUNS }, () => JSON.parse(run(script)) as { ms: number; cdktf: number });

    expect(Math.min(...runs.map(({ ms }) => ms))).toBeLessThanOrEqual(MAX_IMPORT_MS);
    expect(runs.map(({ cdktf }) => cdktf)).toEqual(Array(RUNS).fill(0));
  });

  test('gives all its names to ES modules, and loads a part when it is first used', () => {
    const script = `
      import { LifecycleRegistry, AgentStage, Expiry, ManagedAgentIdentity } from 'cdk-nhi-lifecycle';
      console.log(JSON.stringify([LifecycleRegistry.name, AgentStage.TEST.name, Expiry.on('2027-03-31').iso, ManagedAgentIdentity.name]));`;
    writeFileSync(join(consumer, 'app.mjs'), script);

    expect(JSON.parse(execFileSync(process.execPath, ['app.mjs'], { cwd: consumer, encoding: 'utf8' }))).toEqual([
      'LifecycleRegistry', 'test', '2027-04-01T00:00:00Z', 'ManagedAgentIdentity',
    ]);
    expect(run('require("cdk-nhi-lifecycle"); console.log(Object.keys(require.cache).filter((file) => /lifecycle.lib/.test(file)).length)')).toBe('1');
  });

  test('compiles strictly without the packages of the Google half: no public type leads to them', () => {
    // Only types. A symlinked aws-cdk-lib is checked by its own project.
    const entry = join(consumer, 'node_modules', 'cdk-nhi-lifecycle', 'lib', 'index.d.ts');
    const node16 = { module: ts.ModuleKind.Node16, moduleResolution: ts.ModuleResolutionKind.Node16, target: ts.ScriptTarget.ES2022 };
    const program = ts.createProgram([entry], { ...node16, strict: true, noEmit: true, skipLibCheck: false, types: [] });
    const ours = program.getSourceFiles().filter(({ fileName }) => fileName.includes('cdk-nhi-lifecycle/lib'));

    expect(ours.length).toBeGreaterThan(20);
    expect(ours.flatMap((file) => program.getSemanticDiagnostics(file)).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '))).toEqual([]);
    expect(program.getSourceFiles().filter(({ fileName }) => /node_modules\/(cdktf|@cdktf)\//.test(fileName))).toEqual([]);
  });

  test('fails when `google` is touched without its packages, naming the two to install', () => {
    const message = run('const nhi = require("cdk-nhi-lifecycle"); try { nhi.google; console.log("loaded"); } catch (error) { console.log(error.message); }');

    expect(run('console.log(Object.keys({ ...require("cdk-nhi-lifecycle") }).includes("LifecycleRegistry"))')).toBe('true');
    expect(message).toMatch(/^GooglePackagesMissing: .*npm install cdktf@0\.21\.0 @cdktf\/provider-google@16\.12\.1$/);
  });

  test('fails the same way on the subpath', () => {
    expect(run('try { require("cdk-nhi-lifecycle/google"); console.log("loaded"); } catch (error) { console.log(error.code); }')).toBe('GooglePackagesMissing');
  });
});

test('`google` loads lazily where its packages are', () => {
  const script = `
    const nhi = require(${JSON.stringify(PROJECT)});
    const loaded = () => Object.keys(require.cache).some((file) => /lib.google/.test(file));
    const before = loaded();
    console.log(JSON.stringify({ before, specifiers: nhi.google.RequiredPackages.SPECIFIERS.length, after: loaded() }));`;

  expect(JSON.parse(execFileSync(process.execPath, ['-e', script], { encoding: 'utf8' }))).toEqual({ before: false, specifiers: 2, after: true });
});

test('the assembly that other languages read names neither cdktf nor the Google provider', () => {
  const assembly = JSON.parse(readFileSync(join(PROJECT, '.jsii'), 'utf8'));

  expect(Object.keys(assembly.dependencies).sort()).toEqual(['aws-cdk-lib', 'constructs']);
  expect(Object.keys(assembly.dependencyClosure)).not.toContain('cdktf');
  expect(Object.keys(assembly.targets).sort()).toEqual(['go', 'java', 'js', 'python']);
});

test('an AWS user installs neither cdktf nor the Google provider', () => {
  const { peerDependencies, peerDependenciesMeta, dependencies } = JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8'));

  expect(dependencies).toBeUndefined();
  const required = Object.keys(peerDependencies).filter((peer) => !peerDependenciesMeta[peer]?.optional).sort();
  expect(required).toEqual(['aws-cdk-lib', 'constructs']);
});

test('the command runs with nothing else installed', () => {
  const { bin } = JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8'));
  const alone = mkdtempSync(join(tmpdir(), 'nhi-command-'));
  try {
    cpSync(join(PROJECT, bin.nhi), join(alone, 'nhi.js'));
    expect(execFileSync(process.execPath, [join(alone, 'nhi.js'), '--help'], { encoding: 'utf8' })).toContain('release-leavers');
  } finally {
    rmSync(alone, { recursive: true, force: true });
  }
});

describe('what is published', () => {
  interface Packed { size: number; unpackedSize: number; files: { path: string }[] }
  let packed: Packed;

  beforeAll(() => {
    const output = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { cwd: PROJECT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    const parsed = JSON.parse(output) as Packed[] | Record<string, Packed>;
    packed = Object.values(parsed)[0];
  });

  test('stays under 2 MB', () => {
    expect(packed.size).toBeLessThan(MAX_PACKAGE_BYTES);
  });

  test('is the library, the handlers and the command, and no source, test or configuration', () => {
    const top = [...new Set(packed.files.map(({ path }) => path.split('/')[0]))].sort();

    expect(top).toEqual(['.jsii', 'LICENSE', 'README.md', 'assets', 'docs', 'lib', 'package.json']);
    expect(packed.files.map(({ path }) => path)).toEqual(expect.arrayContaining(['assets/runtime/handlers/index/index.js', 'assets/cli/nhi/index.js']));
  });
});
