import type { FC } from 'hono/jsx';
import { Layout, said } from './layout';
import { Placement } from '../../../src/core/lifecycle-event';
import { PageSession } from '../../ledger';
import { CodeOfDecision, Outcome } from '../desk';

const TEXTS: Readonly<Record<Outcome['is'], readonly [title: string, text: string]>> = {
  'done': ['Your decision is recorded', 'It is done, and it was seen to work. The record has your name, your reason and the time.'],
  'at-work': ['Your decision is being carried out', 'This can take about two minutes, because AWS needs time until permissions change everywhere.'],
  'waiting': ['Your decision is waiting', 'It is stored, and its work has not begun yet.'],
  'refused': ['Your decision was not accepted', 'Nothing was changed.'],
};

interface OutcomeProps {
  readonly registry: string;
  readonly session: PageSession;
  readonly placement: Placement;
  readonly outcome: Outcome;
  /** Services that are not decided yet. */
  readonly left: number;
  /** What is to be changed in the agent's code. */
  readonly code?: CodeOfDecision;
}

/** What became of a decision. */
export const OutcomeView: FC<OutcomeProps> = ({ registry, session, placement: { account, agentName }, outcome, left, code }) => {
  const [title, text] = TEXTS[outcome.is];
  return (
    <Layout title={title} registry={registry} session={session}>
      <h1>{title}</h1>
      <p class="lead">{text}</p>
      {outcome.is === 'refused' ? <div class="note warn"><p>{said(outcome.message)} ({said(outcome.code)})</p></div> : null}
      {outcome.is === 'at-work' || outcome.is === 'waiting' ? <p><a class="button" href="">Look again</a></p> : null}
      {code === undefined || code.statements.length === 0 ? null : <CodeToChange code={code} />}
      {outcome.is === 'done' && left > 0 ? <p>{left === 1 ? '1 service is' : `${left} services are`} not decided yet.</p> : null}
      {outcome.is === 'refused' || left > 0 ? <p><a class="button" href={`/reviews/${account}/${agentName}`}>Back to the review</a></p> : null}
      {outcome.is === 'done' && left === 0 ? <p>Nothing is left for you to decide about {said(agentName)}. You can close this page.</p> : null}
      <p><a href={`/agents/${account}/${agentName}`}>History of this agent</a></p>
    </Layout>
  );
};

const SHOWN_STATEMENTS = 12;

const CodeToChange: FC<{ readonly code: CodeOfDecision }> = ({ code: { statements, construct } }) => (
  <section>
    <h2>What is to be changed in the code</h2>
    <p>The accountable person and the backup get this by mail{construct === undefined ? '' : `, with the place: ${said(construct)}`}.</p>
    <ul>{statements.slice(0, SHOWN_STATEMENTS).map((statement) => <li>{said(statement)}</li>)}</ul>
    {statements.length > SHOWN_STATEMENTS ? <p>{`And ${statements.length - SHOWN_STATEMENTS} more, which the history of the agent has.`}</p> : null}
  </section>
);
