import type { Child, FC } from 'hono/jsx';
import { Access, Certificates, Credentials } from './agent-parts';
import { Layout, said } from './layout';
import { PartsNav } from './parts-nav';
import { TimelinePicture } from './timeline-picture';
import { delegatesPath, MOVES_PATH } from '../../../src/contract/review-page';
import { EVENT_TABLE } from '../../../src/core/event-table';
import { eventNameOf, LifecycleEvent } from '../../../src/core/lifecycle-event';
import { PageSession } from '../../ledger';
import { certifiedEnd } from '../../model/certified-end';
import { delegationsOf } from '../../model/delegation';
import { PlacementState, statusOf } from '../../model/placement-state';
import { sponsorOf } from '../../model/sponsor-of';
import { accessSince, certificatesOf, credentialsOf, detailsOf } from '../agent-facts';
import { bytesOf, inParts, partIn } from '../in-parts';
import { lifeOf } from '../milestones';
import { AgentMove } from '../move-waiting';
import { day, decidedAs } from '../words';

interface AgentProps {
  readonly registry: string;
  readonly session: PageSession;
  readonly state: PlacementState;
  /** The latest events, the earliest first. */
  readonly events: readonly LifecycleEvent[];
  readonly now: Date;
  /** Whether the person may decide the open review. An operator who is nothing else to the agent may not. */
  readonly mayDecide: boolean;
  readonly move?: AgentMove;
  /** The part of the history that is wanted. */
  readonly wantedPart?: string;
}

const HISTORY = { most: 60, bytes: 10_000 };
const MOST_MILESTONES = 30;

/** One agent: who is accountable, its life as a picture and in words, what it may do, its credentials and certificates, and what happened to it. */
export const AgentView: FC<AgentProps> = ({ registry, session, state, events, now, mayDecide, move, wantedPart }) => {
  const sponsor = sponsorOf(state);
  const certified = certifiedEnd(state);
  const { placement, declared, review, trouble, suspension } = state;
  const life = lifeOf(state, events, now);
  const offer = review?.open?.offer;
  const delegates = delegationsOf(state, now);
  const history = inParts([...events].reverse().map((event) => <EventLine event={event} />), bytesOf, HISTORY);
  const part = partIn(wantedPart, history.length);
  const hidden = life.milestones.length - MOST_MILESTONES;
  return (
    <Layout title={placement.agentName} registry={registry} session={session}>
      <h1>{said(placement.agentName)}</h1>
      <p class="lead">{said(declared.purpose)}</p>
      {review?.open === undefined || state.status !== 'active' || !mayDecide ? null : <p class="actions"><a class="button" href={`/reviews/${placement.account}/${placement.agentName}`}>Decide its review</a></p>}
      {move?.mayAnswer === true ? <p class="actions"><a class="button" href={`${MOVES_PATH}/${placement.account}/${placement.agentName}`}>Look at its move</a></p> : null}
      <dl>
        <dt>State</dt><dd>{statusOf(state)}{suspension === undefined ? '' : `: ${said(suspension.reason)}`}</dd>
        <dt>Stage</dt><dd>{said(declared.stage)}</dd>
        <dt>Account</dt><dd>{placement.account}</dd>
        <dt>Accountable</dt><dd>{said(sponsor.accountableName)} ({said(sponsor.accountableEmail)}); backup: {said(sponsor.backupEmail)}</dd>
        {offer === undefined ? null : [<dt>Offered to</dt>, <dd>{`${said(offer.to)}, by ${said(offer.by)}: ${offer.acceptedAt === undefined ? 'not answered yet' : `accepted ${day(offer.acceptedAt)}`}`}</dd>]}
        {move === undefined ? null : [<dt>Waits for approval</dt>, <dd>{`to get into ${said(move.stage)}; asked for ${day(move.at)}`}</dd>]}
        {delegates.length === 0 ? null : [<dt>May decide too</dt>, <dd>{delegates.map(({ to, by, until }) => `${said(to)} for ${said(by)}, until ${day(until)}`).join('; ')}</dd>]}
        <dt>Ends</dt><dd>{certified === undefined ? day(declared.expiresAt) : `${day(certified)}, unless its review is decided; at the latest ${day(declared.expiresAt)}`}</dd>
        <dt>Last certified</dt><dd>{review?.certifiedAt === undefined ? 'never' : day(review.certifiedAt)}</dd>
        {trouble === undefined ? null : [<dt>Trouble</dt>, <dd>{said(trouble.message)}</dd>]}
      </dl>
      {mayDecide ? <p><a href={delegatesPath(placement)}>Who else may decide about it</a></p> : null}
      <h2>Timeline</h2>
      <TimelinePicture life={life} />
      {hidden > 0 ? <p>{`${hidden} earlier steps are in the history below.`}</p> : null}
      <ol>{life.milestones.slice(-MOST_MILESTONES).map(({ at, says }) => <li><time datetime={at}>{day(at)}</time>{`: ${said(says)}`}</li>)}</ol>
      <Access state={state} since={accessSince(events)} />
      <Credentials credentials={credentialsOf(state, events)} secrets={declared.ownSecrets} />
      <Certificates certificates={certificatesOf(events)} agentName={placement.agentName} />
      <h2 id="history">{`History${history.length > 1 ? ` (part ${part} of ${history.length})` : ''}`}</h2>
      {state.sequence > events.length ? <p>{`The latest ${events.length} of ${state.sequence} events.`}</p> : null}
      <ol class="timeline">{history[part - 1]}</ol>
      <PartsNav label="Parts of the history" part={part} parts={history.length} href="?history=" />
    </Layout>
  );
};

const EventLine: FC<{ readonly event: LifecycleEvent }> = ({ event }): Child => {
  const name = eventNameOf(event.type);
  const { by, reason, verdict } = detailsOf(event);
  return (
    <li>
      <strong>{name === undefined ? said(event.type) : EVENT_TABLE[name].title}{typeof verdict === 'string' ? `: ${decidedAs(verdict)}` : ''}</strong><br />
      <time datetime={event.time}>{day(event.time)}</time>
      {typeof by === 'string' ? <span>{`, by ${said(by)}`}</span> : null}
      {typeof reason === 'string' ? <p>{said(reason)}</p> : null}
    </li>
  );
};
