import type { FC } from 'hono/jsx';
import { DecisionForm } from './decision-form';
import { ItemCard } from './item-card';
import { Layout, said } from './layout';
import { PartsNav } from './parts-nav';
import { UseAsAWhole } from './use-as-a-whole';
import { UsePicture } from './use-picture';
import { delegatesPath } from '../../../src/contract/review-page';
import { PageSession } from '../../ledger';
import { delegationsOf } from '../../model/delegation';
import { sponsorOf } from '../../model/sponsor-of';
import { policyHref, ReviewCase } from '../review-case';
import { CAUSES, day, distance } from '../words';

export interface ReviewViewProps {
  readonly registry: string;
  readonly session: PageSession;
  readonly review: ReviewCase;
  readonly now: Date;
  readonly once: string;
  /** What was wrong with the form that was sent, and what it said. */
  readonly problem?: string;
  readonly given?: FormGiven;
}

export interface FormGiven {
  readonly verdict?: string;
  readonly items: readonly string[];
  readonly reason: string;
  readonly to: string;
}

/** One review: what is asked, what changed, what the agent may do and does, and the decision. */
export const ReviewView: FC<ReviewViewProps> = (props) => {
  const { registry, session, review, now, problem } = props;
  const { state: { placement, declared }, open, shown, part, parts } = review;
  const sponsor = sponsorOf(review.state);
  const delegates = delegationsOf(review.state, now);
  const unknown = shown.items.filter(({ use: { verdict } }) => verdict === 'unknown').length;
  const unused = shown.items.filter(({ findings }) => findings.includes('unused')).length;
  return (
    <Layout title={`${problem === undefined ? '' : 'Please check: '}Review of ${placement.agentName}`} registry={registry} session={session}>
      <h1>{review.choices.includes('accept') ? `Will you be accountable for ${said(placement.agentName)}?` : `Does ${said(placement.agentName)} still need its permissions?`}</h1>
      {problem === undefined ? null : <div class="note warn" role="alert"><p><strong>Nothing was decided.</strong> {said(problem)}</p></div>}
      <p class="lead">{said(declared.purpose)}</p>
      <dl>
        <dt>Decide before</dt><dd>{day(open.deadline)} ({distance(open.deadline, now)})</dd>
        <dt>If nobody decides</dt>
        <dd>{open.missedAt === undefined ? 'The agent is denied everything after that time, and later removed.' : 'Nobody decided in time: the agent is denied everything until you decide, and later removed.'}</dd>
        {open.offer === undefined ? null : [<dt>Offered to</dt>, <dd>{`${said(open.offer.to)}, by ${said(open.offer.by)}${open.offer.acceptedAt === undefined ? '' : '; accepted'}`}</dd>]}
        <dt>Stage</dt><dd>{said(declared.stage)}</dd>
        <dt>Accountable</dt><dd>{said(sponsor.accountableName)}; backup: {said(sponsor.backupEmail)}</dd>
        <dt>Reviewed because</dt><dd>{open.causes.map((cause) => CAUSES[cause]).join('; ')}</dd>
        <dt>Last certified</dt><dd>{review.state.review?.certifiedAt === undefined ? 'never' : day(review.state.review.certifiedAt)}</dd>
        <dt>Seen in AWS</dt><dd>{day(shown.takenAt)}</dd>
      </dl>
      <p><a href={`/agents/${placement.account}/${placement.agentName}`}>History of this agent</a></p>
      <p><a href={delegatesPath(placement)}>Who else may decide about it</a>{delegates.length === 0 ? '' : `: ${said(delegates.map(({ to }) => to).join(', '))}`}</p>

      <h2>At a glance</h2>
      <p>{summary(shown.items.length, unused, unknown, shown.items.filter(({ hasFindings }) => hasFindings).length)}</p>
      {shown.items.length === 0 ? null : <UsePicture items={review.items.map(({ item }) => item)} now={now} />}
      <UseAsAWhole shown={shown} />

      <h2>What it may do{parts > 1 ? ` (part ${part} of ${parts})` : ''}</h2>
      {review.items.some(({ change }) => change === 'new' || change === 'changed') ? <p>What changed since the last review comes first.</p> : null}
      {review.items.map(({ item, change, isDecided }) => (
        <ItemCard item={item} change={change} isDecided={isDecided} now={now} policyHref={policyHref(placement, item)} />
      ))}
      <PartsNav label="Parts of this review" part={part} parts={parts} href={`/reviews/${placement.account}/${placement.agentName}?part=`} />

      <h2 id="decision">Your decision</h2>
      <DecisionForm {...props} />
    </Layout>
  );
};

function summary(services: number, unused: number, unknown: number, found: number): string {
  if (services === 0) {
    return 'The agent has no permissions.';
  }
  const opening = services === 1 ? 'It may use 1 service.' : `It may use ${services} services.`;
  const use = [
    ...(unused === 0 ? [] : [`${unused === 1 ? '1 is' : `${unused} are`} not used.`]),
    ...(unknown === 0 ? [] : [`AWS does not say whether ${unknown === services ? 'they are' : unknown === 1 ? '1 is' : `${unknown} are`} used.`]),
    ...(unused + unknown === 0 ? ['All are used.'] : []),
  ].join(' ');
  return `${opening} ${use} ${found === 0 ? 'Nothing stands out.' : `${found === 1 ? '1 needs' : `${found} need`} a closer look.`}`;
}
