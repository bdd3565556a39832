/** An account as policies name it. */
interface AccountName {
  readonly email: string;
  /** False if a new account has the address. Members without a unique id belong to the new account then. */
  readonly ownsAddress: boolean;
  /** Agent identities that are the agent too. */
  readonly principals?: readonly string[];
}

/**
 * Whether a member of a policy is the account. A deleted account is listed as `deleted:serviceAccount:<email>?uid=<id>`. Any id matches, because an
 * address contains agent and stage: an earlier account with the address belonged to the same agent, and undeleting it would restore its grants.
 */
export function isMemberOf({ email, ownsAddress, principals = [] }: AccountName): (member: string) => boolean {
  const live = `serviceaccount:${email.toLowerCase()}`;
  const deleted = `deleted:${live}?uid=`;
  const others = new Set(principals.map((principal) => principal.toLowerCase()));
  return (member) => {
    const lower = member.toLowerCase();
    return others.has(lower.replace(/^deleted:/, '').replace(/\?uid=.*$/, '')) || (ownsAddress && lower === live) || lower.startsWith(deleted) || lower === `deleted:${live}`;
  };
}
