import { rmSync } from 'node:fs';
import { dirname } from 'node:path';

/** Deletes the folder that `make` created, and nothing else: with `--bail` Jest calls this twice, and by then TMPDIR is the machine's own folder. */
export default function remove(): void {
  const { NHI_TESTS_FOLDER: own } = process.env;
  if (own === undefined) {
    return;
  }
  rmSync(own, { recursive: true, force: true, maxRetries: 3 });
  delete process.env.NHI_TESTS_FOLDER;
  // Another run follows in watch mode.
  process.env.TMPDIR = dirname(own);
}
