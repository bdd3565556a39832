import type { FC } from 'hono/jsx';
import { Layout, said } from './layout';
import { APPROVAL_MEANING } from '../../engine/decision/approve';
import { PageSession } from '../../ledger';
import { MoveCase, MoveItem } from '../move-case';
import { MoveForm } from '../move-form';
import { MOVE_CHANGES, whatActionsDo } from '../move-words';
import { day, serviceName } from '../words';

interface MoveProps {
  readonly registry: string;
  readonly session: PageSession;
  readonly move: MoveCase;
  readonly once: string;
  readonly problem?: string;
  readonly given?: MoveForm;
}

const SHOWN_RESOURCES = 5;
const SHOWN_LINES = 60;

/** A move or a join that waits for an approval: what it changes, and the person's answer. */
export const MoveView: FC<MoveProps> = (props) => {
  const { registry, session, move, problem } = props;
  const { placement: { agentName }, asked, fromStage, items, difference: { widened, narrowed, isPartial } } = move;
  const { declared, stackName, at, persons, requesters, approvals } = asked;
  const { accountableName, accountableEmail, backupEmail } = declared.sponsor;
  const title = titleOf(move);
  return (
    <Layout title={`${problem === undefined ? '' : 'Please check: '}${title}`} registry={registry} session={session}>
      <h1>{title}</h1>
      {problem === undefined ? null : <div class="note warn" role="alert"><p><strong>Nothing was decided.</strong> {said(problem)}</p></div>}
      <p class="lead">{said(declared.purpose)}</p>
      <dl>
        <dt>Now</dt><dd>{fromStage === undefined ? `${said(agentName)} does not exist yet` : said(fromStage)}</dd>
        <dt>Then</dt><dd>{said(declared.stage)}</dd>
        <dt>Asked for</dt><dd>{requesters.length === 0 ? `by a deployment of the stack ${said(stackName)}` : `by ${said(requesters.join(', '))}`}, {day(at)}</dd>
        <dt>Accountable then</dt><dd>{said(accountableName)} ({said(accountableEmail)}); backup: {said(backupEmail)}</dd>
        <dt>Ends</dt><dd>{day(declared.expiresAt)}</dd>
        <dt>Needs</dt><dd>{persons === 1 ? 'the approval of one person' : `the approvals of ${persons} people`}</dd>
        {approvals.map(({ by, until }) => [<dt>Approved by</dt>, <dd>{said(by)}, until {day(until)}</dd>])}
      </dl>

      <h2>What changes</h2>
      {isPartial ? <div class="note warn"><p>Some access is too long to be listed here. It is part of what you approve: read it in the agent's code.</p></div> : null}
      {items.length === 0 ? <p>The agent has no permissions then.</p> : items.map((item) => <MoveCard item={item} />)}
      {declared.exceptions.length === 0 ? null : [
        <h3>Exceptions from the rules</h3>, <ul>{declared.exceptions.map(({ actions, reason, until }) => <li>{said(`${actions.join(', ')} until ${until}: ${reason}`)}</li>)}</ul>,
      ]}
      <details>
        <summary>The exact difference</summary>
        {widened.length + narrowed.length === 0 ? <p>There is none.</p> : null}
        <ul>
          {widened.slice(0, SHOWN_LINES).map((line) => <li>More: {said(line)}</li>)}
          {narrowed.slice(0, SHOWN_LINES).map((line) => <li>Less: {said(line)}</li>)}
        </ul>
        {widened.length > SHOWN_LINES || narrowed.length > SHOWN_LINES ? <p>{`The rest is shown by nhi approve ${agentName}.`}</p> : null}
        <p class="soft">Digest of what is approved: {asked.digest}</p>
      </details>

      <h2 id="decision">Your answer</h2>
      <Answer {...props} />
    </Layout>
  );
};

export function titleOf({ placement: { agentName }, asked: { declared: { stage } }, fromStage }: MoveCase): string {
  return `May ${said(agentName)} ${fromStage === undefined ? 'join in' : 'move to'} ${said(stage)}?`;
}

const MoveCard: FC<{ readonly item: MoveItem }> = ({ item: { service, change, actions, gained, lost, resources } }) => (
  <article class={change === 'same' || change === 'less' || change === 'gone' ? 'card' : 'card told'}>
    <h3>{said(serviceName(service))}</h3>
    <p><span class="tag">{MOVE_CHANGES[change]}</span></p>
    <p>{change === 'gone' ? `It could ${whatActionsDo(lost)}` : `It may ${whatActionsDo(actions)}`}: {said(resourceNames(resources))}.</p>
    {gained.length === 0 || change === 'new' ? null : <p>New: {whatActionsDo(gained)}.</p>}
    {lost.length === 0 || change === 'gone' ? null : <p>No longer: {whatActionsDo(lost)}.</p>}
    <details><summary>Exact actions</summary><p>{said((actions.length === 0 ? lost : actions).slice(0, 100).join(', '))}</p></details>
  </article>
);

/** The last part of what the access is to, as people know it. */
function resourceNames(resources: readonly string[]): string {
  const names = [...new Set(resources.map((resource) => (resource === '*' ? 'everything' : resource.replace(/^<(.*)>$/, '$1').split(/[:/]/).filter((part) => part !== '' && part !== '*').at(-1) ?? resource)))];
  return names.slice(0, SHOWN_RESOURCES).join(', ') + (names.length > SHOWN_RESOURCES ? ` and ${names.length - SHOWN_RESOURCES} more` : '');
}

const Answer: FC<MoveProps> = ({ session, move, once, given }) => {
  const { placement: { account, agentName }, asked: { digest }, isOwn } = move;
  return (
    <form method="post" action={`/moves/${account}/${agentName}/check`}>
      <input type="hidden" name="form" value={session.formToken} />
      <input type="hidden" name="once" value={once} />
      <input type="hidden" name="digest" value={digest} />
      {isOwn ? <div class="note"><p>You asked for this yourself, so somebody else has to approve it. You can decline it.</p></div> : null}
      <fieldset>
        <legend>What do you answer?</legend>
        {isOwn ? null : <label class="choice"><input type="radio" name="verdict" value="approve" required checked={given?.verdict === 'approve'} /><span>Approve: {APPROVAL_MEANING}</span></label>}
        <label class="choice"><input type="radio" name="verdict" value="decline" required checked={given?.verdict === 'decline'} /><span>Decline: it stays as it is</span></label>
      </fieldset>
      <p><label for="reason">Why? <span class="soft">(10 to 500 characters; it is recorded with your name)</span></label>
        <textarea id="reason" name="reason" rows={4} required minlength={10} maxlength={500} autocomplete="off">{given?.reason ?? ''}</textarea></p>
      <p class="actions"><button type="submit">Check before recording</button></p>
    </form>
  );
};
