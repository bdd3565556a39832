import { Account, asFailure, Directory } from './directory';
import { Order } from './order';

/** What the worker saw, as the registry expects it. */
export interface Seen {
  readonly found?: 'active' | 'inactive' | 'absent';
  readonly now?: 'active' | 'inactive' | 'absent';
  readonly failure?: string;
}

/**
 * Looks, disables, deletes, and checks again. What fails is looked at as well, because it may have worked. That the account is absent is a success, also if somebody else removed it.
 *
 * @param wasDone the order was carried out before: it is looked at, and nothing is changed again
 */
export async function carryOut(order: Order, directory: Directory, wasDone: boolean): Promise<Seen> {
  const account = await directory.find(order.subject);
  const found = presenceOf(account);
  if (account === undefined) {
    return { found, now: found };
  }
  const objection = wasDone ? 'OrderRepeated' : objectionTo(account, order);
  if (objection !== undefined) {
    return { found, now: found, failure: objection };
  }
  // An account that can't be deleted can at least not log in, and one that can't be disabled may still be deleted.
  const disabling = account.isActive ? await failureOf(directory.disable(account)) : undefined;
  const failure = await failureOf(directory.remove(account)) ?? disabling;
  const now = presenceOf(await directory.find(order.subject));
  return { found, now, ...(now === 'absent' ? {} : { failure: failure ?? 'AccountRemains' }) };
}

/**
 * The account itself says whose it is: anyone who may declare an agent can name any account. One that was made after the order belongs to a successor.
 */
function objectionTo({ descriptions, createdAt }: Account, { registry, agentName, sentAt }: Order): string | undefined {
  if (!descriptions.includes(`nhi:${registry}/${agentName}`)) {
    return 'AccountNotOfAgent';
  }
  return createdAt === undefined ? 'AccountAgeUnknown' : createdAt > sentAt ? 'AccountNewer' : undefined;
}

function presenceOf(account: Account | undefined): 'active' | 'inactive' | 'absent' {
  return account === undefined ? 'absent' : account.isActive ? 'active' : 'inactive';
}

async function failureOf(work: Promise<void>): Promise<string | undefined> {
  try {
    await work;
    return undefined;
  } catch (error) {
    return asFailure(error).code;
  }
}
