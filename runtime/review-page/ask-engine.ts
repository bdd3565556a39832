import { usingLink } from './links';
import { ReviewPage } from './page';
import { RetryableError } from '../../src/core/errors';
import { PageSession } from '../ledger';
import { LifecycleRequest, PageIntent } from '../model/request';

const TRIES = 5;

/**
 * Stores the decision, marks the link as used by it in the same write, and starts the engine. Of two sessions of one link that decide at the same time, one does.
 * Returns false for the other.
 */
export async function askEngine(page: ReviewPage, session: PageSession, request: LifecycleRequest<PageIntent>): Promise<boolean> {
  for (let tries = 1; ; tries++) {
    const using = await usingLink(page, session, request.requestId);
    if (using === undefined) {
      return false;
    }
    try {
      await page.desk.ask(request, using);
      return true;
    } catch (error) {
      // The link was opened or used in between.
      if (!(error instanceof RetryableError) || error.code !== 'LedgerConflict' || tries >= TRIES) {
        throw error;
      }
    }
  }
}
