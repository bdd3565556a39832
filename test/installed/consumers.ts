import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PROJECT } from './fresh-clone';

/** The text of each template, by its file. */
export type Templates = Record<string, string>;

/** The newest aws-cdk-lib that both npm and PyPI have served. Templates can differ from one version to the next. */
const CDK_OF_BOTH = '2.275.0';

/** A folder in which the package was installed. */
export interface Consumer {
  /** Names of all installed packages. */
  readonly installed: string[];
  /** The templates of README's app. */
  readonly templates: Templates;
  run(command: string, ...args: string[]): Promise<string>;
}

const execute = promisify(execFile);

/** Runs a command and returns what it prints. */
export async function run(cwd: string, command: string, ...args: string[]): Promise<string> {
  const env = {
    ...process.env,
    CDK_OUTDIR: join(cwd, 'cdk.out'),
    JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION: '1',
    // Unpacked files for Python are kept for the next call, and deleted with the folder.
    JSII_RUNTIME_PACKAGE_CACHE: 'enabled',
    JSII_RUNTIME_PACKAGE_CACHE_ROOT: join(cwd, 'jsii-cache'),
  };
  return (await execute(command, args, { cwd, env, maxBuffer: 50_000_000 })).stdout;
}

/** A new TypeScript app: the package and its peers from the registry, and README's app, compiled strictly. */
export async function typescriptConsumer(folder: string, tarball: string, cdkVersion = CDK_OF_BOTH): Promise<Consumer> {
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'consumer', private: true }));
  const { devDependencies } = JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8')) as { devDependencies: Record<string, string> };
  const others = [`aws-cdk-lib@${cdkVersion}`, ...['typescript', '@types/node'].map((name) => `${name}@${devDependencies[name]}`)];
  await run(folder, 'npm', 'install', '--no-fund', '--no-audit', '--prefer-offline', tarball, ...others);
  const [, app] = /<!-- from examples\/smallest\/app\.ts -->\n```ts\n([\s\S]*?)```/.exec(readFileSync(join(folder, 'node_modules', 'cdk-nhi-lifecycle', 'README.md'), 'utf8'))!;
  writeFileSync(join(folder, 'app.ts'), app);
  await run(folder, join('node_modules', '.bin', 'tsc'), '--strict', '--module', 'node16', '--target', 'es2022', '--skipLibCheck', '--types', 'node', 'app.ts');
  await run(folder, process.execPath, 'app.js');
  const { packages } = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8')) as { packages: Record<string, unknown> };
  return {
    installed: Object.keys(packages).map((path) => path.replace(/^.*node_modules\//, '')),
    templates: templatesIn(join(folder, 'cdk.out')),
    run: (command, ...args) => run(folder, join('node_modules', '.bin', command), ...args),
  };
}

/** A new Python app: the wheel as it would be published, its dependencies from the registry, and README's app in Python. */
export async function pythonConsumer(folder: string, clone: string): Promise<Consumer> {
  mkdirSync(folder);
  await run(clone, 'npm', 'run', 'package:python');
  const [wheel] = readdirSync(join(clone, 'dist', 'python')).filter((file) => file.endsWith('.whl'));
  await run(folder, 'python3', '-m', 'venv', 'venv');
  const command = (name: string): string => join(folder, 'venv', 'bin', name);
  await run(folder, command('pip'), 'install', '--quiet', '--no-compile', join(clone, 'dist', 'python', wheel), `aws-cdk-lib==${CDK_OF_BOTH}`);
  copyFileSync(join(PROJECT, 'examples', 'smallest', 'app.py'), join(folder, 'app.py'));
  await run(folder, command('python'), 'app.py');
  const installed = JSON.parse(await run(folder, command('pip'), 'list', '--format', 'json')) as { name: string }[];
  return {
    installed: installed.map(({ name }) => name),
    templates: templatesIn(join(folder, 'cdk.out')),
    run: (name, ...args) => run(folder, command(name), ...args),
  };
}

/** The templates of a cloud assembly, byte for byte. */
export function templatesIn(assembly: string): Templates {
  const files = readdirSync(assembly).filter((file) => file.endsWith('.template.json')).sort();
  return Object.fromEntries(files.map((file) => [file, readFileSync(join(assembly, file), 'utf8')]));
}
