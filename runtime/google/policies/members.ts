/** An account as policies name it. */
export interface AccountName {
  readonly email: string;
  /** False where a new account has taken the address: what names it plainly is the new one's. */
  readonly ownsAddress: boolean;
}

/**
 * Whether a member of a policy is the account. A deleted account stands as `deleted:serviceAccount:<email>?uid=<id>`; any id is taken, as an
 * address is made of agent and stage: an earlier account that had it was the same agent's, and undeleting it would revive its grants.
 */
export function isMemberOf({ email, ownsAddress }: AccountName): (member: string) => boolean {
  const live = `serviceaccount:${email.toLowerCase()}`;
  const deleted = `deleted:${live}?uid=`;
  return (member) => {
    const lower = member.toLowerCase();
    return (ownsAddress && lower === live) || lower.startsWith(deleted) || lower === `deleted:${live}`;
  };
}
