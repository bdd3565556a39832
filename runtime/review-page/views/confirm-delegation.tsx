import type { FC } from 'hono/jsx';
import { Layout, said } from './layout';
import { delegatesPath } from '../../../src/contract/review-page';
import { Placement } from '../../../src/core/lifecycle-event';
import { meaningOf } from '../../engine/decision/review-meaning';
import { PageSession } from '../../ledger';
import { Review } from '../../model/request';
import { DelegateForm } from '../delegates';
import { CHOICES, day } from '../words';

interface ConfirmProps {
  readonly registry: string;
  readonly session: PageSession;
  readonly placement: Placement;
  readonly intent: Review;
  readonly form: DelegateForm;
}

/** The decision once more, with what it means, before it is recorded. */
export const ConfirmDelegation: FC<ConfirmProps> = ({ registry, session, placement, intent: { verdict, to = '', until, reason }, form }) => {
  const path = delegatesPath(placement);
  return (
    <Layout title="Check your decision" registry={registry} session={session}>
      <h1>Check your decision</h1>
      <dl>
        <dt>Agent</dt><dd>{said(placement.agentName)}</dd>
        <dt>You decide</dt><dd>{CHOICES[verdict]}</dd>
        <dt>Person</dt><dd>{said(to)}</dd>
        {until === undefined ? null : [<dt>Until</dt>, <dd>{day(until)}</dd>]}
        <dt>Because</dt><dd>{said(reason)}</dd>
      </dl>
      <div class="note"><p>With this you say: <q>{meaningOf(verdict)}</q></p></div>
      <form method="post" action={`${path}/decide`}>
        <input type="hidden" name="form" value={session.formToken} />
        {Object.entries({ once: form.once, verdict, to, until: form.until, reason }).map(([name, value]) => <input type="hidden" name={name} value={value} />)}
        <p class="actions"><button type="submit">Record this decision</button> <a href={path}>Go back without deciding</a></p>
      </form>
    </Layout>
  );
};
