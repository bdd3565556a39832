import { rmSync } from 'node:fs';
import { dirname } from 'node:path';

export default function remove(): void {
  const { TMPDIR: own } = process.env;
  if (own === undefined) {
    throw new Error('TemporaryFolderUnset: TMPDIR was unset during the run: the folder that test/temporary-folder/make.ts made is left behind');
  }
  rmSync(own, { recursive: true, force: true, maxRetries: 3 });
  // Another run follows in watch mode.
  process.env.TMPDIR = dirname(own);
}
