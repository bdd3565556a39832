import { randomBytes } from 'node:crypto';
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { InvalidInputError, reasonOf } from '../src/core/errors';

interface WriteOptions {
  /** The option that names another file. */
  readonly option: string;
  /** Who can read it. */
  readonly mode: number;
}

const FOR_THE_USER: WriteOptions = { option: '--output', mode: 0o600 };

/**
 * Writes a file that only the user can read, unless the mode says otherwise, and that is whole or not there if the command is interrupted.
 *
 * @throws InvalidInputError `OutputUnwritable`
 */
export function writeWhole(file: string, text: string, { option, mode }: WriteOptions = FOR_THE_USER): void {
  const temporary = `${file}.${randomBytes(6).toString('hex')}`;
  try {
    writeFileSync(temporary, text, { mode, flag: 'wx' });
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw new InvalidInputError('OutputUnwritable', `the file ${file} can't be written (${reasonOf(error)}): name another one with ${option}`, { cause: error });
  }
}
