import { TeardownRecord } from '../proof';

/** What a teardown left open. */
export interface Trouble {
  readonly since: string;
  readonly code: string;
  readonly message: string;
  /** Name of the teardown's record. */
  readonly requestId: string;
}

/**
 * What the last teardown says that no later event does. The chain alone says whether an agent has left: a leave that failed can also have been taken
 * back. Events of its revocations come before that of the leave.
 */
export function troubleOf(
  last: { readonly sequence: string; readonly isLeft: boolean; readonly isLeaving: boolean }, name: string, record: TeardownRecord | undefined,
): Trouble | undefined {
  if (last.isLeft || record === undefined || (record.follows.sequence < Number(last.sequence) && !last.isLeaving)) {
    return undefined;
  }
  const { recordedAt: since, complete, movesTo, account, wipers } = record;
  const remains = [account, ...wipers].flatMap((part) => part.remains).map(({ id, note }) => `${id}: ${note}`);
  const goal = movesTo === null ? 'leave' : `move to ${movesTo}`;
  const undone = `the ${goal} is not recorded: run the same destroy or apply again`;
  return complete
    ? { since, code: movesTo === null ? 'LeaveUnfinished' : 'MoveUnfinished', message: `its teardown for the ${goal} is complete, and ${undone}, unless it was taken back`, requestId: name }
    : { since, code: 'TeardownIncomplete', message: `${remains.join('; ')}; ${undone}`, requestId: name };
}
