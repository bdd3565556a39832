import { raw } from 'hono/html';
import type { Child, FC } from 'hono/jsx';
import { replaceUnseen } from '../../../src/core/unseen';
import { PageSession } from '../../ledger';
import { STYLE } from '../style';
import { day } from '../words';

interface LayoutProps {
  readonly title: string;
  readonly registry: string;
  readonly session?: PageSession;
  /** Where the browser goes on by itself, at once. */
  readonly goesTo?: string;
  readonly children?: Child;
}

/** The frame of every page. It loads nothing and runs nothing. */
export const Layout: FC<LayoutProps> = ({ title, registry, session, goesTo, children }) => (
  <html lang="en">
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="robots" content="noindex, nofollow" />
      {goesTo === undefined ? null : <meta http-equiv="refresh" content={`0; url=${goesTo}`} />}
      <title>{`${said(title)} · ${registry}`}</title>
      <style>{raw(STYLE)}</style>
    </head>
    <body>
      <a class="skip" href="#content">Skip to the content</a>
      <header>
        <span>Reviews of the registry <strong>{registry}</strong></span>
        {session === undefined ? null : <SignedInAs session={session} />}
      </header>
      {session?.identity === undefined ? null : (
        <nav class="places" aria-label="Places">
          <a href="/reviews">My reviews</a>
          {session.isOperator === true ? <a href="/fleet">All agents</a> : null}
        </nav>
      )}
      <main id="content">{children}</main>
      <footer>
        {session === undefined ? null : (
          <p>This page can be used until {day(session.expiresAt)}. After that, open the link of your mail or sign in again.</p>
        )}
        <p>This page never asks for a password. Times are in UTC.</p>
      </footer>
    </body>
  </html>
);

const SignedInAs: FC<{ readonly session: PageSession }> = ({ session: { identity, link, formToken } }) => (
  <form method="post" action="/sign-out">
    <input type="hidden" name="form" value={formToken} />
    <span>{identity === undefined ? `Opened by the link sent to ${link?.person ?? ''}` : `Signed in as ${said(identity.email)}`}</span>{' '}
    <button class="plain" type="submit">Sign out</button>
  </form>
);

/** A text from outside on one line, without characters that hide or reverse text. It is escaped where it is rendered. */
export function said(text: string): string {
  return replaceUnseen(text, () => ' ');
}
