import type { FC } from 'hono/jsx';
import { Layout, said } from './layout';
import { LinkPurpose } from '../../../src/contract/review-page';
import { OpenedLink, PageSession } from '../../ledger';

interface Plain { readonly registry: string; readonly session?: PageSession }

/** What anybody sees whose link or session is not good, whatever is wrong with it. */
export const Refused: FC<Plain & { readonly canSignIn: boolean }> = ({ registry, canSignIn }) => (
  <Layout title="This can't be opened" registry={registry}>
    <h1>This can't be opened</h1>
    <p class="lead">The link or the page you came from is not valid here. It may have expired, or the review was decided already.</p>
    <p>Open the link of the latest mail. Each reminder contains a new one.</p>
    {canSignIn ? <p><a class="button" href="/sign-in">Sign in instead</a></p> : null}
  </Layout>
);

export const NotFound: FC<Plain> = ({ registry, session }) => (
  <Layout title="No such page" registry={registry} session={session}>
    <h1>No such page</h1>
    <p>Open the link of your mail, or go to <a href="/">the start</a>.</p>
  </Layout>
);

export const Failed: FC<Plain> = ({ registry }) => (
  <Layout title="Something went wrong" registry={registry}>
    <h1>Something went wrong</h1>
    <p>Nothing was decided. Try again in a minute. If it happens again, tell the operators of the registry.</p>
  </Layout>
);

export const Start: FC<Plain & { readonly canSignIn: boolean }> = ({ registry, session, canSignIn }) => (
  <Layout title="Reviews" registry={registry} session={session}>
    <h1>Reviews of what agents may do</h1>
    <p class="lead">If you are accountable for an agent, you decide regularly whether it still needs its permissions.</p>
    <p>Open the link of the mail in which you were asked{canSignIn ? ', or sign in to see all your reviews' : ''}.</p>
    {canSignIn ? <p><a class="button" href="/sign-in">Sign in</a></p> : null}
  </Layout>
);

/** Opens a link. Programs that check mails may come so far and further: nothing is decided by it. */
export const OpenLink: FC<Plain & { readonly link: OpenedLink; readonly token: string }> = ({ registry, link: { agentName, purpose }, token }) => {
  const { title, lead, button } = OPENS[purpose];
  return (
    <Layout title={`${title} ${agentName}`} registry={registry}>
      <h1>{title} {said(agentName)}</h1>
      <p class="lead">{lead}</p>
      <p>Nothing is decided when you open the page. It takes about five minutes.</p>
      <form method="post" action="/open">
        <input type="hidden" name="token" value={token} />
        <button type="submit">{button}</button>
      </form>
    </Layout>
  );
};

const OPENS: Readonly<Record<LinkPurpose, Readonly<Record<'title' | 'lead' | 'button', string>>>> = {
  review: { title: 'Review of', lead: 'You were asked to decide whether this agent still needs its permissions.', button: 'Open the review' },
  offer: { title: 'Accountability for', lead: 'You were asked to be the person who is accountable for this agent.', button: 'Look at the agent' },
  revocation: { title: 'Access to remove:', lead: 'You were asked to remove access of an agent that leaves, and to confirm that it is done.', button: 'Open what to do' },
};

/** A cookie with `SameSite=Strict` is not sent to the page that another site leads to, so the browser takes one more step from here. */
export const SignedIn: FC<Plain & { readonly goesTo: string }> = ({ registry, goesTo }) => (
  <Layout title="You are signed in" registry={registry} goesTo={goesTo}>
    <h1>You are signed in</h1>
    <p><a class="button" href={goesTo}>Continue</a></p>
  </Layout>
);
