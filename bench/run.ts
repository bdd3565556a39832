import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';

const PROJECT = join(__dirname, '..');
const AGENTS = 1_000;
const STACKS = 10;
const ROUNDS = 5;
/** Close to the limit of one stack. */
const AGENTS_OF_ONE_STACK = 150;
const DEPLOYED_AGENTS = 100;
const GOOGLE_AGENTS = 500;
const GOOGLE_STACKS = 5;

interface Cost { readonly ms: number; readonly maxRssMb: number; readonly resources: number; readonly bytes: number }
interface EngineCost { readonly steps: number; readonly tableCalls: number; readonly itemsRead?: number }
interface SuspensionCost extends EngineCost { readonly callsBeforeDenial: number; readonly msBeforeDenial: number }
interface ReviewCost { readonly calls: Readonly<Record<string, number>>; readonly itemsRead: number }
interface Figure { readonly what: string; readonly measured: string; readonly limit: string; readonly holds: boolean }

/** Compares with the bare resources in the same run, because absolute times depend more on the machine than on the library. */
function main(): void {
  const figures = [
    ...synth(), ofTable(), oneStack(), pythonSynth(), deployment(),
    ...engineCost(), ...reviewPage(), ...inventory(), ...inventoryCompared(), ...importCost(), ...installSize(), ...googleSynth(),
    googleImportCost(), ...googleTeardownCalls(), ...googleMove(),
  ];
  const table = [
    '| what | measured | limit | holds |',
    '|---|---|---|---|',
    ...figures.map(({ what, measured, limit, holds }) => `| ${what} | ${measured} | ${limit} | ${holds ? 'yes' : '**no**'} |`),
  ].join('\n');
  console.log(`\n${table}`);
  publish(table);
  process.exitCode = figures.every(({ holds }) => holds) ? 0 : 1;
}

function synth(): Figure[] {
  const rounds = Array.from({ length: ROUNDS }, (_, round) => {
    // Alternates both, so that other load on the machine affects both.
    const managed = fleet('agents', AGENTS);
    const bare = fleet('bare', AGENTS);
    console.log(`round ${round + 1} of ${ROUNDS}: ${AGENTS} agents ${seconds(managed)}, bare ${seconds(bare)}`);
    return { managed, bare };
  });
  const time = median(rounds.map(({ managed, bare }) => managed.ms / bare.ms));
  const memory = median(rounds.map(({ managed, bare }) => managed.maxRssMb / bare.maxRssMb));
  const { resources, bytes } = rounds[0].managed;
  const { managed, bare } = rounds[ROUNDS - 1];
  return [
    { what: `synth of ${AGENTS} agents in ${STACKS} stacks, time`, measured: `${time.toFixed(2)}x (${seconds(managed)} against ${seconds(bare)})`, limit: '1.5x', holds: time <= 1.5 },
    { what: 'the same, memory', measured: `${memory.toFixed(2)}x (${Math.round(managed.maxRssMb)} MB against ${Math.round(bare.maxRssMb)} MB)`, limit: '1.5x', holds: memory <= 1.5 },
    { what: 'CloudFormation resources an agent', measured: String(resources / AGENTS), limit: '3', holds: resources / AGENTS <= 3 },
    { what: 'template bytes an agent', measured: `${Math.round(bytes / AGENTS)}`, limit: '6,144', holds: bytes / AGENTS <= 6_144 },
  ];
}

/** All agents in one stack, which is the worst case for work on the whole stack. */
function oneStack(): Figure {
  const rounds = Array.from({ length: ROUNDS }, (_, round) => {
    const managed = fleet('agents', AGENTS_OF_ONE_STACK, 1);
    const bare = fleet('bare', AGENTS_OF_ONE_STACK, 1);
    console.log(`one stack, round ${round + 1} of ${ROUNDS}: ${AGENTS_OF_ONE_STACK} agents ${seconds(managed)}, bare ${seconds(bare)}`);
    return { managed, bare, ratio: managed.ms / bare.ms };
  }).sort((a, b) => a.ratio - b.ratio);
  const { managed, bare, ratio } = rounds[Math.floor(ROUNDS / 2)];
  return {
    what: `synth of ${AGENTS_OF_ONE_STACK} agents in one stack, time`,
    measured: `${ratio.toFixed(2)}x (${seconds(managed)} against ${seconds(bare)})`,
    limit: '1.5x',
    holds: ratio <= 1.5,
  };
}

/** Runs against fakes of AWS, which also count the calls. */
function engineCost(): Figure[] {
  const { move, small, large, suspended, fiftyMs, sweep, reviews } = run<Record<'move' | 'small' | 'large', EngineCost> & {
    readonly suspended: SuspensionCost;
    readonly fiftyMs: number;
    readonly sweep: { readonly due: number; readonly itemsRead: number };
    readonly reviews: readonly [ReviewCost, ReviewCost];
  }>('engine-cost.ts');
  const byService = ({ calls: counts }: ReviewCost): string => Object.entries(counts).map(([service, count]) => `${service} ${count}`).join(', ');
  const allOf = ({ calls: counts }: ReviewCost): number => Object.values(counts).reduce((sum, count) => sum + count, 0);
  const calls = ({ steps, tableCalls }: EngineCost): string => `${steps} Lambda steps, ${tableCalls} table calls`;
  return [
    { what: 'a move with its clean-up', measured: calls(move), limit: '9 steps, 30 calls', holds: move.steps <= 9 && move.tableCalls <= 30 },
    {
      what: 'a suspension: own time and calls of AWS until the denial is sent, one agent',
      measured: `${suspended.msBeforeDenial.toFixed(0)} ms, ${suspended.callsBeforeDenial} calls; as a whole ${calls(suspended)}`,
      limit: '1,000 ms, 14 calls',
      holds: suspended.msBeforeDenial <= 1_000 && suspended.callsBeforeDenial <= 14,
    },
    { what: 'the same, own time for fifty agents at once', measured: `${fiftyMs.toFixed(0)} ms`, limit: '3,000 ms', holds: fiftyMs <= 3_000 },
    {
      what: 'a leave with 10 and with 100,000 agents in the ledger',
      measured: `${calls(small)}; ${calls(large)}`,
      limit: 'the same',
      holds: small.steps === large.steps && small.tableCalls === large.tableCalls && small.itemsRead === large.itemsRead,
    },
    {
      what: 'reads per due agent, of a sweep with 1,000 of 100,000 agents due',
      measured: (sweep.itemsRead / sweep.due).toFixed(2),
      limit: '2.1',
      holds: sweep.itemsRead / sweep.due <= 2.1,
    },
    {
      what: 'calls of AWS to open the review of one agent, evidence included, with 10 and with 1,000 agents in the ledger',
      measured: reviews.map((cost) => `${allOf(cost)} (${byService(cost)})`).join('; '),
      limit: '34, the same',
      holds: allOf(reviews[0]) <= 34 && JSON.stringify(reviews[0]) === JSON.stringify(reviews[1]),
    },
  ];
}

/** The page for reviewers on this machine, without API Gateway and Lambda in front of it. */
function reviewPage(): Figure[] {
  const { typical, typicalMs, largest, largestMs } = run<Record<'typical' | 'typicalMs' | 'largest' | 'largestMs', number>>('review-page.ts');
  return [
    { what: 'bytes of a review of four services; of the largest page', measured: `${typical.toLocaleString('en')}; ${largest.toLocaleString('en')}`, limit: '60,000', holds: largest <= 60_000 },
    { what: 'first byte of these, warm, in the function\'s own process', measured: `${typicalMs.toFixed(1)} ms; ${largestMs.toFixed(1)} ms`, limit: '300 ms', holds: Math.max(typicalMs, largestMs) <= 300 },
  ];
}

/** The command that ships against IAM on this machine, and its report in Chromium. */
function inventory(): Figure[] {
  const { ms, maxRssMb, calls, entities, filterMs } = run<Record<'ms' | 'maxRssMb' | 'calls' | 'entities' | 'filterMs', number>>('inventory.ts');
  const most = Math.floor((entities / 1_000) * 2 + 5);
  return [
    { what: `calls of AWS for an inventory of ${entities.toLocaleString('en')} roles, users and policies`, measured: String(calls), limit: String(most), holds: calls <= most },
    { what: 'its peak memory, as an HTML report', measured: `${Math.round(maxRssMb)} MB in ${(ms / 1000).toFixed(1)} s`, limit: '300 MB', holds: maxRssMb <= 300 },
    { what: 'a search in that report, in Chromium', measured: `${Math.round(filterMs)} ms`, limit: '1,000 ms', holds: filterMs <= 1_000 },
  ];
}

/** Cloud Custodian and Prowler take the same facts from the same account, one after the other. */
function inventoryCompared(): Figure[] {
  type Run = { readonly ms: number; readonly calls: number; readonly maxRssMb: number };
  const { roles, users, nhi, c7n, prowler } = run<{ roles: number; users: number } & Record<'nhi' | 'c7n' | 'prowler', Run>>(join('inventory-compared', 'run.ts'));
  const of = `${roles.toLocaleString('en')} roles and ${users.toLocaleString('en')} users`;
  const three = (text: (one: Run) => string): string => `nhi ${text(nhi)}, Cloud Custodian ${text(c7n)}, Prowler ${text(prowler)}`;
  const least = (key: keyof Run): boolean => nhi[key] <= Math.min(c7n[key], prowler[key]);
  return [
    { what: `the inventory of ${of} in moto, time`, measured: three(({ ms }) => `${(ms / 1000).toFixed(1)} s`), limit: 'less than both', holds: least('ms') },
    { what: 'the same, calls of AWS', measured: three(({ calls }) => calls.toLocaleString('en')), limit: 'no more than either', holds: least('calls') },
    { what: 'the same, peak memory', measured: three(({ maxRssMb }) => `${Math.round(maxRssMb)} MB`), limit: '-', holds: true },
  ];
}

/** Agents with two grants and a broker each, compared with bare service accounts with the same bindings and jobs. */
function googleSynth(): Figure[] {
  const rounds = Array.from({ length: ROUNDS }, (_, round) => {
    const managed = fleet('agents', GOOGLE_AGENTS, GOOGLE_STACKS, 'google-fleet.ts');
    const bare = fleet('bare', GOOGLE_AGENTS, GOOGLE_STACKS, 'google-fleet.ts');
    console.log(`Google, round ${round + 1} of ${ROUNDS}: ${GOOGLE_AGENTS} agents ${seconds(managed)}, bare ${seconds(bare)}`);
    return { managed, bare };
  });
  const time = median(rounds.map(({ managed, bare }) => managed.ms / bare.ms));
  const { managed, bare } = rounds[ROUNDS - 1];
  return [
    {
      what: `Google: synth of ${GOOGLE_AGENTS} agents in ${GOOGLE_STACKS} stacks, time`,
      measured: `${time.toFixed(2)}x (${seconds(managed)} against ${seconds(bare)})`,
      limit: '1.5x',
      holds: time <= 1.5,
    },
    {
      what: 'Google: Terraform resources an agent, two of them grants',
      measured: (managed.resources / GOOGLE_AGENTS).toFixed(2),
      limit: '-',
      holds: true,
    },
  ];
}

/** The cost of the subpath beyond cdktf, which its user loads anyway. */
function googleImportCost(): Figure {
  const script = `require('cdktf'); const before = process.hrtime.bigint(); require(${JSON.stringify(join(PROJECT, 'lib', 'google'))});
    console.log(Number(process.hrtime.bigint() - before) / 1e6);`;
  const ms = median(Array.from({ length: 9 }, () => Number(execFileSync(process.execPath, ['-e', script], { encoding: 'utf8' }))));
  return { what: 'import of cdk-nhi-lifecycle/google, beyond cdktf', measured: `${ms.toFixed(0)} ms`, limit: '150 ms', holds: ms <= 150 };
}

/** Runs against a fake Google, which also counts the calls. */
function googleTeardownCalls(): Figure[] {
  const { clean, byHand, fifty, fiftyByHand } = run<Record<'clean' | 'byHand' | 'fifty' | 'fiftyByHand', number>>('google-teardown.ts');
  const measured = (without: number, made: number): string => `${without}, with two keys and a grant made by hand ${made}`;
  return [
    { what: 'Google: calls of a teardown, six places with access', measured: measured(clean, byHand), limit: '60', holds: byHand <= 60 },
    { what: 'the same, fifty places', measured: measured(fifty, fiftyByHand), limit: '120', holds: fiftyByHand <= 120 },
  ];
}

/** On the stand-in provider, without the 10 s that the real one waits after it creates an account. Runs all programs on this machine. */
function googleMove(): Figure[] {
  const { agents, ms, ourCalls, providerCalls, programs } = run<{
    readonly agents: number;
    readonly ms: number;
    readonly ourCalls: number;
    readonly providerCalls: number;
    readonly programs: Readonly<Record<string, { readonly runs: number; readonly ms: number }>>;
  }>('google-move.ts');
  const each = Object.entries(programs).map(([program, { ms: took }]) => `${program} ${(took / 1000).toFixed(1)} s`).join(', ');
  return [
    { what: `Google: a move of ${agents} agents in one apply, on the stand-in provider`, measured: `${(ms / 1000).toFixed(0)} s; a run of ${each}, ten at a time`, limit: '-', holds: true },
    { what: 'the same, calls of our programs and of the provider', measured: `${ourCalls.toLocaleString('en')} and ${providerCalls.toLocaleString('en')}`, limit: '40 and 40 an agent', holds: Math.max(ourCalls, providerCalls) <= 40 * agents },
  ];
}

/** The same agents, from a table instead of code. */
function ofTable(): Figure {
  const rounds = Array.from({ length: ROUNDS }, () => ({ table: fleet('table', AGENTS), code: fleet('agents', AGENTS) }));
  const time = median(rounds.map(({ table, code }) => table.ms / code.ms));
  const { table, code } = rounds[ROUNDS - 1];
  return {
    what: `synth of ${AGENTS} agents from a table in ${STACKS} stacks, against the same agents from code`,
    measured: `${time.toFixed(2)}x (${seconds(table)} against ${seconds(code)})`,
    limit: '1.2x',
    holds: time <= 1.2,
  };
}

/** Python starts Node.js, unpacks the packages and passes every call on. */
function pythonSynth(): Figure {
  const { pythonMs, nodeMs } = run<{ pythonMs: number; nodeMs: number }>('python-synth.ts', String(ROUNDS));
  return {
    what: 'synth of README\'s app in Python, against JavaScript',
    measured: `${(pythonMs / nodeMs).toFixed(2)}x (${(pythonMs / 1000).toFixed(1)} s against ${(nodeMs / 1000).toFixed(1)} s)`,
    limit: '-',
    holds: true,
  };
}

/** On the emulator, whose CloudFormation is not AWS's: only the ratio says something, and only of what the engine adds. */
function deployment(): Figure {
  const { managedMs, bareMs } = run<{ managedMs: number; bareMs: number }>('deploy.ts', String(DEPLOYED_AGENTS));
  return {
    what: `deployment of ${DEPLOYED_AGENTS} agents in one stack on the emulator, against as many bare roles with a policy`,
    measured: `${(managedMs / bareMs).toFixed(1)}x (${(managedMs / 1000).toFixed(0)} s against ${(bareMs / 1000).toFixed(1)} s)`,
    limit: '-',
    holds: true,
  };
}

function fleet(kind: 'agents' | 'bare' | 'table', agents: number, stacks = STACKS, program = 'fleet.ts'): Cost {
  return run<Cost>(program, kind, String(agents), String(stacks));
}

/** Runs a program of this folder, and returns what it prints as its last line. */
function run<T>(program: string, ...args: string[]): T {
  const output = execFileSync(join(PROJECT, 'node_modules', '.bin', 'tsx'), [
    '--tsconfig', join(__dirname, 'tsconfig.json'), join(__dirname, program), ...args,
  ], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  return JSON.parse(output.trim().split('\n').at(-1)!) as T;
}

function importCost(): Figure[] {
  const script = `require('aws-cdk-lib'); require('constructs'); for (const m of ['aws-iam', 'aws-lambda', 'aws-dynamodb', 'aws-s3']) require('aws-cdk-lib/' + m);
    const spent = () => { const { user, system } = process.cpuUsage(); return (user + system) / 1e3; };
    const before = spent(); const nhi = require(${JSON.stringify(PROJECT)}); const loaded = spent();
    Object.keys(nhi).filter((name) => name !== 'google').forEach((name) => nhi[name]); console.log(JSON.stringify([loaded - before, spent() - before]));`;
  const runs = Array.from({ length: 9 }, () => JSON.parse(execFileSync(process.execPath, ['-e', script], { encoding: 'utf8' })) as number[]);
  const [loaded, used] = [0, 1].map((index) => median(runs.map((costs) => costs[index])));
  return [
    { what: 'import, beyond aws-cdk-lib, time of the processor', measured: `${loaded.toFixed(0)} ms`, limit: '60 ms', holds: loaded <= 60 },
    { what: 'the same, once everything of it is used', measured: `${used.toFixed(0)} ms`, limit: '-', holds: true },
  ];
}

function installSize(): Figure[] {
  const scratch = mkdtempSync(join(tmpdir(), 'nhi-install-'));
  const npm = (...args: string[]): string => execFileSync('npm', args, { cwd: scratch, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  try {
    const tarball = execFileSync('npm', ['pack', '--ignore-scripts', '--pack-destination', scratch], { cwd: PROJECT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
      .trim().split('\n').at(-1)!;
    const packed = readFileSync(join(scratch, tarball)).length;
    writeFileSync(join(scratch, 'package.json'), '{"private":true}');
    npm('install', 'aws-cdk-lib', 'constructs');
    const peers = size(scratch);
    npm('install', `./${tarball}`);
    const added = size(scratch) - peers;
    return [
      { what: 'the package, packed', measured: `${(packed / 1e6).toFixed(2)} MB`, limit: '2 MB', holds: packed < 2e6 },
      { what: 'what it adds to an install of aws-cdk-lib', measured: `${(added / peers).toFixed(2)}x of ${Math.round(peers / 1024)} MB`, limit: '-', holds: true },
    ];
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function size(folder: string): number {
  return Number(execFileSync('du', ['-sk', join(folder, 'node_modules')], { encoding: 'utf8' }).split('\t')[0]);
}

/** Replaces the table between the two marks in docs/benchmarks.md. */
function publish(table: string): void {
  const file = join(PROJECT, 'docs', 'benchmarks.md');
  const text = readFileSync(file, 'utf8');
  const machine = `${cpus().length} cores (${cpus()[0].model.trim()}), Node ${process.versions.node}, ${new Date().toISOString().slice(0, 10)}`;
  writeFileSync(file, text.replace(/(<!-- figures -->\n)[\s\S]*(<!-- \/figures -->)/, `$1\n${table}\n\nMeasured on ${machine}.\n\n$2`));
}

function median(numbers: number[]): number {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
}

function seconds({ ms }: Cost): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

main();
