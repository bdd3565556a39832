import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';

const PROJECT = join(__dirname, '..', '..', '..');

/** A folder with the programs that Terraform runs, bundled from the present sources: `teardown/index.js`, as in the package. */
export const programs: Promise<string> = bundled(mkdtempSync(join(tmpdir(), 'nhi-programs-')));

async function bundled(directory: string): Promise<string> {
  const { tasks } = JSON.parse(readFileSync(join(PROJECT, '.projen', 'tasks.json'), 'utf8')) as { tasks: Record<string, unknown> };
  const names = Object.keys(tasks).flatMap((task) => /^bundle:runtime\/google\/([\w-]+)\/index$/.exec(task)?.[1] ?? []);
  await Promise.all(names.map((name) => build({
    entryPoints: [join(PROJECT, 'runtime', 'google', name, 'index.ts')],
    bundle: true,
    platform: 'node',
    target: 'node20',
    outfile: join(directory, name, 'index.js'),
    minify: true,
    logLevel: 'error',
  })));
  return directory;
}
