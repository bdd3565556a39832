import { randomBytes } from 'node:crypto';
import { realpathSync, renameSync, rmSync, Stats, statSync, writeFileSync } from 'node:fs';
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
