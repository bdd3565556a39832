import type { FC } from 'hono/jsx';
import { Layout, said } from './layout';
import { escapeUnseen } from '../../../src/core/unseen';
import { linesOfDecision } from '../../certification';
import { meaningOf } from '../../engine/decision/review-meaning';
import { PageSession } from '../../ledger';
import { Review } from '../../model/request';
import { DecisionForm } from '../decision';
import { ReviewCase } from '../review-case';
import { CHOICES, serviceName } from '../words';

interface ConfirmProps {
  readonly registry: string;
  readonly session: PageSession;
  readonly review: ReviewCase;
  readonly intent: Review;
  readonly form: DecisionForm;
}

/** The decision once more, with what it means, before it is recorded. */
export const Confirm: FC<ConfirmProps> = ({ registry, session, review, intent, form }) => {
  const { state: { placement }, part } = review;
  const path = `/reviews/${placement.account}/${placement.agentName}`;
  const about = intent.verdict === 'restore' ? intent.actions ?? [] : (intent.items ?? intent.actions ?? []).map(serviceName);
  const code = codeOf(review, intent);
  return (
    <Layout title={`Check your decision about ${placement.agentName}`} registry={registry} session={session}>
      <h1>Check your decision</h1>
      <dl>
        <dt>Agent</dt><dd>{said(placement.agentName)}</dd>
        <dt>You decide</dt><dd>{CHOICES[intent.verdict]}</dd>
        {about.length === 0 ? null : [<dt>About</dt>, <dd>{said(about.join(', '))}</dd>]}
        {intent.to === undefined ? null : [<dt>New accountable person</dt>, <dd>{said(intent.to)}</dd>]}
        <dt>Because</dt><dd>{said(intent.reason)}</dd>
      </dl>
      <div class={intent.verdict === 'leave' ? 'note warn' : 'note'}><p>With this you say: <q>{meaningOf(intent.verdict)}</q></p></div>
      {code === '' ? null : (
        <section>
          <h2>What is to be changed in the code</h2>
          <p>{intent.verdict === 'reduce' ? 'The access is denied at once. So that the code says the same, somebody has to change it like this:' : 'These statements are asked to be changed:'}</p>
          <pre>{code}</pre>
        </section>
      )}
      <form method="post" action={`${path}/decide`}>
        <input type="hidden" name="form" value={session.formToken} />
        {Object.entries({ once: form.once, review: form.review, shown: form.shown, shownAt: form.shownAt, verdict: intent.verdict, reason: form.reason, to: form.to }).map(([name, value]) => <input type="hidden" name={name} value={value} />)}
        {form.items.map((service) => <input type="hidden" name="items" value={service} />)}
        {form.actions.map((action) => <input type="hidden" name="actions" value={action} />)}
        <p class="actions"><button type="submit">Record this decision</button> <a href={`${path}?part=${part}`}>Go back without deciding</a></p>
      </form>
    </Layout>
  );
};

/** Longer changes are printed by the command. */
const LONGEST_CODE = 4_000;

function codeOf({ shown }: ReviewCase, intent: Review): string {
  const text = linesOfDecision(shown, intent).map(escapeUnseen).join('\n');
  // By characters: half of one would be unreadable.
  return text.length > LONGEST_CODE ? `${Array.from(text).slice(0, LONGEST_CODE).join('')}\n... nhi review decide prints the rest.` : text;
}
