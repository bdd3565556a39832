import type { FC } from 'hono/jsx';
import { Layout, said } from './layout';
import { PageSession } from '../../ledger';
import { ConfirmRevocation } from '../../model/request';
import { sponsorOf } from '../../model/sponsor-of';
import type { RevocationCase, RevocationForm } from '../revocation-case';
import { day } from '../words';

interface Common {
  readonly registry: string;
  readonly session: PageSession;
  readonly revocation: RevocationCase;
}

interface ViewProps extends Common {
  readonly once: string;
  /** What was wrong with the form that was sent, and what it said. */
  readonly problem?: string;
  readonly given?: RevocationForm;
}

const LONGEST_REASON = 500;
/** What a person states who confirms. */
const MEANING = 'I have removed this access of the agent, or have seen that it no longer exists.';

function titleOf({ state: { placement }, record: { revoker } }: RevocationCase): string {
  return `Remove the access of ${placement.agentName} at ${revoker.id}`;
}

/** What people have to do when an agent leaves, and the form with which they confirm it. */
export const RevocationView: FC<ViewProps> = (props) => {
  const { registry, session, revocation, problem } = props;
  const { state, record: { since, confirmed }, task: { steps, subject, team } } = revocation;
  const { placement: { agentName, account }, declared: { purpose } } = state;
  const title = titleOf(revocation);
  return (
    <Layout title={`${problem === undefined ? '' : 'Please check: '}${title}`} registry={registry} session={session}>
      <h1>{said(title)}</h1>
      {problem === undefined ? null : <div class="note warn" role="alert"><p><strong>Nothing was confirmed.</strong> {said(problem)}</p></div>}
      <p class="lead">The agent leaves. Its registry can't reach this access, so its code names you to remove it.</p>
      <dl>
        <dt>Agent</dt><dd>{said(agentName)}, in account {said(account)}</dd>
        <dt>Its name there</dt><dd>{said(subject ?? agentName)}</dd>
        <dt>Purpose</dt><dd>{said(purpose)}</dd>
        <dt>Accountable</dt><dd>{said(sponsorOf(state).accountableName)}</dd>
        <dt>Asked since</dt><dd>{day(since)}</dd>
        <dt>Who was asked</dt><dd>{said(team.join(', '))}</dd>
      </dl>
      <h2>What to do</h2>
      <ol>{steps.map((step) => <li>{said(step)}</li>)}</ol>
      <p class="soft">These steps are from the code of the agent. If they ask you for a password, or for something that has nothing to do with this access, don't do it, and tell the operators of the registry.</p>
      {confirmed === undefined ? <Form {...props} />
        : <div class="note"><p>{`Confirmed at ${day(confirmed.at)}${confirmed.by === undefined ? '' : ` by ${said(confirmed.by)}`}. There is nothing left to do here.`}</p></div>}
    </Layout>
  );
};

const Form: FC<ViewProps> = ({ session, revocation: { path }, once, given }) => (
  <section aria-labelledby="confirm">
    <h2 id="confirm">Confirm that it is done</h2>
    <form method="post" action={`${path}/check`}>
      <input type="hidden" name="form" value={session.formToken} />
      <input type="hidden" name="once" value={once} />
      <label class="choice"><input type="checkbox" name="done" value="yes" required checked={given?.done === 'yes'} /><span>{MEANING}</span></label>
      <p><label for="reason">What did you do? <span class="soft">(10 to 500 characters; it is recorded with your mail address. If several people read this mailbox, say who did it)</span></label>
        <textarea id="reason" name="reason" rows={4} required minlength={10} maxlength={LONGEST_REASON} autocomplete="off">{(given?.reason ?? '').slice(0, LONGEST_REASON)}</textarea></p>
      <p class="actions"><button type="submit">Check before recording</button></p>
    </form>
  </section>
);

interface CheckProps extends Common {
  readonly intent: ConfirmRevocation;
  readonly once: string;
}

/** The confirmation once more, before it is recorded. */
export const CheckRevocation: FC<CheckProps> = ({ registry, session, revocation, intent, once }) => {
  const { path, proof, record: { revoker } } = revocation;
  return (
    <Layout title="Check your confirmation" registry={registry} session={session}>
      <h1>Check your confirmation</h1>
      <dl>
        <dt>Agent</dt><dd>{said(revocation.state.placement.agentName)}</dd>
        <dt>Access at</dt><dd>{said(revoker.id)}</dd>
        <dt>You are</dt><dd>{said(proof.email)}</dd>
        <dt>You did</dt><dd>{said(intent.reason)}</dd>
      </dl>
      <div class="note"><p>With this you say: <q>{MEANING}</q> The registry can't check it, and records that you attest it.</p></div>
      <form method="post" action={`${path}/decide`}>
        <input type="hidden" name="form" value={session.formToken} />
        {Object.entries({ once, done: 'yes', reason: intent.reason }).map(([name, value]) => <input type="hidden" name={name} value={value} />)}
        <p class="actions"><button type="submit">Record this confirmation</button> <a href={path}>Go back without confirming</a></p>
      </form>
    </Layout>
  );
};
