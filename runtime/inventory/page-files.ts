import { createHash, randomBytes } from 'node:crypto';
import { chmodSync, lstatSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ZodType } from 'zod';
import { InvalidInputError, reasonOf } from '../../src/core/errors';

/** A page of a listing, as it is kept until the inventory is complete. */
export interface FiledPage<T> {
  readonly entities: T;
  /** Where the next page begins. Absent on the last page. */
  readonly next?: string;
}

interface Filed<T> extends FiledPage<T> {
  readonly version: typeof VERSION;
  readonly account: string;
  /** When the first page was read. Pages of another run are ignored. */
  readonly began: string;
}

const VERSION = 1;
/** AWS does not say how long a marker is valid. A listing that is older than this would mix two states of the account anyway. */
const VALID_MS = 3_600_000;

/**
 * Pages of a listing in a folder, so that an interrupted inventory continues after the last one. A page is written to a temporary file, which
 * then takes the page's name: a half-written page never has it. Only the user can read the files, because they hold policies.
 */
export class PageFiles<T> {
  private readonly folder: string;

  /** @throws InvalidInputError `StateFolderUnusable` */
  public constructor(private readonly state: string, private readonly account: string, private readonly form: ZodType) {
    this.folder = join(state, account);
    this.using(() => {
      this.make();
      chmodSync(this.folder, 0o700);
    });
  }

  /** The pages of an interrupted run that is not too old, in order. */
  public read(now: Date): { readonly began: string; readonly pages: readonly FiledPage<T>[] } {
    const pages: Filed<T>[] = [];
    for (;;) {
      const page = this.page(pages.length);
      const follows = pages.length === 0 || (page?.began === pages[0].began && pages.at(-1)!.next !== undefined);
      if (page === undefined || !follows || !isRecent(page.began, now)) {
        return { began: pages[0]?.began ?? now.toISOString(), pages };
      }
      pages.push(page);
    }
  }

  /** @throws InvalidInputError `StateFolderUnusable` */
  public keep(index: number, began: string, page: FiledPage<T>): void {
    const kept: Filed<T> = { version: VERSION, account: this.account, began, ...page };
    const body = JSON.stringify(kept);
    const temporary = join(this.folder, `.${randomBytes(6).toString('hex')}`);
    this.using(() => {
      // A run of the same account that ended meanwhile has deleted it.
      this.make();
      writeFileSync(temporary, `${digest(body)}\n${body}`, { mode: 0o600, flag: 'wx', flush: true });
      renameSync(temporary, this.file(index));
    });
  }

  public clear(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Deletes the pages and keeps the folder. */
  public restart(): void {
    readdirSync(this.folder).forEach((name) => rmSync(join(this.folder, name), { force: true }));
  }

  /** A page that is missing, half written, of another form or of another account is undefined. */
  private page(index: number): Filed<T> | undefined {
    try {
      const [hash, body] = splitOnce(readFileSync(this.file(index), 'utf8'));
      const kept = hash === digest(body) ? JSON.parse(body) as Filed<T> : undefined;
      return kept?.version === VERSION && kept.account === this.account && this.form.safeParse(kept.entities).success ? kept : undefined;
    } catch {
      return undefined;
    }
  }

  private make(): void {
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    // A link would lead the pages to where others chose.
    if (!lstatSync(this.folder).isDirectory()) {
      throw new Error(`${this.account} in it is a link`);
    }
  }

  private using(work: () => void): void {
    try {
      work();
    } catch (error) {
      throw new InvalidInputError('StateFolderUnusable', `the folder ${this.state} for the state of the inventory can't be used (${reasonOf(error)}): name another one with --state`, { cause: error });
    }
  }

  private file(index: number): string {
    return join(this.folder, `page-${String(index + 1).padStart(5, '0')}`);
  }
}

/** A clock that was set back would otherwise keep old pages for as long. */
function isRecent(began: string, now: Date): boolean {
  const age = now.getTime() - Date.parse(began);
  return age >= 0 && age < VALID_MS;
}

function splitOnce(text: string): [string, string] {
  const end = text.indexOf('\n');
  return [text.slice(0, end), text.slice(end + 1)];
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
