import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, realpathSync, renameSync, rmSync, Stats, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { InvalidInputError, reasonOf } from '../src/core/errors';

interface WriteOptions {
  /** The option that names another file. */
  readonly option: string;
  /** Who can read it. */
  readonly mode: number;
}

const FOR_THE_USER: WriteOptions = { option: '--output', mode: 0o600 };

/**
 * Writes a file that only the user can read, unless the mode says otherwise, and that is whole or as before if the command is interrupted. What is no file, such as `/dev/stdout` or a
 * named pipe, is written to: a file in its place would destroy it.
 *
 * @throws InvalidInputError `OutputUnwritable`
 */
export function writeWhole(file: string, text: string, { option, mode }: WriteOptions = FOR_THE_USER): void {
  try {
    const present: Stats | undefined = statSync(file, { throwIfNoEntry: false });
    if (present !== undefined && !present.isFile()) {
      writeFileSync(file, text);
    } else {
      // Of a link, the file that it leads to.
      replace(present === undefined ? file : realpathSync(file), text, mode);
    }
  } catch (error) {
    throw new InvalidInputError('OutputUnwritable', `the file ${file} can't be written (${reasonOf(error)}): name another one with ${option}`, { cause: error });
  }
}

function replace(file: string, text: string, mode: number): void {
  const temporary = `${file}.${randomBytes(6).toString('hex')}`;
  try {
    writeFileSync(temporary, text, { mode, flag: 'wx' });
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/**
 * Writes a new folder of files in the same way.
 *
 * @throws InvalidInputError `OutputUnwritable`
 */
export function writeFolder(folder: string, files: ReadonlyMap<string, string>): void {
  const temporary = `${folder}.${randomBytes(6).toString('hex')}`;
  try {
    if (existsSync(folder)) {
      throw new Error('it exists');
    }
    mkdirSync(temporary, { mode: 0o700 });
    files.forEach((text, name) => writeFileSync(join(temporary, name), text, { mode: 0o600, flag: 'wx' }));
    renameSync(temporary, folder);
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true });
    throw new InvalidInputError('OutputUnwritable', `the folder ${folder} can't be written (${reasonOf(error)}): name a new one with --output`, { cause: error });
  }
}
