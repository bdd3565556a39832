import { ZodType } from 'zod';
import { isRecent, KeptFiles } from './kept-files';

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

/** Pages of a listing in a folder, so that an interrupted inventory continues after the last one. */
export class PageFiles<T> {
  private readonly files: KeptFiles;

  /** @throws InvalidInputError `StateFolderUnusable` */
  public constructor(folder: string, private readonly account: string, private readonly form: ZodType) {
    this.files = new KeptFiles(folder, account);
  }

  /** The pages of an interrupted run that is not too old, in order. */
  public read(now: Date): { readonly began: string; readonly pages: readonly FiledPage<T>[] } {
    const pages: Filed<T>[] = [];
    for (;;) {
      const page = this.page(pages.length);
      const follows = pages.length === 0 || (page?.began === pages[0].began && pages.at(-1)!.next !== undefined);
      if (page === undefined || !follows || !isRecent(page.began, now, VALID_MS)) {
        return { began: pages[0]?.began ?? now.toISOString(), pages };
      }
      pages.push(page);
    }
  }

  /** @throws InvalidInputError `StateFolderUnusable` */
  public keep(index: number, began: string, page: FiledPage<T>): void {
    const kept: Filed<T> = { version: VERSION, account: this.account, began, ...page };
    this.files.write(nameOf(index), kept);
  }

  public clear(): void {
    this.files.clear();
  }

  /** Deletes the pages and keeps the folder. */
  public restart(): void {
    this.files.restart();
  }

  /** A page that is missing, half written, of another form or of another account is undefined. */
  private page(index: number): Filed<T> | undefined {
    const kept = this.files.read(nameOf(index)) as Filed<T> | undefined;
    return kept?.version === VERSION && kept.account === this.account && this.form.safeParse(kept.entities).success ? kept : undefined;
  }
}

function nameOf(index: number): string {
  return `page-${String(index + 1).padStart(5, '0')}`;
}
