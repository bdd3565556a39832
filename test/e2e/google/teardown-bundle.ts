import { join } from 'node:path';
import { build } from 'esbuild';

const ENTRY = join(__dirname, '..', '..', '..', 'runtime', 'google', 'teardown', 'index.ts');

/** The teardown program, made from the sources as they are now. */
export async function teardownBundle(directory: string): Promise<string> {
  const outfile = join(directory, 'teardown.js');
  await build({ entryPoints: [ENTRY], bundle: true, platform: 'node', target: 'node20', outfile, minify: true, logLevel: 'error' });
  return outfile;
}
