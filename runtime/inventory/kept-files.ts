import { createHash, randomBytes } from 'node:crypto';
import { chmodSync, lstatSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { InvalidInputError, reasonOf } from '../../src/core/errors';

/**
 * What an interrupted inventory has read, as JSON in a folder, until it is complete. A file is written under another name, which then becomes its own:
 * a half-written one never has it. Only the user can read the files, because they hold policies.
 */
export class KeptFiles {
  private readonly folder: string;

  /** @throws InvalidInputError `StateFolderUnusable` */
  public constructor(private readonly state: string, private readonly name: string) {
    this.folder = join(state, name);
    this.using(() => {
      this.make();
      chmodSync(this.folder, 0o700);
    });
  }

  /** @throws InvalidInputError `StateFolderUnusable` */
  public write(name: string, value: object): void {
    const body = JSON.stringify(value);
    const temporary = join(this.folder, `.${randomBytes(6).toString('hex')}`);
    this.using(() => {
      // A run of the same account that ended meanwhile has deleted it.
      this.make();
      writeFileSync(temporary, `${digest(body)}\n${body}`, { mode: 0o600, flag: 'wx', flush: true });
      renameSync(temporary, join(this.folder, name));
    });
  }

  /** Undefined if the file is missing or damaged. Its form is not known: it is not more trusted than what else is on the machine. */
  public read(name: string): unknown {
    try {
      const [hash, body] = splitOnce(readFileSync(join(this.folder, name), 'utf8'));
      return hash === digest(body) ? JSON.parse(body) : undefined;
    } catch {
      return undefined;
    }
  }

  public clear(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Deletes the files and keeps the folder. */
  public restart(): void {
    readdirSync(this.folder).forEach((name) => rmSync(join(this.folder, name), { force: true }));
  }

  private make(): void {
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    // A link would lead the files to where others chose.
    if (!lstatSync(this.folder).isDirectory()) {
      throw new Error(`${this.name} in it is a link`);
    }
  }

  private using(work: () => void): void {
    try {
      work();
    } catch (error) {
      throw new InvalidInputError('StateFolderUnusable', `the folder ${this.state} for the state of the inventory can't be used (${reasonOf(error)}): name another one with --state`, { cause: error });
    }
  }
}

/** Whether something is not older than that. A clock that was set back would otherwise keep it for as long. */
export function isRecent(at: string, now: Date, validMs: number): boolean {
  const age = now.getTime() - Date.parse(at);
  return age >= 0 && age < validMs;
}

function splitOnce(text: string): [string, string] {
  const end = text.indexOf('\n');
  return [text.slice(0, end), text.slice(end + 1)];
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
