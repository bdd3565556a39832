import { Context, Hono } from 'hono';
import { html as document } from 'hono/html';
import type { Child } from 'hono/jsx';
import { checkDecision, decisionForm } from './decision';
import { requireShown } from './desk';
import { askEngine } from './ask-engine';
import { countOpening, isUsedByOther, linkOf } from './links';
import { myReviews } from './my-reviews';
import { ReviewPage } from './page';
import { requestIdIn, requestOf } from './requests';
import { ReviewCase, reviewCase, reviewerIn } from './review-case';
import { formOf, isAcceptable, securityHeaders } from './security';
import { beginSignIn, endSession, hashOf, isFormOf, openSession, sessionOf, takeSignInMark } from './sessions';
import { AgentView } from './views/agent-view';
import { Confirm } from './views/confirm-view';
import { MyReviews } from './views/my-reviews';
import { OutcomeView } from './views/outcome-view';
import { Failed, NotFound, OpenLink, Refused, SignedIn, Start } from './views/plain-pages';
import { ReviewView } from './views/review-view';
import { METRICS } from '../../src/contract/metrics';
import { OPEN_PATH, SIGNED_IN_PATH } from '../../src/contract/review-page';
import { LifecycleEvent, Placement } from '../../src/core/lifecycle-event';
import { undecided } from '../certification';
import { PageSession } from '../ledger';
import { PlacementState } from '../model/placement-state';

const AGENT = '/:account{[0-9]{12}}/:agentName{[a-z0-9-]{1,64}}';
const RETURN_TO = /^\/(reviews|agents)(\/\d{12}\/[a-z0-9-]{1,64})?$/;
const ONCE = /^[A-Za-z0-9_-]{22}$/;
const ONCE_BYTES = 16;

/** Where two people decide independently, neither sees the other's decision before the review is over. */
function visibleTo({ state: { review, declared: { profile } }, who: { reviewer } }: Found, events: readonly LifecycleEvent[]): readonly LifecycleEvent[] {
  const open = review?.open;
  return open === undefined || !profile.twoReviewers ? events : events.filter(({ data }) => {
    const { details = {} } = data.unmapped as { readonly details?: { readonly review?: unknown; readonly by?: unknown } };
    return details.review !== open.id || details.by === undefined || details.by === reviewer.email;
  });
}

interface Found {
  readonly session: PageSession;
  readonly state: PlacementState;
  readonly who: NonNullable<ReturnType<typeof reviewerIn>>;
}

/** The page for reviewers. Whatever it knows of a request is in the request's own context: two requests share nothing. */
export function reviewApp(page: ReviewPage): Hono {
  const { registry, origin, desk, ledger, signIn, now } = page;
  const canSignIn = signIn !== undefined;
  const app = new Hono({ strict: true });

  const html = (context: Context, view: Child, status: 200 | 403 | 404 | 422 | 500 = 200): Response | Promise<Response> => context.html(document`<!doctype html>${view}`, status);

  /** The same answer for everything that is not genuine: it says nothing of what is wrong. */
  const refused = (context: Context): Response | Promise<Response> => {
    page.count(METRICS.reviewLinkRefused);
    return html(context, <Refused registry={registry} canSignIn={canSignIn} />, 403);
  };

  app.use('*', securityHeaders);
  app.use('*', async (context, next) => (await isAcceptable(context, origin) ? next() : refused(context)));
  app.onError((error, context) => {
    page.warn('the page failed', { error: error.name, code: (error as { code?: string }).code ?? '' });
    return html(context, <Failed registry={registry} />, 500);
  });
  app.notFound((context) => html(context, <NotFound registry={registry} />, 404));

  app.get('/', async (context) => {
    const session = await sessionOf(context, page);
    return session?.identity === undefined ? html(context, <Start registry={registry} session={session} canSignIn={canSignIn} />) : context.redirect('/reviews', 303);
  });

  app.get(`${OPEN_PATH}:token`, async (context) => {
    const token = context.req.param('token');
    const link = await linkOf(page, token);
    return link === undefined ? refused(context) : html(context, <OpenLink registry={registry} agentName={link.agentName} token={token} />);
  });

  app.post('/open', async (context) => {
    const link = await linkOf(page, (await formOf(context))?.get('token') ?? '');
    if (link === undefined || !await countOpening(page, link)) {
      return refused(context);
    }
    await openSession(context, page, { link });
    return context.redirect(`/reviews/${link.account}/${link.agentName}`, 303);
  });

  app.get('/sign-in', async (context) => {
    if (signIn === undefined) {
      return html(context, <NotFound registry={registry} />, 404);
    }
    const wanted = context.req.query('to') ?? '';
    const { url, state, nonce, verifier } = await signIn.begin(`${origin}${SIGNED_IN_PATH}`);
    await ledger.saveSignIn({ hash: hashOf(state), nonce, verifier, returnTo: RETURN_TO.test(wanted) ? wanted : '/reviews', ...beginSignIn(context, page) });
    return context.redirect(url, 303);
  });

  app.get(SIGNED_IN_PATH, async (context) => {
    const [state, mark] = [context.req.query('state') ?? '', takeSignInMark(context)];
    const attempt = mark === undefined ? undefined : await ledger.takeSignIn(hashOf(state), mark, now());
    if (attempt === undefined || signIn === undefined) {
      return refused(context);
    }
    const identity = await signIn.finish(new URL(`${SIGNED_IN_PATH}${new URL(context.req.url).search}`, origin), { state, nonce: attempt.nonce, verifier: attempt.verifier });
    if (identity === undefined) {
      return refused(context);
    }
    await openSession(context, page, { identity });
    return html(context, <SignedIn registry={registry} goesTo={attempt.returnTo} />);
  });

  app.post('/sign-out', async (context) => {
    const session = await sessionOf(context, page);
    if (session === undefined || !isFormOf(session, (await formOf(context))?.get('form') ?? null)) {
      return refused(context);
    }
    await endSession(context, page, session);
    return context.redirect('/', 303);
  });

  app.get('/reviews', async (context) => {
    const session = await sessionOf(context, page);
    if (session?.identity === undefined) {
      return refused(context);
    }
    const [show, sort] = [context.req.query('show') ?? 'all', context.req.query('sort') ?? 'deadline'];
    return html(context, <MyReviews registry={registry} session={session} reviews={await myReviews(page, session.identity, show, sort)} show={show} sort={sort} now={now()} />);
  });

  /** What the session may see of an agent. Undefined for an agent that is not this person's, as for one that doesn't exist. */
  const agentOf = async (context: Context): Promise<Found | undefined> => {
    const session = await sessionOf(context, page);
    const placement: Placement = { account: context.req.param('account') ?? '', agentName: context.req.param('agentName') ?? '' };
    if (session === undefined || await isUsedByOther(page, session)) {
      return undefined;
    }
    const state = await desk.state(placement);
    const who = state?.declared === undefined ? undefined : reviewerIn(session, state);
    return state === undefined || who === undefined ? undefined : { session, state, who };
  };

  const caseOf = async (context: Context, { state, who }: Found): Promise<ReviewCase | undefined> => {
    const open = state.status === 'active' ? state.review?.open : undefined;
    return open === undefined ? undefined : reviewCase(state, open, await requireShown(desk, open), who, Number(context.req.query('part') ?? '1'), canSignIn, now());
  };

  app.get(`/agents${AGENT}`, async (context) => {
    const found = await agentOf(context);
    return found === undefined ? refused(context)
      : html(context, <AgentView registry={registry} session={found.session} state={found.state} events={visibleTo(found, await desk.events(found.state.placement))} />);
  });

  app.get(`/reviews${AGENT}`, async (context) => {
    const found = await agentOf(context);
    if (found === undefined) {
      return refused(context);
    }
    const review = await caseOf(context, found);
    return review === undefined ? context.redirect(`/agents/${found.state.placement.account}/${found.state.placement.agentName}`, 303)
      : html(context, <ReviewView registry={registry} session={found.session} review={review} now={now()} once={page.random(ONCE_BYTES)} />);
  });

  for (const step of ['check', 'decide'] as const) {
    app.post(`/reviews${AGENT}/${step}`, async (context) => {
      const found = await agentOf(context);
      const fields = await formOf(context);
      if (found === undefined || fields === undefined || !isFormOf(found.session, fields.get('form'))) {
        return refused(context);
      }
      const { session, state: { placement } } = found;
      const form = decisionForm(fields);
      const there = `/decisions/${placement.account}/${placement.agentName}/${form.once}`;
      const requestId = requestIdIn(session, form.once);
      if (!ONCE.test(form.once)) {
        return refused(context);
      }
      const before = step === 'check' ? undefined : await desk.outcome(requestOf(requestId, placement));
      if (before !== undefined && before.is !== 'waiting') {
        return context.redirect(there, 303);
      }
      const review = await caseOf(context, found);
      if (review === undefined || review.obstacle !== undefined) {
        return refused(context);
      }
      const checked = checkDecision(form, review);
      if ('problem' in checked) {
        return html(context, <ReviewView registry={registry} session={session} review={review} now={now()} once={form.once} problem={checked.problem} given={form} />, 422);
      }
      if (step === 'check') {
        return html(context, <Confirm registry={registry} session={session} review={review} intent={checked.intent} form={form} />);
      }
      return await askEngine(page, session, { requestId, registry, placement, origin: { kind: 'page', arn: page.arn }, intent: checked.intent })
        ? context.redirect(there, 303) : refused(context);
    });
  }

  app.get(`/decisions${AGENT}/:once{[A-Za-z0-9_-]{22}}`, async (context) => {
    const found = await sessionOf(context, page);
    const { account, agentName, once } = context.req.param();
    const placement = { account, agentName };
    const outcome = found === undefined ? undefined : await desk.outcome(requestOf(requestIdIn(found, once), placement));
    if (found === undefined || outcome === undefined) {
      return refused(context);
    }
    const state = await desk.state(placement);
    const open = state?.review?.open;
    const left = state === undefined || open === undefined ? 0 : undecided(open, state.declared.profile.twoReviewers === true ? 2 : 1).length;
    return html(context, <OutcomeView registry={registry} session={found} placement={placement} outcome={outcome} left={left} />);
  });
  return app;
}
