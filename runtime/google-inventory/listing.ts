import { Facts, FACTS, merged } from './facts';
import { ApiError } from '../google/api';
import { FiledPage, PageFiles } from '../inventory/page-files';

/** Where a listing is kept until the inventory is complete. */
export interface Keeping {
  readonly state: string;
  readonly now: Date;
  readonly tell: (line: string) => void;
  /** Files of listings that were begun. */
  readonly begun: PageFiles<Facts>[];
}

interface Listing {
  /** Project or organization. */
  readonly scope: string;
  readonly what: string;
  readonly page: (token: string | undefined) => Promise<{ readonly facts: Partial<Facts>; readonly next?: string }>;
}

/**
 * Reads a listing page by page, and keeps each. The next run continues after the last whole page.
 *
 * @throws InvalidInputError `StateFolderUnusable`
 */
export async function listed({ scope, what, page }: Listing, keeping: Keeping): Promise<Facts> {
  const { state, now, tell, begun } = keeping;
  const files = new PageFiles<Facts>(state, `google-${scope}-${what}`.replace(/[^a-z0-9.-]+/g, '_'), FACTS);
  begun.push(files);
  const { began, pages: kept } = files.read(now);
  const pages: FiledPage<Facts>[] = [...kept];
  while (pages.length === 0 || pages.at(-1)!.next !== undefined) {
    tell(`${scope}: ${what}, page ${pages.length + 1}${kept.length === 0 ? '' : ` (${kept.length} of an earlier run)`}`);
    const { facts, next } = await page(pages.at(-1)?.next).catch((error) => {
      // Google does not say how long a token is valid: the listing starts again.
      if (!(error instanceof ApiError) || error.status !== 400 || kept.length === 0 || pages.length !== kept.length) {
        throw error;
      }
      files.restart();
      pages.length = 0;
      return page(undefined);
    });
    const read: FiledPage<Facts> = { entities: merged([facts]), ...(next === undefined || next === '' ? {} : { next }) };
    files.keep(pages.length, began, read);
    pages.push(read);
  }
  return merged(pages.map(({ entities }) => entities));
}
