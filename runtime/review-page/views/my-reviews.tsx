import type { FC } from 'hono/jsx';
import { Layout, said } from './layout';
import { PartsNav } from './parts-nav';
import { MOVES_PATH, revocationPath } from '../../../src/contract/review-page';
import { PageSession } from '../../ledger';
import type { MyLine, MyMove, MyReview, MyReviews as Found, MyRevocation } from '../my-reviews';
import { day, distance } from '../words';

interface MyReviewsProps {
  readonly registry: string;
  readonly session: PageSession;
  readonly found: Found;
  readonly show: string;
  readonly sort: string;
  readonly now: Date;
}

/** What waits for one person, with a filter and an order that work without scripts. */
export const MyReviews: FC<MyReviewsProps> = ({ registry, session, found: { lines, part, parts, isCut }, show, sort, now }) => (
  <Layout title="My reviews" registry={registry} session={session}>
    <h1>My reviews</h1>
    <form method="get" action="/reviews" class="inline">
      <p><label for="show">Show</label>
        <select id="show" name="show">{['all', 'late', 'production'].map((value) => <option value={value} selected={value === show}>{SHOW[value]}</option>)}</select></p>
      <p><label for="sort">Order</label>
        <select id="sort" name="sort">{['deadline', 'agent'].map((value) => <option value={value} selected={value === sort}>{SORT[value]}</option>)}</select></p>
      <p><button type="submit">Apply</button></p>
    </form>
    {lines.length === 0 ? <p>There is nothing to decide here.</p> : (
      <ul class="timeline">
        {lines.map((line) => <LineOf line={line} now={now} />)}
      </ul>
    )}
    <PartsNav label="Parts of this list" part={part} parts={parts} href={`/reviews?${new URLSearchParams({ show, sort }).toString()}&part=`} />
    {isCut ? <p>You were asked about more agents than this list can have. The mails lead to the others.</p> : null}
  </Layout>
);

export const LineOf: FC<{ readonly line: MyLine; readonly now: Date }> = ({ line, now }) => (
  line.is === 'move' ? <MoveLine move={line} /> : line.is === 'review' ? <ReviewLine review={line} now={now} /> : <RevocationLine revocation={line} />
);

const RevocationLine: FC<{ readonly revocation: MyRevocation }> = ({ revocation: { placement, stage, purpose, revoker, reference, since } }) => (
  <li>
    <h2><a href={revocationPath(placement, reference)}>{`Remove the access of ${said(placement.agentName)} at ${said(revoker)}`}</a></h2>
    <p>{said(purpose)}</p>
    <p><span class="tag">{said(stage)}</span> It left; you are asked since {day(since)}</p>
  </li>
);

const MoveLine: FC<{ readonly move: MyMove }> = ({ move: { placement: { account, agentName }, stage, purpose, from, askedAt } }) => (
  <li>
    <h2><a href={`${MOVES_PATH}/${account}/${agentName}`}>{`May ${said(agentName)} ${from === undefined ? 'join in' : 'move to'} ${said(stage)}?`}</a></h2>
    <p>{said(purpose)}</p>
    <p><span class="tag">{from === undefined ? 'new' : said(from)}</span> Asked for {day(askedAt)}; it waits for your approval</p>
  </li>
);

const ReviewLine: FC<{ readonly review: MyReview; readonly now: Date }> = ({ review, now }) => {
  const { placement: { account, agentName }, stage, purpose, deadline, isMissed, left } = review;
  return (
    <li>
      <h2><a href={`/reviews/${account}/${agentName}`}>{said(agentName)}</a></h2>
      <p>{said(purpose)}</p>
      <p><span class="tag">{said(stage)}</span>{isMissed ? <span class="tag unused">Too late: denied everything</span> : null}
        {' '}Decide before {day(deadline)} ({distance(deadline, now)}); {left === 1 ? '1 service' : `${left} services`} to decide</p>
    </li>
  );
};

const SHOW: Readonly<Record<string, string>> = { all: 'All', late: 'Those that are late', production: 'Those in production' };
const SORT: Readonly<Record<string, string>> = { deadline: 'The earliest deadline first', agent: 'By name' };
