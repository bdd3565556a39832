import { PlainCalls } from '../aws/plain-calls';
import { allItems } from '../pages';

export interface OrganizationAccount {
  readonly account: string;
  readonly name: string;
}

interface Page {
  readonly Accounts?: readonly { readonly Id?: string; readonly Name?: string; readonly State?: string; readonly Status?: string }[];
  readonly NextToken?: string;
}

/** All accounts of the organization that are not closed. `State` takes the place of `Status`, which AWS retires in September 2026. */
export async function organizationAccounts(plain: PlainCalls): Promise<OrganizationAccount[]> {
  const all = await allItems(
    (NextToken) => plain.organizations<{ [K in keyof Page]: Page[K] }>('ListAccounts', NextToken === undefined ? {} : { NextToken }),
    ({ Accounts: accounts }) => accounts,
    ({ NextToken: next }) => next,
  );
  return all.filter(({ State: state, Status: status }) => (state ?? status) === 'ACTIVE').map(({ Id: account = '', Name: name = '' }) => ({ account, name }));
}
