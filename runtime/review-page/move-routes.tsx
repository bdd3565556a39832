import type { Context, Hono } from 'hono';
import { Answer, html, refused } from './answer';
import { askEngine } from './ask-engine';
import { AGENT, placementIn } from './found';
import { isSignedIn, moveOf } from './move-case';
import { checkMove, moveForm } from './move-form';
import { ReviewPage } from './page';
import { isOnce, ONCE_BYTES, requestIdIn, requestOf } from './requests';
import { formOf } from './security';
import { isFormOf, sessionOf } from './sessions';
import { AnswerOutcome } from './views/answer-outcome';
import { ConfirmMove, NoMove } from './views/move-outcome';
import { MoveView } from './views/move-view';
import { MOVES_PATH } from '../../src/contract/review-page';

const ROUTE = `${MOVES_PATH}${AGENT}`;

/** Approvals of moves and joins. A sign-in is always needed. */
export function addMoveRoutes(app: Hono, page: ReviewPage): void {
  const { registry, desk, signIn } = page;

  app.get(ROUTE, async (context) => {
    const session = await sessionOf(context, page);
    const { account, agentName } = placementIn(context);
    if (!isSignedIn(session)) {
      return signIn === undefined ? refused(context, page) : context.redirect(`/sign-in?to=${MOVES_PATH}/${account}/${agentName}`, 303);
    }
    const move = await moveOf(page, session, placementIn(context));
    // The same answer to anybody who is nothing to the agent, and for an agent that does not exist.
    return html(context, move === undefined ? <NoMove registry={registry} session={session} />
      : <MoveView registry={registry} session={session} move={move} once={page.random(ONCE_BYTES)} />);
  });

  app.post(`${ROUTE}/check`, (context) => answer(context, page, false));
  app.post(`${ROUTE}/decide`, (context) => answer(context, page, true));

  app.get(`${ROUTE}/answers/:once{[A-Za-z0-9_-]{22}}`, async (context) => {
    const session = await sessionOf(context, page);
    const placement = placementIn(context);
    const outcome = session === undefined ? undefined : await desk.outcome(requestOf(requestIdIn(session, context.req.param('once'), 'approve'), placement));
    return session === undefined || outcome === undefined ? refused(context, page)
      : html(context, (
        <AnswerOutcome registry={registry} session={session} outcome={outcome} what="answer" back={{ to: `${MOVES_PATH}/${placement.account}/${placement.agentName}`, says: 'Back to the question' }}
          recorded="If you approved, and no other person is needed, the agent can be deployed once, with exactly what you saw. You can close this page." />
      ));
  });
}

/** Checks a form, and shows it once more, or asks the engine. */
async function answer(context: Context, page: ReviewPage, isFinal: boolean): Promise<Response> {
  const { registry, arn, desk } = page;
  const session = await sessionOf(context, page);
  const fields = await formOf(context);
  const form = moveForm(fields ?? new URLSearchParams());
  if (!isSignedIn(session) || !isFormOf(session, fields?.get('form') ?? null) || !isOnce(form.once)) {
    return refused(context, page);
  }
  const placement = placementIn(context);
  const requestId = requestIdIn(session, form.once, 'approve');
  const there = (): Answer => context.redirect(`${MOVES_PATH}/${placement.account}/${placement.agentName}/answers/${form.once}`, 303);
  const before = isFinal ? await desk.outcome(requestOf(requestId, placement)) : undefined;
  if (before !== undefined && before.is !== 'waiting') {
    return there();
  }
  const move = await moveOf(page, session, placement);
  if (move === undefined) {
    return refused(context, page);
  }
  const checked = checkMove(form, move);
  if ('problem' in checked) {
    return html(context, <MoveView registry={registry} session={session} move={move} once={form.once} problem={checked.problem} given={form} />, 422);
  }
  const { intent } = checked;
  if (!isFinal) {
    return html(context, <ConfirmMove registry={registry} session={session} move={move} intent={intent} once={form.once} />);
  }
  await askEngine(page, session, { requestId, registry, placement: move.placement, origin: { kind: 'page', arn }, intent });
  return there();
}
