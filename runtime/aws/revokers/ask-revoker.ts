import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import * as z from 'zod';
import { PRESENCES, REVOKER_OUTCOMES, RevokerAction, RevokerInvocation, RevokerOrder, RevokerReport } from '../../../src/contract/revokers';
import { Placement } from '../../../src/core/lifecycle-event';
import { replaceUnseen } from '../../../src/core/unseen';
import { RevokerRecord } from '../../model/revocation';

/** Whom to ask about whose access. */
export interface RevokerContext {
  readonly lambda: LambdaClient;
  /** Function that talks to third parties. */
  readonly revokerFunction: string;
  readonly registry: string;
  /** Stores in the ledger what the function is asked to do, and returns the id by which the function takes it. */
  readonly keepAsked: (order: RevokerOrder) => Promise<string>;
  /** Notes that the function has answered. Until then it may still act. */
  readonly askIsOver: (placement: Placement, id: string) => Promise<void>;
}

const LONGEST_NOTE = 300;
const MOST_SECONDS = 86_400;

const report = z.object({
  outcome: z.enum(REVOKER_OUTCOMES),
  found: z.enum(PRESENCES).optional(),
  now: z.enum(PRESENCES).optional(),
  acted: z.boolean(),
  note: z.string(),
  retryAfterSeconds: z.number().min(0).max(MOST_SECONDS).optional(),
}) satisfies z.ZodType<RevokerReport>;

/**
 * Asks the registry's function about one access. What to do is in the ledger, and the function gets its id only: who invokes it by hand can't say what it does. A failure of the function confirms nothing:
 * it may have acted before.
 */
export async function askRevoker(
  { lambda, revokerFunction, registry, keepAsked, askIsOver }: RevokerContext,
  { account, agentName }: Placement, { id, kind, settings }: RevokerRecord,
  action: RevokerAction, { seenBefore = false, since }: { readonly seenBefore?: boolean; readonly since?: string } = {},
): Promise<RevokerReport> {
  if (kind === 'human') {
    // The engine asks people by an event, and nobody but them can look.
    return { outcome: 'awaiting', acted: false, note: 'the team was asked to revoke it, and has not confirmed it' };
  }
  const history = { ...(seenBefore ? { seenBefore } : {}), ...(since === undefined ? {} : { since }) };
  const order: RevokerOrder = { action, registry, account, agentName, revoker: id, kind, settings, ...history };
  try {
    const invocation: RevokerInvocation = { ask: await keepAsked(order) };
    const invoked = await lambda.send(new InvokeCommand({ FunctionName: revokerFunction, Payload: JSON.stringify(invocation) }));
    const { FunctionError: failure, Payload: payload } = invoked;
    if (failure !== undefined || payload === undefined) {
      // A call that the client repeated is refused, while the first one may still act.
      return unanswered('the function for revokers failed: its log shows why');
    }
    if (action !== 'look') {
      // Without it, what would undo it waits for some minutes.
      await askIsOver({ account, agentName }, invocation.ask).catch(() => undefined);
    }
    const said = report.parse(JSON.parse(Buffer.from(payload).toString('utf8')));
    return { ...said, note: replaceUnseen(said.note, () => ' ').slice(0, LONGEST_NOTE) };
  } catch {
    return unanswered('the function for revokers could not be invoked, or did not answer as expected');
  }
}

function unanswered(note: string): RevokerReport {
  return { outcome: 'open', acted: false, note };
}
