import type { Context, Hono } from 'hono';
import { Answer, html, refused } from './answer';
import { askEngine } from './ask-engine';
import { AGENT, placementIn } from './found';
import { isUsedByOther } from './links';
import { ReviewPage } from './page';
import { isOnce, ONCE_BYTES, requestIdIn, requestOf } from './requests';
import { checkRevocation, revocationFor, revocationForm } from './revocation-case';
import { formOf } from './security';
import { isFormOf, sessionOf } from './sessions';
import { AnswerOutcome } from './views/answer-outcome';
import { CheckRevocation, RevocationView } from './views/revocation-view';
import { revocationPath, REVOCATIONS_PATH } from '../../src/contract/review-page';
import { PageSession } from '../ledger';

const ROUTE = `${REVOCATIONS_PATH}${AGENT}/:reference{[0-9a-f]{32}}`;
const INTENT = 'confirm-revocation';

/** Access that people revoke by hand: they read the steps, and confirm that it is done. */
export function addRevocationRoutes(app: Hono, page: ReviewPage): void {
  const { registry, desk, signIn, random } = page;

  app.get(ROUTE, async (context) => {
    const session = await sessionOf(context, page);
    if (session === undefined) {
      return signIn === undefined ? refused(context, page) : context.redirect(`/sign-in?to=${pathIn(context)}`, 303);
    }
    const found = await foundFor(context, page, session);
    return found === undefined ? refused(context, page)
      : html(context, <RevocationView registry={registry} session={session} revocation={found} once={random(ONCE_BYTES)} />);
  });

  app.post(`${ROUTE}/check`, (context) => confirm(context, page, false));
  app.post(`${ROUTE}/decide`, (context) => confirm(context, page, true));

  app.get(`${ROUTE}/answers/:once{[A-Za-z0-9_-]{22}}`, async (context) => {
    const session = await sessionOf(context, page);
    const outcome = session === undefined ? undefined : await desk.outcome(requestOf(requestIdIn(session, context.req.param('once'), INTENT), placementIn(context)));
    return session === undefined || outcome === undefined ? refused(context, page) : html(context, (
      <AnswerOutcome registry={registry} session={session} outcome={outcome} what="confirmation" back={{ to: pathIn(context), says: 'Back to what was to do' }}
        recorded="Your name, the time and what you wrote are in the records of the agent. You get no more mails about this. You can close this page." />
    ));
  });
}

function pathIn(context: Context): string {
  return revocationPath(placementIn(context), context.req.param('reference') ?? '');
}

async function foundFor(context: Context, page: ReviewPage, session: PageSession): Promise<ReturnType<typeof revocationFor>> {
  return await isUsedByOther(page, session) ? undefined : revocationFor(session, await page.desk.state(placementIn(context)), context.req.param('reference') ?? '');
}

/** Checks a form, and shows it once more, or asks the engine. */
async function confirm(context: Context, page: ReviewPage, isFinal: boolean): Promise<Response> {
  const { registry, arn, desk } = page;
  const session = await sessionOf(context, page);
  const fields = await formOf(context);
  const form = revocationForm(fields ?? new URLSearchParams());
  if (session === undefined || !isFormOf(session, fields?.get('form') ?? null) || !isOnce(form.once)) {
    return refused(context, page);
  }
  const placement = placementIn(context);
  const requestId = requestIdIn(session, form.once, INTENT);
  const there = (): Answer => context.redirect(`${pathIn(context)}/answers/${form.once}`, 303);
  const before = isFinal ? await desk.outcome(requestOf(requestId, placement)) : undefined;
  if (before !== undefined && before.is !== 'waiting') {
    return there();
  }
  const found = await foundFor(context, page, session);
  if (found === undefined || found.record.confirmed !== undefined) {
    return refused(context, page);
  }
  const checked = checkRevocation(form, found);
  if ('problem' in checked) {
    const { problem } = checked;
    const view = <RevocationView registry={registry} session={session} revocation={found} once={form.once} problem={problem} given={form} />;
    return html(context, view, 422);
  }
  const { intent } = checked;
  if (!isFinal) {
    return html(context, <CheckRevocation registry={registry} session={session} revocation={found} intent={intent} once={form.once} />);
  }
  const isAsked = await askEngine(page, session, { requestId, registry, placement, origin: { kind: 'page', arn }, intent });
  return isAsked ? there() : refused(context, page);
}
