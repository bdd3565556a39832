import type { Context, Hono } from 'hono';
import { Answer, html, refused } from './answer';
import { askEngine } from './ask-engine';
import { checkDelegation, delegateForm, delegatesCase } from './delegates';
import { AGENT, agentOf, placementIn } from './found';
import { ReviewPage } from './page';
import { isOnce, ONCE_BYTES, requestIdIn, requestOf } from './requests';
import { formOf } from './security';
import { isFormOf, sessionOf } from './sessions';
import { AnswerOutcome } from './views/answer-outcome';
import { ConfirmDelegation } from './views/confirm-delegation';
import { DelegatesView } from './views/delegates-view';
import { DELEGATES, delegatesPath } from '../../src/contract/review-page';

const ROUTE = `/agents${AGENT}/${DELEGATES}`;

/** Who may decide for sponsor or backup: one of them names a delegate, or ends that, whether a review is open or not. */
export function addDelegateRoutes(app: Hono, page: ReviewPage): void {
  const { registry, desk, signIn, now, random } = page;

  app.get(ROUTE, async (context) => {
    const found = await agentOf(context, page);
    if (found === undefined) {
      // The mail that names a delegate leads here without a link that proves anything.
      return signIn === undefined || (await sessionOf(context, page))?.identity !== undefined ? refused(context, page)
        : context.redirect(`/sign-in?to=${delegatesPath(placementIn(context))}`, 303);
    }
    const delegates = delegatesCase(found, signIn !== undefined, now());
    const once = [random(ONCE_BYTES), random(ONCE_BYTES)] as const;
    return html(context, <DelegatesView registry={registry} session={found.session} delegates={delegates} now={now()} once={once} />);
  });

  app.post(`${ROUTE}/check`, (context) => decide(context, page, false));
  app.post(`${ROUTE}/decide`, (context) => decide(context, page, true));

  app.get(`${ROUTE}/answers/:once{[A-Za-z0-9_-]{22}}`, async (context) => {
    const session = await sessionOf(context, page);
    const placement = placementIn(context);
    const outcome = session === undefined ? undefined : await desk.outcome(requestOf(requestIdIn(session, context.req.param('once'), 'review'), placement));
    return session === undefined || outcome === undefined ? refused(context, page) : html(context, (
      <AnswerOutcome registry={registry} session={session} outcome={outcome} what="decision" back={{ to: delegatesPath(placement), says: 'Who may decide now' }}
        recorded="It holds from now on. The other person, the accountable person and the backup get a mail that says so." />
    ));
  });
}

/** Checks a form, and shows it once more, or asks the engine. */
async function decide(context: Context, page: ReviewPage, isFinal: boolean): Promise<Response> {
  const { registry, desk, now, arn, signIn, random } = page;
  const found = await agentOf(context, page);
  const fields = await formOf(context);
  const form = delegateForm(fields ?? new URLSearchParams());
  if (found === undefined || !isFormOf(found.session, fields?.get('form') ?? null) || !isOnce(form.once)) {
    return refused(context, page);
  }
  const { session, state: { placement } } = found;
  const requestId = requestIdIn(session, form.once, 'review');
  const there = (): Answer => context.redirect(`${delegatesPath(placement)}/answers/${form.once}`, 303);
  const before = isFinal ? await desk.outcome(requestOf(requestId, placement)) : undefined;
  if (before !== undefined && before.is !== 'waiting') {
    return there();
  }
  const delegates = delegatesCase(found, signIn !== undefined, now());
  if (!delegates.isGiver || delegates.obstacle !== undefined) {
    return refused(context, page);
  }
  const checked = checkDelegation(form, delegates, now());
  if ('problem' in checked) {
    const once = form.verdict === 'end-delegation' ? [random(ONCE_BYTES), form.once] as const : [form.once, random(ONCE_BYTES)] as const;
    const { problem } = checked;
    const view = <DelegatesView registry={registry} session={session} delegates={delegates} now={now()} once={once} problem={problem} given={form} />;
    return html(context, view, 422);
  }
  const { intent } = checked;
  if (!isFinal) {
    return html(context, <ConfirmDelegation registry={registry} session={session} placement={placement} intent={intent} form={form} />);
  }
  const isAsked = await askEngine(page, session, { requestId, registry, placement, origin: { kind: 'page', arn }, intent });
  return isAsked ? there() : refused(context, page);
}
