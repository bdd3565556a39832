import type { Context } from 'hono';
import { html as document } from 'hono/html';
import type { Child } from 'hono/jsx';
import { ReviewPage } from './page';
import { Refused } from './views/plain-pages';
import { METRICS } from '../../src/contract/metrics';

export type Answer = Response | Promise<Response>;

export function html(context: Context, view: Child, status: 200 | 403 | 404 | 422 | 500 = 200): Answer {
  return context.html(document`<!doctype html>${view}`, status);
}

/** The same answer for everything that is not genuine: it says nothing of what is wrong. */
export function refused(context: Context, { count, registry, signIn }: ReviewPage): Answer {
  count(METRICS.reviewLinkRefused);
  return html(context, <Refused registry={registry} canSignIn={signIn !== undefined} />, 403);
}
