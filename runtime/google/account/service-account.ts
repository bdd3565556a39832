import { NhiError } from '../../../src/core/errors';
import { backOff, GoogleApi, orGone } from '../api';

export interface AccountRef {
  readonly project: string;
  readonly email: string;
  readonly uniqueId: string;
}

const LONGEST_DESCRIPTION_BYTES = 256;
const MARK = 'being torn down: ';
const ALONE = "this resource is destroyed only after the account, so do not replace it by itself. To replace the agent's parts, replace its account";

/** What exists at the account's address. */
export type AccountState =
  | { readonly kind: 'present'; readonly disabled: boolean; readonly description: string }
  | { readonly kind: 'gone' }
  /** Another account, created later, has the address. */
  | { readonly kind: 'replaced'; readonly uniqueId: string };

/** The path contains the unique id: an address can be reused, and the next account must not be touched. */
export function accountPath({ project, uniqueId }: AccountRef): string {
  return `/v1/projects/${project}/serviceAccounts/${uniqueId}`;
}

export async function inspectAccount(api: GoogleApi, account: AccountRef): Promise<AccountState> {
  const found = await atAddress(api, account);
  if (found === undefined) {
    return { kind: 'gone' };
  }
  return found.uniqueId === account.uniqueId
    ? { kind: 'present', disabled: found.disabled === true, description: found.description ?? '' }
    : { kind: 'replaced', uniqueId: found.uniqueId ?? 'unknown' };
}

/** Disables the account: Google rejects all its tokens, new and old. */
export async function disableAccount(api: GoogleApi, account: AccountRef): Promise<void> {
  await orGone(api.call({ service: 'iam', method: 'POST', path: `${accountPath(account)}:disable` }));
}

/** Enables the account again. */
export async function enableAccount(api: GoogleApi, account: AccountRef): Promise<void> {
  await api.call({ service: 'iam', method: 'POST', path: `${accountPath(account)}:enable` });
}

export async function describeAccount(api: GoogleApi, account: AccountRef, description: string): Promise<void> {
  await orGone(api.call({ service: 'iam', method: 'PATCH', path: accountPath(account), body: { serviceAccount: { description: cut(description) }, updateMask: 'description' } }));
}

/**
 * Writes a mark into an account's description before a teardown disables it. A disabled account without the mark was disabled by a person or at its
 * end. Terraform ignores changes of the description, so no plan removes the mark.
 */
export async function markTornDown(api: GoogleApi, account: AccountRef, description: string): Promise<void> {
  if (!isMarkedTornDown(description)) {
    await describeAccount(api, account, `${MARK}${description}`);
  }
}

/** The description without the mark. The mark may have truncated it. */
export function withoutMark(description: string): string {
  return isMarkedTornDown(description) ? description.slice(MARK.length) : description;
}

export function isMarkedTornDown(description: string): boolean {
  return description.startsWith(MARK);
}

/**
 * Waits until no account has the address. Google may still return an account seconds after it was deleted.
 *
 * @throws NhiError `AccountStillThere`
 */
export async function requireGone(api: GoogleApi, account: Omit<AccountRef, 'uniqueId'>, meaning: string, advice = ALONE): Promise<void> {
  for (let failed = 1; await atAddress(api, account) !== undefined; failed += 1) {
    if (!await backOff(api, failed)) {
      throw new NhiError('AccountStillThere', `${account.email} is still there, so ${meaning}: nothing was done; ${advice}`);
    }
  }
}

/**
 * Waits until no account has the unique id. An account that was deleted can be undeleted, and has its old id then.
 *
 * @throws NhiError `AccountStillThere`
 */
export async function requireDeleted(api: GoogleApi, account: AccountRef): Promise<void> {
  for (let failed = 1; await orGone(api.call({ service: 'iam', method: 'GET', path: accountPath(account) })) !== undefined; failed += 1) {
    if (!await backOff(api, failed)) {
      throw new NhiError('AccountStillThere', `${account.email} is there again with its old id ${account.uniqueId}, so its agent has not left: somebody undeleted it; delete it, then run the same destroy or apply again`);
    }
  }
}

function atAddress(api: GoogleApi, { project, email }: Omit<AccountRef, 'uniqueId'>) {
  return orGone(api.call<{ uniqueId?: string; disabled?: boolean; description?: string }>({ service: 'iam', method: 'GET', path: `/v1/projects/${project}/serviceAccounts/${email}` }));
}

/** Google counts bytes. */
function cut(text: string): string {
  return new TextDecoder().decode(Buffer.from(text).subarray(0, LONGEST_DESCRIPTION_BYTES)).replace(/\uFFFD+$/, '');
}
