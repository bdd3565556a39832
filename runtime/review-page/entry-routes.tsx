import type { Hono } from 'hono';
import { html, refused } from './answer';
import { countOpening, linkOf } from './links';
import { isOperator } from './operators';
import { ReviewPage } from './page';
import { formOf } from './security';
import { beginSignIn, endSession, hashOf, isFormOf, openSession, sessionOf, takeSignInMark } from './sessions';
import { NotFound, OpenLink, SignedIn, Start } from './views/plain-pages';
import { DELEGATES, OPEN_PATH, revocationPath, SIGNED_IN_PATH } from '../../src/contract/review-page';

const RETURN_TO = new RegExp(`^/(fleet|(reviews|agents|moves)(/\\d{12}/[a-z0-9-]{1,64})?|agents/\\d{12}/[a-z0-9-]{1,64}/${DELEGATES}|revocations/\\d{12}/[a-z0-9-]{1,64}/[0-9a-f]{32})$`);

/** How people come in and go: by a link, by a sign-in. */
export function addEntryRoutes(app: Hono, page: ReviewPage): void {
  const { registry, origin, ledger, signIn, operators, now } = page;

  app.get('/', async (context) => {
    const session = await sessionOf(context, page);
    return session?.identity === undefined ? html(context, <Start registry={registry} session={session} canSignIn={signIn !== undefined} />)
      : context.redirect('/reviews', 303);
  });

  app.get(`${OPEN_PATH}:token`, async (context) => {
    const token = context.req.param('token');
    const link = await linkOf(page, token);
    return link === undefined ? refused(context, page) : html(context, <OpenLink registry={registry} link={link} token={token} />);
  });

  app.post('/open', async (context) => {
    const link = await linkOf(page, (await formOf(context))?.get('token') ?? '');
    if (link === undefined || !await countOpening(page, link)) {
      return refused(context, page);
    }
    await openSession(context, page, { link });
    return context.redirect(link.purpose === 'revocation' ? revocationPath(link, link.reviewId) : `/reviews/${link.account}/${link.agentName}`, 303);
  });

  app.get('/sign-in', async (context) => {
    if (signIn === undefined) {
      return html(context, <NotFound registry={registry} />, 404);
    }
    const wanted = context.req.query('to') ?? '';
    const { url, state, nonce, verifier } = await signIn.begin(`${origin}${SIGNED_IN_PATH}`);
    const returnTo = RETURN_TO.test(wanted) ? wanted : '/reviews';
    await ledger.saveSignIn({ hash: hashOf(state), nonce, verifier, returnTo, ...beginSignIn(context, page) });
    return context.redirect(url, 303);
  });

  app.get(SIGNED_IN_PATH, async (context) => {
    const [state, mark] = [context.req.query('state') ?? '', takeSignInMark(context)];
    const attempt = mark === undefined ? undefined : await ledger.takeSignIn(hashOf(state), mark, now());
    if (attempt === undefined || signIn === undefined) {
      return refused(context, page);
    }
    const answer = new URL(`${SIGNED_IN_PATH}${new URL(context.req.url).search}`, origin);
    const proven = await signIn.finish(answer, { state, nonce: attempt.nonce, verifier: attempt.verifier });
    if (proven === undefined) {
      return refused(context, page);
    }
    await openSession(context, page, { identity: proven.identity, ...(isOperator(operators, proven) ? { isOperator: true } : {}) });
    return html(context, <SignedIn registry={registry} goesTo={attempt.returnTo} />);
  });

  app.post('/sign-out', async (context) => {
    const session = await sessionOf(context, page);
    if (session === undefined || !isFormOf(session, (await formOf(context))?.get('form') ?? null)) {
      return refused(context, page);
    }
    await endSession(context, page, session);
    return context.redirect('/', 303);
  });
}
