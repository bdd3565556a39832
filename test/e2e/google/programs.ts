import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';

const ENTRY = join(__dirname, '..', '..', '..', 'runtime', 'google', 'teardown', 'index.ts');

/** A folder with the teardown program, made from the sources as they are now: `teardown/index.js`, as the package ships it. */
export const programs: Promise<string> = bundled(mkdtempSync(join(tmpdir(), 'nhi-programs-')));

async function bundled(directory: string): Promise<string> {
  await build({
    entryPoints: [ENTRY], bundle: true, platform: 'node', target: 'node20', outfile: join(directory, 'teardown', 'index.js'), minify: true, logLevel: 'error',
  });
  return directory;
}
