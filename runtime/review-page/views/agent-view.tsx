import type { FC } from 'hono/jsx';
import { Layout, said } from './layout';
import { EVENT_TABLE } from '../../../src/core/event-table';
import { eventNameOf, LifecycleEvent } from '../../../src/core/lifecycle-event';
import { PageSession } from '../../ledger';
import { certifiedEnd } from '../../model/certified-end';
import { PlacementState, statusOf } from '../../model/placement-state';
import { sponsorOf } from '../../model/sponsor-of';
import { day, serviceName } from '../words';

interface AgentProps {
  readonly registry: string;
  readonly session: PageSession;
  readonly state: PlacementState;
  readonly events: readonly LifecycleEvent[];
}

const SHOWN_EVENTS = 60;

/** One agent: who is accountable, what it may do, its identities and certificates, and what happened to it. */
export const AgentView: FC<AgentProps> = ({ registry, session, state, events }) => {
  const sponsor = sponsorOf(state);
  const certified = certifiedEnd(state);
  const { placement, declared, present, principals, review, reduction, trouble } = state;
  const access = declared.access?.stages.filter(({ stage }) => stage === declared.stage || stage === '*').flatMap(({ grants }) => grants) ?? [];
  const services = [...new Set(access.flatMap(({ actions }) => actions.map((action) => serviceName(action.split(':')[0]))))].sort();
  const retired = Object.values(principals).filter(({ roleId }) => roleId !== present);
  const certificates = [...new Set(Object.values(principals).flatMap(({ awaitedBy }) => (awaitedBy === undefined ? [] : [awaitedBy.id])))];
  return (
    <Layout title={placement.agentName} registry={registry} session={session}>
      <h1>{said(placement.agentName)}</h1>
      <p class="lead">{said(declared.purpose)}</p>
      {review?.open === undefined ? null : <p><a class="button" href={`/reviews/${placement.account}/${placement.agentName}`}>Decide its review</a></p>}
      <dl>
        <dt>State</dt><dd>{statusOf(state)}</dd>
        <dt>Stage</dt><dd>{said(declared.stage)}</dd>
        <dt>Account</dt><dd>{placement.account}</dd>
        <dt>Accountable</dt><dd>{said(sponsor.accountableName)} ({said(sponsor.accountableEmail)}); backup: {said(sponsor.backupEmail)}</dd>
        <dt>Ends</dt><dd>{certified === undefined ? day(declared.expiresAt) : `${day(certified)}, unless its review is decided; at the latest ${day(declared.expiresAt)}`}</dd>
        <dt>Last certified</dt><dd>{review?.certifiedAt === undefined ? 'never' : day(review.certifiedAt)}</dd>
        {trouble === undefined ? null : [<dt>Trouble</dt>, <dd>{said(trouble.message)}</dd>]}
      </dl>
      <h2>Access</h2>
      <p>{services.length === 0 ? 'No access is declared in this stage.' : said(services.join(', '))}</p>
      {reduction === undefined || reduction.denied.length === 0 ? null : [<p>Denied by reviews:</p>, <ul>{reduction.denied.map(({ action, by, at }) => <li>{`${said(action)}, by ${said(by)} on ${day(at)}`}</li>)}</ul>]}
      <h2>Credentials</h2>
      <ul>
        {principals[present] === undefined ? <li>No identity at present</li> : <li>{said(principals[present].roleArn)} (in use)</li>}
        {retired.slice(0, 20).map(({ roleArn, status }) => <li>{said(roleArn)} ({status})</li>)}
      </ul>
      <h2>Certificates of its removal</h2>
      <p>{certificates.length === 0 ? 'None that waits for anything. Operators have all of them: nhi certificate' : said(certificates.join(', '))}</p>
      <h2>History</h2>
      {events.length > SHOWN_EVENTS ? <p>The latest {SHOWN_EVENTS} of {events.length} events.</p> : null}
      <ol class="timeline">{[...events].reverse().slice(0, SHOWN_EVENTS).map((event) => <EventLine event={event} />)}</ol>
    </Layout>
  );
};

const EventLine: FC<{ readonly event: LifecycleEvent }> = ({ event }) => {
  const name = eventNameOf(event.type);
  const { details = {} } = event.data.unmapped as { readonly details?: { readonly reason?: unknown; readonly by?: unknown } };
  return (
    <li>
      <strong>{name === undefined ? said(event.type) : EVENT_TABLE[name].title}</strong><br />
      <time datetime={event.time}>{day(event.time)}</time>
      {typeof details.by === 'string' ? <span>{`, by ${said(details.by)}`}</span> : null}
      {typeof details.reason === 'string' ? <p>{said(details.reason)}</p> : null}
    </li>
  );
};
