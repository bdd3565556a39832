import { GoogleApi, orGone } from '../api';

export interface AccountRef {
  readonly project: string;
  readonly email: string;
  readonly uniqueId: string;
}

/** What stands at the account's address. */
export type AccountState =
  | { readonly kind: 'present'; readonly disabled: boolean; readonly description: string }
  | { readonly kind: 'gone' }
  /** Another account, made later, has the address. */
  | { readonly kind: 'replaced'; readonly uniqueId: string };

/** By its unique id: an address can be given again, and the next one's account is not ours to touch. */
export function accountPath({ project, uniqueId }: AccountRef): string {
  return `/v1/projects/${project}/serviceAccounts/${uniqueId}`;
}

export async function inspectAccount(api: GoogleApi, account: AccountRef): Promise<AccountState> {
  const path = `/v1/projects/${account.project}/serviceAccounts/${account.email}`;
  const found = await orGone(api.call<{ uniqueId?: string; disabled?: boolean; description?: string }>({ service: 'iam', method: 'GET', path }));
  if (found === undefined) {
    return { kind: 'gone' };
  }
  return found.uniqueId === account.uniqueId
    ? { kind: 'present', disabled: found.disabled === true, description: found.description ?? '' }
    : { kind: 'replaced', uniqueId: found.uniqueId ?? 'unknown' };
}

/** The quarantine: no token of the account is taken any more, neither new nor old. */
export async function disableAccount(api: GoogleApi, account: AccountRef): Promise<void> {
  await orGone(api.call({ service: 'iam', method: 'POST', path: `${accountPath(account)}:disable` }));
}

/** Says something about the account, for whoever looks at it and for the next run. */
export async function markAccount(api: GoogleApi, account: AccountRef, description: string): Promise<void> {
  await orGone(api.call({ service: 'iam', method: 'PATCH', path: accountPath(account), body: { serviceAccount: { description }, updateMask: 'description' } }));
}
