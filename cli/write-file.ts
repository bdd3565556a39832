import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
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
