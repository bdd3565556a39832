import type { FC } from 'hono/jsx';
import { Layout, said } from './layout';
import { titleOf } from './move-view';
import { Placement } from '../../../src/core/lifecycle-event';
import { APPROVAL_MEANING } from '../../engine/decision/approve';
import { PageSession } from '../../ledger';
import { Approve } from '../../model/request';
import { Outcome } from '../desk';
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

const TEXTS: Readonly<Record<Outcome['is'], readonly [title: string, text: string]>> = {
  'done': ['Your answer is recorded', 'If you approved, and no other person is needed, the agent can be deployed once, with exactly what you saw. You can close this page.'],
  'at-work': ['Your answer is being recorded', 'This takes a few seconds.'],
  'waiting': ['Your answer is waiting', 'It is stored, and is recorded soon.'],
  'refused': ['Your answer was not accepted', 'Nothing was changed.'],
};

interface OutcomeProps extends Common {
  readonly placement: Placement;
  readonly outcome: Outcome;
}

/** What became of an answer. */
export const MoveOutcome: FC<OutcomeProps> = ({ registry, session, placement: { account, agentName }, outcome }) => {
  const [title, text] = TEXTS[outcome.is];
  return (
    <Layout title={title} registry={registry} session={session}>
      <h1>{title}</h1>
      <p class="lead">{text}</p>
      {outcome.is === 'refused' ? <div class="note warn"><p>{said(outcome.message)} ({said(outcome.code)})</p></div> : null}
      {outcome.is === 'refused' ? <p><a class="button" href={`/moves/${account}/${agentName}`}>Back to the question</a></p> : null}
      {outcome.is === 'at-work' || outcome.is === 'waiting' ? <p><a class="button" href="">Look again</a></p> : null}
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
