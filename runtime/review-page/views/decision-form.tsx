import type { FC } from 'hono/jsx';
import { said } from './layout';
import type { ReviewViewProps } from './review-view';
import { SignInNote } from './sign-in-note';
import { bytesOf, inParts } from '../in-parts';
import { CHOICES, serviceName } from '../words';

const LONGEST_REASON = 500;

/** Nothing is chosen beforehand, and there is no button that keeps everything. */
export const DecisionForm: FC<ReviewViewProps> = ({ session, review, once, given }) => {
  const { state: { placement, reduction }, open, choices, obstacle } = review;
  if (obstacle === 'sign-in') {
    return <SignInNote to={`/reviews/${placement.account}/${placement.agentName}`} />;
  }
  if (obstacle !== undefined) {
    return <div class="note"><p>{obstacle}</p></div>;
  }
  const undecided = review.items.filter(({ isDecided }) => !isDecided).map(({ item }) => item.service);
  const denied = (reduction?.denied ?? []).map(({ action }) => action);
  return (
    <form method="post" action={`/reviews/${placement.account}/${placement.agentName}/check`}>
      <input type="hidden" name="form" value={session.formToken} />
      <input type="hidden" name="once" value={once} />
      <input type="hidden" name="review" value={open.id} />
      <input type="hidden" name="shown" value={open.shown.sha256} />
      <input type="hidden" name="shownAt" value={review.shownAt} />
      <fieldset>
        <legend>What do you decide?</legend>
        {choices.map((verdict) => (
          <label class="choice"><input type="radio" name="verdict" value={verdict} required checked={given?.verdict === verdict} /><span>{CHOICES[verdict]}</span></label>
        ))}
      </fieldset>
      {undecided.length === 0 || !choices.includes('keep') ? null : (
        <fieldset>
          <legend>About which services?</legend>
          <p class="soft" id="services-help">Needed to keep, to remove access and to ask for a change. Decide the others afterwards.</p>
          {undecided.map((service) => (
            <label class="choice"><input type="checkbox" name="items" value={service} checked={given?.items.includes(service) === true} aria-describedby="services-help" /><span>{said(serviceName(service))}</span></label>
          ))}
        </fieldset>
      )}
      {choices.includes('restore') ? <GiveBack denied={denied} chosen={given?.items ?? []} /> : null}
      {choices.includes('transfer') ? (
        <p><label for="to">Mail address of the new accountable person (only if somebody else should be accountable)</label>
          <input id="to" type="email" name="to" autocomplete="off" maxlength={254} value={(given?.to ?? '').slice(0, 254)} /></p>
      ) : null}
      <p><label for="reason">Why? <span class="soft">(10 to 500 characters; it is recorded with your name)</span></label>
        <textarea id="reason" name="reason" rows={4} required minlength={10} maxlength={LONGEST_REASON} autocomplete="off">{(given?.reason ?? '').slice(0, LONGEST_REASON)}</textarea></p>
      <p class="actions"><button type="submit">Check before recording</button></p>
    </form>
  );
};

const GIVEN_BACK = { most: 30, bytes: 6_000 };

const GiveBack: FC<{ readonly denied: readonly string[]; readonly chosen: readonly string[] }> = ({ denied, chosen }) => {
  const [shown] = inParts(denied.map((action) => (
    <label class="choice"><input type="checkbox" name="actions" value={action} checked={chosen.includes(action)} /><span>{said(action)}</span></label>
  )), bytesOf, GIVEN_BACK);
  return (
    <fieldset>
      <legend>What should be given back?</legend>
      {shown}
      {shown.length < denied.length ? <p>{`Another ${denied.length - shown.length} can be given back when these are, or at the terminal: nhi review decide.`}</p> : null}
    </fieldset>
  );
};

