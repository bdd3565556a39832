import { Hono } from 'hono';
import { html, refused } from './answer';
import { addDelegateRoutes } from './delegate-routes';
import { addEntryRoutes } from './entry-routes';
import { addFleetRoutes } from './fleet-routes';
import { addMoveRoutes } from './move-routes';
import { ReviewPage } from './page';
import { addReviewRoutes } from './review-routes';
import { addRevocationRoutes } from './revocation-routes';
import { isAcceptable, securityHeaders } from './security';
import { Failed, NotFound } from './views/plain-pages';

/** The page for reviewers. Whatever it knows of a request is in the request's own context: two requests share nothing. */
export function reviewApp(page: ReviewPage): Hono {
  const { registry, origin, warn } = page;
  const app = new Hono({ strict: true });
  app.use('*', securityHeaders);
  app.use('*', async (context, next) => (isAcceptable(context, origin) ? next() : refused(context, page)));
  app.onError((error, context) => {
    warn('the page failed', { error: error.name, code: (error as { code?: string }).code ?? '' });
    return html(context, <Failed registry={registry} />, 500);
  });
  app.notFound((context) => html(context, <NotFound registry={registry} />, 404));
  addEntryRoutes(app, page);
  addReviewRoutes(app, page);
  addFleetRoutes(app, page);
  addMoveRoutes(app, page);
  addDelegateRoutes(app, page);
  addRevocationRoutes(app, page);
  return app;
}
