import { rmSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { OWN_FOLDER } from './make';

export default function remove(): void {
  const { TMPDIR: own } = process.env;
  if (own === undefined) {
    throw new Error('TemporaryFolderUnset: TMPDIR was unset during the run: the folder that test/temporary-folder/make.ts made is left behind');
  }
  // With --bail Jest calls this twice. The second time TMPDIR is the machine's own folder, which must not be deleted.
  if (!basename(own).startsWith(OWN_FOLDER)) {
    return;
  }
  rmSync(own, { recursive: true, force: true, maxRetries: 3 });
  // Another run follows in watch mode.
  process.env.TMPDIR = dirname(own);
}
