import type { FC } from 'hono/jsx';
import { Layout, said } from './layout';
import { titleOf } from './move-view';
import { APPROVAL_MEANING } from '../../engine/decision/approve';
import { PageSession } from '../../ledger';
import { Approve } from '../../model/request';
import { MoveCase } from '../move-case';

interface Common {
  readonly registry: string;
  readonly session: PageSession;
}

interface ConfirmProps extends Common {
  readonly move: MoveCase;
  readonly intent: Approve;
  readonly once: string;
}

/** The answer once more, before it is recorded. */
export const ConfirmMove: FC<ConfirmProps> = ({ registry, session, move, intent, once }) => {
  const path = `/moves/${move.placement.account}/${move.placement.agentName}`;
  return (
    <Layout title="Check your answer" registry={registry} session={session}>
      <h1>Check your answer</h1>
      <dl>
        <dt>Question</dt><dd>{titleOf(move)}</dd>
        <dt>You answer</dt><dd>{intent.verdict === 'approve' ? 'Approve' : 'Decline'}</dd>
        <dt>Because</dt><dd>{said(intent.reason)}</dd>
      </dl>
      {intent.verdict === 'approve' ? <div class="note"><p>With this you say: <q>{APPROVAL_MEANING}</q></p></div> : null}
      <form method="post" action={`${path}/decide`}>
        <input type="hidden" name="form" value={session.formToken} />
        {Object.entries({ once, digest: intent.digest, verdict: intent.verdict, reason: intent.reason }).map(([name, value]) => <input type="hidden" name={name} value={value} />)}
        <p class="actions"><button type="submit">Record this answer</button> <a href={path}>Go back without answering</a></p>
      </form>
    </Layout>
  );
};

/** Nothing waits for this person's answer: it was used, declined or never asked for. */
export const NoMove: FC<Common> = ({ registry, session }) => (
  <Layout title="Nothing to approve" registry={registry} session={session}>
    <h1>Nothing to approve</h1>
    <p class="lead">No move of this agent waits for your approval. Somebody may have answered already, or the agent has moved.</p>
  </Layout>
);
