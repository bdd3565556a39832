import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { z } from 'zod';
import { PRESENCES, REVOKER_OUTCOMES, RevokerAction, RevokerOrder, RevokerReport } from '../../../src/contract/revokers';
import { Placement } from '../../../src/core/lifecycle-event';
import { replaceUnseen } from '../../../src/core/unseen';
import { RevokerRecord } from '../../model/revocation';

/** Whom to ask about whose access. */
export interface RevokerContext {
  readonly lambda: LambdaClient;
  /** Function that talks to third parties. */
  readonly revokerFunction: string;
  readonly registry: string;
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

/** Asks the registry's function about one access. A failure of the function confirms nothing: it may have acted before. */
export async function askRevoker(
  { lambda, revokerFunction, registry }: RevokerContext, { account, agentName }: Placement, { id, kind, settings }: RevokerRecord,
  action: RevokerAction, { seenBefore = false, since }: { readonly seenBefore?: boolean; readonly since?: string } = {},
): Promise<RevokerReport> {
  const history = { ...(seenBefore ? { seenBefore } : {}), ...(since === undefined ? {} : { since }) };
  const order: RevokerOrder = { action, registry, account, agentName, revoker: id, kind, settings, ...history };
  try {
    const invoked = await lambda.send(new InvokeCommand({ FunctionName: revokerFunction, Payload: JSON.stringify(order) }));
    const { FunctionError: failure, Payload: payload } = invoked;
    if (failure !== undefined || payload === undefined) {
      return unanswered('the function for revokers failed: its log shows why');
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
