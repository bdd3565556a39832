import type { FC } from 'hono/jsx';

/** What somebody sees whose link proves too little. */
export const SignInNote: FC<{ readonly to: string }> = ({ to }) => (
  <div class="note">
    <p>To decide about an agent in this stage you have to sign in: the link of a mail is not enough.</p>
    <p class="actions"><a class="button" href={`/sign-in?to=${to}`}>Sign in to decide</a></p>
  </div>
);
