import { EntrustedAccess, KindContext, RevokerHandler, ThirdPartyAccess } from './kind';
import { Awaiting, errorName, NotDone } from './not-done';
import { Presence, RevokerAction, RevokerOrder, RevokerReport } from '../../src/contract/revokers';

type Act = Exclude<RevokerAction, 'look'>;

/** What a look must find after an action. */
const GOALS: Readonly<Record<Act, readonly Presence[]>> = { revoke: ['absent'], suspend: ['inactive', 'absent'], resume: ['active'] };

/**
 * Looks, acts, and checks again. A failed action is looked at as well: it may have had its effect although no answer came. Only what the last look found is confirmed.
 */
export async function runOrder(kind: RevokerHandler, context: KindContext): Promise<RevokerReport> {
  const { order } = context;
  let found: Presence | undefined;
  let acted = false;
  try {
    const access = kind.access(order.settings, context);
    if ('entrust' in access) {
      return await entrusted(order, access);
    }
    found = await access.look(order.seenBefore === true);
    if (order.action === 'look') {
      return { outcome: 'confirmed', found, now: found, acted, note: `the access is ${found}` };
    }
    const goal = goalOf(order.action, access);
    if (goal.includes(found)) {
      return { outcome: 'confirmed', found, now: found, acted, note: `the access was ${found} already` };
    }
    const act = actOf(order, access, found);
    acted = true;
    const failure = await failureOf(act);
    if (failure?.retryAfterSeconds !== undefined) {
      throw failure;
    }
    const now = await access.look(true);
    return goal.includes(now)
      ? { outcome: 'confirmed', found, now, acted, note: `the access was ${found} and is ${now}` }
      : { outcome: 'open', found, now, acted, note: failure?.message ?? `the access is still ${now} after the request to ${order.action} it` };
  } catch (error) {
    const { message, retryAfterSeconds } = asNotDone(error);
    return {
      outcome: error instanceof Awaiting ? 'awaiting' : 'open', ...(found === undefined ? {} : { found }), acted, note: message, ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    };
  }
}

async function entrusted({ action, kind }: RevokerOrder, { entrust }: EntrustedAccess): Promise<RevokerReport> {
  if (action !== 'revoke') {
    throw new NotDone(`a revoker of kind ${kind} can't ${action}`);
  }
  return { outcome: 'awaiting', note: await entrust(), acted: true };
}

function goalOf(action: Act, { goal }: ThirdPartyAccess): readonly Presence[] {
  return action === 'revoke' ? goal ?? GOALS.revoke : GOALS[action];
}

function actOf({ action, kind }: RevokerOrder, access: ThirdPartyAccess, found: Presence): () => Promise<unknown> {
  const act = access[action as Act]?.bind(access);
  if (act === undefined) {
    throw new NotDone(`a revoker of kind ${kind} can't ${action}`);
  }
  if (action === 'resume' && found === 'absent') {
    throw new NotDone('the access does not exist any more');
  }
  return act;
}

async function failureOf(act: () => Promise<unknown>): Promise<NotDone | undefined> {
  try {
    await act();
    return undefined;
  } catch (error) {
    return asNotDone(error);
  }
}

function asNotDone(error: unknown): NotDone {
  return error instanceof NotDone ? error : new NotDone(`it failed (${errorName(error)})`);
}
