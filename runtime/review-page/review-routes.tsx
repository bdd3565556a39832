import type { Context, Hono } from 'hono';
import { Answer, html, refused } from './answer';
import { askEngine } from './ask-engine';
import { checkDecision, decisionForm } from './decision';
import { AGENT, agentOf, agentSeenBy, caseOf, placementIn, visibleTo } from './found';
import { moveOn } from './move-waiting';
import { myReviews } from './my-reviews';
import { ReviewPage } from './page';
import { isOnce, ONCE_BYTES, requestIdIn, requestOf } from './requests';
import { formOf } from './security';
import { isFormOf, sessionOf } from './sessions';
import { deciderOf, undecidedFor } from '../certification';
import { reviewerIn } from './review-case';
import { AgentView } from './views/agent-view';
import { Confirm } from './views/confirm-view';
import { MyReviews } from './views/my-reviews';
import { OutcomeView } from './views/outcome-view';
import { PolicyView } from './views/policy-view';
import { ReviewView } from './views/review-view';

/** What people see and decide. */
export function addReviewRoutes(app: Hono, page: ReviewPage): void {
  const { registry, desk, now } = page;

  app.get('/reviews', async (context) => {
    const session = await sessionOf(context, page);
    if (session?.identity === undefined) {
      return refused(context, page);
    }
    const [show, sort] = [context.req.query('show') ?? 'all', context.req.query('sort') ?? 'deadline'];
    const found = await myReviews(page, session.identity, { show, sort, wantedPart: context.req.query('part') });
    return html(context, <MyReviews registry={registry} session={session} found={found} show={show} sort={sort} now={now()} />);
  });

  app.get(`/agents${AGENT}`, async (context) => {
    const seen = await agentSeenBy(context, page);
    if (seen === undefined) {
      return refused(context, page);
    }
    const { session, state, who } = seen;
    const events = visibleTo(seen, await desk.events(state));
    return html(context, <AgentView registry={registry} session={session} state={state} events={events} now={now()} mayDecide={who !== undefined}
      move={moveOn(page, state, who?.proof)} wantedPart={context.req.query('history')} />);
  });

  app.get(`/reviews${AGENT}`, async (context) => {
    const found = await agentOf(context, page);
    if (found === undefined) {
      return refused(context, page);
    }
    const { session, state: { placement } } = found;
    const review = await caseOf(context, page, found);
    return review === undefined ? context.redirect(`/agents/${placement.account}/${placement.agentName}`, 303)
      : html(context, <ReviewView registry={registry} session={session} review={review} now={now()} once={page.random(ONCE_BYTES)} />);
  });

  app.get(`/policies${AGENT}`, async (context) => {
    const found = await agentOf(context, page);
    const review = found === undefined ? undefined : await caseOf(context, page, found);
    const item = review?.shown.items.find(({ service }) => service === context.req.query('service'));
    return found === undefined || item === undefined ? refused(context, page)
      : html(context, <PolicyView registry={registry} session={found.session} placement={found.state.placement} item={item} wantedPart={context.req.query('part')} />);
  });

  app.post(`/reviews${AGENT}/check`, (context) => decide(context, page, false));
  app.post(`/reviews${AGENT}/decide`, (context) => decide(context, page, true));

  app.get(`/decisions${AGENT}/:once{[A-Za-z0-9_-]{22}}`, async (context) => {
    const session = await sessionOf(context, page);
    const placement = placementIn(context);
    const request = session === undefined ? undefined : requestOf(requestIdIn(session, context.req.param('once'), 'review'), placement);
    const outcome = request === undefined ? undefined : await desk.outcome(request);
    if (session === undefined || request === undefined || outcome === undefined) {
      return refused(context, page);
    }
    const state = await desk.state(placement);
    const who = state?.review?.open === undefined ? undefined : reviewerIn(session, state, now());
    const left = state === undefined || who === undefined ? 0 : undecidedFor(state, deciderOf(who.reviewer)).length;
    const code = outcome.is === 'done' ? await desk.codeChange(request) : undefined;
    return html(context, <OutcomeView registry={registry} session={session} placement={placement} outcome={outcome} left={left} code={code} />);
  });
}

/** Checks a form, and shows what it means, or asks the engine. */
async function decide(context: Context, page: ReviewPage, isFinal: boolean): Promise<Response> {
  const { registry, desk, now, arn } = page;
  const found = await agentOf(context, page);
  const fields = await formOf(context);
  const form = decisionForm(fields ?? new URLSearchParams());
  if (found === undefined || !isFormOf(found.session, fields?.get('form') ?? null) || !isOnce(form.once)) {
    return refused(context, page);
  }
  const { session, state: { placement } } = found;
  const requestId = requestIdIn(session, form.once, 'review');
  const there = (): Answer => context.redirect(`/decisions/${placement.account}/${placement.agentName}/${form.once}`, 303);
  const before = isFinal ? await desk.outcome(requestOf(requestId, placement)) : undefined;
  if (before !== undefined && before.is !== 'waiting') {
    return there();
  }
  const review = await caseOf(context, page, found);
  if (review === undefined || review.obstacle !== undefined) {
    return refused(context, page);
  }
  const checked = checkDecision(form, review);
  if ('problem' in checked) {
    const { problem } = checked;
    const view = <ReviewView registry={registry} session={session} review={review} now={now()} once={form.once} problem={problem} given={form} />;
    return html(context, view, 422);
  }
  const { intent } = checked;
  if (!isFinal) {
    return html(context, <Confirm registry={registry} session={session} review={review} intent={intent} form={form} />);
  }
  const isAsked = await askEngine(page, session, { requestId, registry, placement, origin: { kind: 'page', arn }, intent });
  return isAsked ? there() : refused(context, page);
}
