import { join } from 'node:path';

/** Folder with what the functions run, in the package. */
export const HANDLERS = join(__dirname, '..', '..', '..', 'assets', 'runtime', 'handlers', 'index');
