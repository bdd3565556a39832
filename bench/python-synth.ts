import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Synthesizes README's app in Python and in JavaScript, both installed from what is published and the registries, and prints the median of what each took in
 * turns: `npx tsx --tsconfig bench/tsconfig.json bench/python-synth.ts [rounds]`.
 */
const rounds = Number(process.argv[2] ?? 5);
const PROJECT = join(__dirname, '..');
const SMALLEST = join(PROJECT, 'examples', 'smallest');
const folder = mkdtempSync(join(tmpdir(), 'nhi-bench-'));

try {
  run('npm', ['run', 'package:python'], PROJECT);
  const built = join(PROJECT, 'dist', 'python');
  const [wheel] = readdirSync(built).filter((file) => file.endsWith('.whl'));
  run('python3', ['-m', 'venv', 'venv']);
  const python = join(folder, 'venv', 'bin', 'python');
  run(python, ['-m', 'pip', 'install', '--quiet', join(built, wheel)]);
  mkdirSync(join(folder, 'modules'));
  symlinkSync(PROJECT, join(folder, 'modules', 'cdk-nhi-lifecycle'));
  copyFileSync(join(SMALLEST, 'app.py'), join(folder, 'app.py'));
  run(join(PROJECT, 'node_modules', '.bin', 'esbuild'), [join(SMALLEST, 'app.ts'), '--format=cjs', `--outfile=${join(folder, 'app.js')}`]);
  const times = Array.from({ length: rounds }, () => ({ pythonMs: timed(python, ['app.py']), nodeMs: timed(process.execPath, ['app.js']) }));
  console.log(JSON.stringify({ pythonMs: median(times.map(({ pythonMs }) => pythonMs)), nodeMs: median(times.map(({ nodeMs }) => nodeMs)) }));
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function run(command: string, args: string[], cwd = folder): void {
  const env = {
    ...process.env,
    CDK_OUTDIR: join(folder, 'cdk.out'),
    JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION: '1',
    // The app in JavaScript finds the packages of this project, its own included.
    NODE_PATH: `${join(folder, 'modules')}:${join(PROJECT, 'node_modules')}`,
  };
  execFileSync(command, args, { cwd, env, stdio: ['ignore', 'ignore', 'inherit'] });
}

function timed(command: string, args: string[]): number {
  const began = performance.now();
  run(command, args);
  return Math.round(performance.now() - began);
}

function median(numbers: number[]): number {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
}
