import type { FC } from 'hono/jsx';
import { Layout, said } from './layout';
import { SignInNote } from './sign-in-note';
import { delegatesPath } from '../../../src/contract/review-page';
import { PageSession } from '../../ledger';
import { sponsorOf } from '../../model/sponsor-of';
import { DelegateForm, DelegatesCase } from '../delegates';
import { date, day, distance } from '../words';

interface DelegatesProps {
  readonly registry: string;
  readonly session: PageSession;
  readonly delegates: DelegatesCase;
  readonly now: Date;
  /** What identifies the form that names somebody, and the one that ends a delegation. */
  readonly once: readonly [name: string, end: string];
  /** What was wrong with the form that was sent, and what it said. */
  readonly problem?: string;
  readonly given?: DelegateForm;
}

const LONGEST_REASON = 500;
const LONGEST_ADDRESS = 254;

/** Who may decide for sponsor or backup, and how one of them changes that. */
export const DelegatesView: FC<DelegatesProps> = (props) => {
  const { registry, session, delegates: { state, delegates, isGiver, obstacle }, now, problem } = props;
  const { placement, declared: { stage } } = state;
  const { accountableName, accountableEmail, backupEmail } = sponsorOf(state);
  const title = `Who may decide about ${placement.agentName}?`;
  return (
    <Layout title={`${problem === undefined ? '' : 'Please check: '}${title}`} registry={registry} session={session}>
      <h1>{said(title)}</h1>
      {problem === undefined ? null : <div class="note warn" role="alert"><p><strong>Nothing was decided.</strong> {said(problem)}</p></div>}
      <dl>
        <dt>Accountable</dt><dd>{said(accountableName)} ({said(accountableEmail)})</dd>
        <dt>Backup</dt><dd>{said(backupEmail)}</dd>
        <dt>Stage</dt><dd>{said(stage)}</dd>
      </dl>
      <h2>People who decide for them</h2>
      {delegates.length === 0 ? <p>Nobody.</p> : (
        <ul>{delegates.map(({ to, by, until }) => <li><strong>{said(to)}</strong>{` for ${said(by)}, until ${day(until)} (${distance(until, now)})`}</li>)}</ul>
      )}
      {isGiver ? null : <p>Only the accountable person and the backup can change that.</p>}
      {obstacle === 'sign-in' ? <SignInNote to={delegatesPath(placement)} /> : null}
      {obstacle === 'terminal' ? <div class="note"><p>{`The link of a mail is not enough for an agent in this stage, and this page has no sign-in. Use the terminal: nhi review delegate ${placement.agentName}`}</p></div> : null}
      {isGiver && obstacle === undefined ? [<NameForm {...props} />, delegates.length === 0 ? null : <EndForm {...props} />] : null}
      <p><a href={`/agents/${placement.account}/${placement.agentName}`}>History of this agent</a></p>
    </Layout>
  );
};

const NameForm: FC<DelegatesProps> = ({ session, delegates: { state: { placement }, days: [first, last] }, once: [once], given }) => {
  const typed = given?.verdict === 'delegate' ? given : undefined;
  return (
    <section aria-labelledby="name">
      <h2 id="name">Let somebody decide for you</h2>
      <p>
        For example while you are away. That person gets the mails with you, and may keep access, remove it, give it back, ask for a change
        and remove the agent, but can't name others or give the agent away. You stay accountable.
      </p>
      <form method="post" action={`${delegatesPath(placement)}/check`}>
        <input type="hidden" name="form" value={session.formToken} />
        <input type="hidden" name="once" value={once} />
        <input type="hidden" name="verdict" value="delegate" />
        <p><label for="to">Mail address of the person</label>
          <input id="to" type="email" name="to" required autocomplete="off" maxlength={LONGEST_ADDRESS} value={(typed?.to ?? '').slice(0, LONGEST_ADDRESS)} /></p>
        <p><label for="until">Last day <span class="soft">{`(from ${date(Date.parse(first))} to ${date(Date.parse(last))})`}</span></label>
          <input id="until" type="date" name="until" required min={first} max={last} value={(typed?.until ?? '').slice(0, 10)} /></p>
        <Reason id="reason" given={typed?.reason} />
        <p class="actions"><button type="submit">Check before recording</button></p>
      </form>
    </section>
  );
};

const EndForm: FC<DelegatesProps> = ({ session, delegates: { state: { placement }, delegates }, once: [, once], given }) => {
  const chosen = given?.verdict === 'end-delegation' ? given : undefined;
  return (
    <section aria-labelledby="end">
      <h2 id="end">End that somebody decides</h2>
      <form method="post" action={`${delegatesPath(placement)}/check`}>
        <input type="hidden" name="form" value={session.formToken} />
        <input type="hidden" name="once" value={once} />
        <input type="hidden" name="verdict" value="end-delegation" />
        <fieldset>
          <legend>Who no longer decides?</legend>
          {delegates.map(({ to }) => <label class="choice"><input type="radio" name="to" value={to} required checked={chosen?.to === to} /><span>{said(to)}</span></label>)}
        </fieldset>
        <Reason id="end-reason" given={chosen?.reason} />
        <p class="actions"><button type="submit">Check before ending</button></p>
      </form>
    </section>
  );
};

const Reason: FC<{ readonly id: string; readonly given?: string }> = ({ id, given = '' }) => (
  <p><label for={id}>Why? <span class="soft">(10 to 500 characters; it is recorded with your name)</span></label>
    <textarea id={id} name="reason" rows={3} required minlength={10} maxlength={LONGEST_REASON} autocomplete="off">{given.slice(0, LONGEST_REASON)}</textarea></p>
);
