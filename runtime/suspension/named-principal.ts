/** An event's name of a principal, read. */
export type NamedPrincipal =
  | { readonly kind: 'role'; readonly account: string; readonly roleName: string; readonly roleArn?: string }
  | { readonly kind: 'user'; readonly account: string; readonly userName: string }
  | { readonly kind: 'access-key'; readonly accessKeyId: string };

const NAME = '[\\w+=,.@-]{1,64}';
const ROLE_ARN = new RegExp(`^arn:[\\w-]+:iam::(\\d{12}):role/(?:[\\w+=,.@-]{1,64}/)*(${NAME})$`);
const SESSION_ARN = new RegExp(`^arn:[\\w-]+:sts::(\\d{12}):assumed-role/(${NAME})/[\\w+=,.@-]{2,64}$`);
const USER_ARN = new RegExp(`^arn:[\\w-]+:iam::(\\d{12}):user/(?:[\\w+=,.@-]{1,64}/)*(${NAME})$`);
const BARE_NAME = new RegExp(`^${NAME}$`);
// Keys of users. Those of sessions (ASIA) can't be traced to a role by any call.
const ACCESS_KEY = /^AKIA[A-Z2-7]{12,28}$/;

/**
 * Reads what stands in an event: the ARN of a role, of a session or of a user, an access key of a user, or the bare name of a role. A bare name is
 * that of a user if the unique id beside it says so.
 *
 * @param text what stands in the event; the event's author may have chosen it
 * @param account the account that the event names, for a bare name
 * @param uniqueId the principal's unique id in the event (`AROA...`, `AIDA...`)
 */
export function namedPrincipal(text: string, account: string, uniqueId = ''): NamedPrincipal | undefined {
  const [, roleAccount, nameInRole] = ROLE_ARN.exec(text) ?? [];
  if (nameInRole !== undefined) {
    return { kind: 'role', account: roleAccount, roleName: nameInRole, roleArn: text };
  }
  const [, sessionAccount, roleName] = SESSION_ARN.exec(text) ?? [];
  if (roleName !== undefined) {
    return { kind: 'role', account: sessionAccount, roleName };
  }
  const [, userAccount, userName] = USER_ARN.exec(text) ?? [];
  if (userName !== undefined) {
    return { kind: 'user', account: userAccount, userName };
  }
  if (ACCESS_KEY.test(text)) {
    return { kind: 'access-key', accessKeyId: text };
  }
  if (!BARE_NAME.test(text)) {
    return undefined;
  }
  return uniqueId.startsWith('AIDA') ? { kind: 'user', account, userName: text } : { kind: 'role', account, roleName: text };
}
