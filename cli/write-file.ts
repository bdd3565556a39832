import { randomBytes } from 'node:crypto';
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { InvalidInputError, reasonOf } from '../src/core/errors';

/**
 * Writes a file that only the user can read, and that is whole or not there if the command is interrupted.
 *
 * @throws InvalidInputError `OutputUnwritable`
 */
export function writeWhole(file: string, text: string): void {
  const temporary = `${file}.${randomBytes(6).toString('hex')}`;
  try {
    writeFileSync(temporary, text, { mode: 0o600, flag: 'wx' });
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw new InvalidInputError('OutputUnwritable', `the file ${file} can't be written (${reasonOf(error)}): name another one with --output`, { cause: error });
  }
}
