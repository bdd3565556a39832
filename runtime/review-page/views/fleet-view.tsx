import type { FC } from 'hono/jsx';
import { Layout, said } from './layout';
import { PageSession, PlacementSummary } from '../../ledger';
import { date, day, distance } from '../words';

interface FleetProps {
  readonly registry: string;
  readonly session: PageSession;
  readonly agents: readonly PlacementSummary[];
  readonly which: 'living' | 'left';
  readonly begins: string;
  /** Whether other agents come before these. */
  readonly isLater: boolean;
  /** The last of these, if others follow. */
  readonly next?: string;
  readonly now: Date;
}

const WHICH: Readonly<Record<FleetProps['which'], string>> = { living: 'Agents that are here', left: 'Agents that have left' };

/** A part of all agents, for operators. Nothing can be changed here. */
export const FleetView: FC<FleetProps> = ({ registry, session, agents, which, begins, isLater, next, now }) => {
  const query = new URLSearchParams({ show: which, ...(begins === '' ? {} : { name: begins }) }).toString();
  return (
    <Layout title="All agents" registry={registry} session={session}>
      <h1>All agents</h1>
      <p>You see this as an operator. Nothing can be changed here: use nhi at the terminal.</p>
      <form method="get" action="/fleet" class="inline">
        <p><label for="show">Show</label>
          <select id="show" name="show">{(['living', 'left'] as const).map((value) => <option value={value} selected={value === which}>{WHICH[value]}</option>)}</select></p>
        <p><label for="name">Name begins with</label>
          <input id="name" type="text" name="name" value={begins} maxlength={64} pattern="[a-z0-9\-]*" autocomplete="off" autocapitalize="none" /></p>
        <p><button type="submit">Apply</button></p>
      </form>
      {agents.length === 0 ? <p>There are no such agents.</p> : (
        <ul class="timeline">{agents.map((agent) => <Line agent={agent} now={now} />)}</ul>
      )}
      <nav aria-label="Parts of this list">
        <p class="actions">
          {isLater ? <a href={`/fleet?${query}`}>Back to the first</a> : null}
          {next === undefined ? null : <a href={`/fleet?${query}&after=${next}`}>Next</a>}
        </p>
      </nav>
    </Layout>
  );
};

const Line: FC<{ readonly agent: PlacementSummary; readonly now: Date }> = ({ agent, now }) => {
  const { account, agentName, status, stage, sponsorId, expiresAt, stackName, trouble, driftSince, review } = agent;
  return (
    <li>
      <h2><a href={`/agents/${account}/${agentName}`}>{said(agentName)}</a></h2>
      <p>
        <span class={status === 'active' || status === 'left' ? 'tag' : 'tag unused'}>{status}</span><span class="tag">{said(stage)}</span>
        {review === undefined ? null : <span class={review.missed ? 'tag unused' : 'tag'}>{review.missed ? 'Review is late' : `Review until ${date(Date.parse(review.deadline))}`}</span>}
        {driftSince === undefined ? null : <span class="tag unused">{`Changed by hand since ${date(Date.parse(driftSince))}`}</span>}
        {trouble === undefined ? null : <span class="tag unused">{`Trouble: ${said(trouble.code)}`}</span>}
      </p>
      <p>{`Sponsor ${said(sponsorId)}. Stack ${said(stackName)}. ${status === 'left' ? '' : `Ends ${day(expiresAt)} (${distance(expiresAt, now)}).`}`}</p>
    </li>
  );
};
