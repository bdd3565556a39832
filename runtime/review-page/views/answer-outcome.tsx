import type { FC } from 'hono/jsx';
import { Layout, said } from './layout';
import { PageSession } from '../../ledger';
import { Outcome } from '../desk';

interface AnswerOutcomeProps {
  readonly registry: string;
  readonly session: PageSession;
  readonly outcome: Outcome;
  readonly what: 'answer' | 'decision' | 'confirmation';
  /** What follows from an answer that is recorded. */
  readonly recorded: string;
  /** Where the question is. */
  readonly back: { readonly to: string; readonly says: string };
}

const TEXTS: Readonly<Record<Outcome['is'], readonly [became: string, text?: string]>> = {
  'done': ['is recorded'],
  'at-work': ['is being recorded', 'This takes a few seconds.'],
  'waiting': ['is waiting', 'It is stored, and is recorded soon.'],
  'refused': ['was not accepted', 'Nothing was changed.'],
};

/** What became of an answer or a decision that changes nothing in AWS. */
export const AnswerOutcome: FC<AnswerOutcomeProps> = ({ registry, session, outcome, what, recorded, back }) => {
  const [became, text = recorded] = TEXTS[outcome.is];
  const title = `Your ${what} ${became}`;
  return (
    <Layout title={title} registry={registry} session={session}>
      <h1>{title}</h1>
      <p class="lead">{text}</p>
      {outcome.is === 'refused' ? <div class="note warn"><p>{said(outcome.message)} ({said(outcome.code)})</p></div> : null}
      {outcome.is === 'refused' ? <p><a class="button" href={back.to}>{back.says}</a></p> : null}
      {outcome.is === 'at-work' || outcome.is === 'waiting' ? <p><a class="button" href="">Look again</a></p> : null}
      {outcome.is === 'done' ? <p><a href={back.to}>{back.says}</a></p> : null}
    </Layout>
  );
};
