import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { STACK_NAME } from '../../src/contract/name-forms';
import { InvalidInputError, reasonOf } from '../../src/core/errors';

/** The files of a folder that may be of `nhi adopt`, by path: `app.ts`, and the sources and texts in the folders of accounts. */
export type FolderFiles = ReadonlyMap<string, string>;

const FILES = /\.(ts|md)$/;

/**
 * Reads the folder.
 *
 * @throws InvalidInputError `FolderUnreadable`
 */
export function filesIn(folder: string): FolderFiles {
  try {
    if (!existsSync(folder)) {
      return new Map();
    }
    const accounts = readdirSync(folder).filter((name) => /^\d{12}$/.test(name)).sort();
    // What is written below a link would be written elsewhere, over files of others.
    const strange = accounts.find((name) => !lstatSync(join(folder, name)).isDirectory());
    if (strange !== undefined) {
      throw new Error(`${strange} in it is a link or no folder`);
    }
    const paths = [
      ...readdirSync(folder).filter((name) => name === 'app.ts'),
      ...accounts.flatMap((account) => readdirSync(join(folder, account)).filter(isOfStack).sort().map((name) => `${account}/${name}`)),
    ];
    // A link is another file: it is never read as one of ours.
    return new Map(paths.map((path) => [path, lstatSync(join(folder, path)).isFile() ? readFileSync(join(folder, path), 'utf8') : '']));
  } catch (error) {
    throw new InvalidInputError('FolderUnreadable', `the folder ${folder} can't be read (${reasonOf(error)}): name another one with --out`, { cause: error });
  }
}

/** A file with another name is not ours. */
function isOfStack(name: string): boolean {
  return FILES.test(name) && STACK_NAME.test(name.replace(FILES, ''));
}
