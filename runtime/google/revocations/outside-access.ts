import { z } from 'zod';
import { revokersFolder } from '../../../src/contract/google';
import { GOOGLE_REVOKER_KINDS, LONGEST_SETTINGS, MOST_FORMER_REVOKERS, MOST_REVOKERS, PRESENCES } from '../../../src/contract/revokers';
import { canonicalJson } from '../../../src/core/canonical-json';
import { NhiError, RetryableError } from '../../../src/core/errors';
import { LifecycleEvent, Placement } from '../../../src/core/lifecycle-event';
import { plain } from '../../model/plain-text';
import { RevocationRecord, RevokerRecord } from '../../model/revocation';
import { GoogleApi } from '../api';
import { allIn, append } from '../objects';
import { EventRef, referenceTo } from '../proof/event-ref';

const instant = z.iso.datetime();
const revoker = z.object({
  // `~` separates the digest of one that was replaced under its id.
  id: z.string().regex(/^[a-z0-9~-]{2,64}$/),
  kind: z.enum(GOOGLE_REVOKER_KINDS),
  settings: z.record(plain, z.union([plain, z.array(plain), z.record(plain, plain)]))
    .refine((settings) => JSON.stringify(settings).length <= LONGEST_SETTINGS),
  monthlyCost: z.object({ amount: z.number().nonnegative(), currency: z.string().regex(/^[A-Z]{3}$/) }).optional(),
}) satisfies z.ZodType<RevokerRecord>;
const revocation = z.object({
  revoker,
  since: instant,
  attempts: z.int().nonnegative(),
  found: z.enum(PRESENCES).optional(),
  acted: z.literal(true).optional(),
  note: plain.optional(),
  confirmed: z.object({ at: instant, by: plain.optional(), reason: plain.optional(), proof: z.literal('google-account').optional() }).optional(),
}) satisfies z.ZodType<RevocationRecord>;
const outsideAccess = z.object({
  kind: z.literal('outside-access'),
  version: z.literal(1),
  project: z.string(),
  agentName: z.string(),
  recordedAt: instant,
  by: z.string(),
  follows: z.object({ sequence: z.int().nonnegative(), hash: z.string() }),
  declared: z.array(revoker).max(MOST_REVOKERS),
  former: z.array(revoker).max(MOST_FORMER_REVOKERS),
  revocations: z.array(revocation).max(MOST_REVOKERS + MOST_FORMER_REVOKERS).optional(),
});

/** An agent's access outside of Google Cloud. Each object has all of it; the last one holds. It is written once, and never changed. */
export interface OutsideAccess {
  readonly kind: 'outside-access';
  readonly version: 1;
  readonly project: string;
  readonly agentName: string;
  readonly recordedAt: string;
  /** The stack or the person whose action it records. */
  readonly by: string;
  /** The last event of the agent's chain when it was written. */
  readonly follows: EventRef;
  readonly declared: readonly RevokerRecord[];
  /** No longer declared. The leave revokes it too. */
  readonly former: readonly RevokerRecord[];
  /** Absent until a leave begins. */
  readonly revocations?: readonly RevocationRecord[];
}

export interface PlacedIn {
  readonly bucket: string;
  readonly placement: Placement;
}

/** Reads an object. Undefined if it is not of this agent or not readable: anyone who may write to the bucket can have written something else there. */
export function readOutsideAccess(value: object, { account, agentName }: Placement): OutsideAccess | undefined {
  const { data } = outsideAccess.safeParse(value);
  return data?.project === account && data.agentName === agentName ? data : undefined;
}

/** The last readable state of an agent's access outside of Google Cloud. Undefined if none was ever recorded. */
export async function lastOutsideAccess(api: GoogleApi, { bucket, placement }: PlacedIn): Promise<OutsideAccess | undefined> {
  const all = await allIn<object>(api, { bucket, folder: revokersFolder(placement.account, placement.agentName) });
  return all.map(({ object }) => readOutsideAccess(object, placement)).filter((one) => one !== undefined).at(-1);
}

/** Who writes it, and after which event. */
interface Written {
  readonly by: string;
  readonly follows: LifecycleEvent | undefined;
}

type Content = Pick<OutsideAccess, 'declared' | 'former' | 'revocations'>;

/**
 * Appends a state that replaces `before`.
 *
 * @throws RetryableError `AgentChanged` if another one was written meanwhile; NhiError `RevocationsUnwritable` if it could not be read again
 */
export async function writeOutsideAccess(
  api: GoogleApi, { bucket, placement }: PlacedIn, before: OutsideAccess | undefined, { by, follows }: Written, content: Content,
): Promise<OutsideAccess> {
  const { account: project, agentName } = placement;
  const state: OutsideAccess = {
    kind: 'outside-access', version: 1, project, agentName, recordedAt: new Date(api.now()).toISOString(), by, follows: referenceTo(follows), ...content,
  };
  if (readOutsideAccess(JSON.parse(JSON.stringify(state)) as object, placement) === undefined) {
    throw new NhiError('RevocationsUnwritable', `the access of ${agentName} outside of Google Cloud can't be recorded in a form that is read again: check its revokers`);
  }
  const text = (one: OutsideAccess | undefined) => (one === undefined ? '' : canonicalJson(one as never));
  await append<object>(api, { bucket, folder: revokersFolder(project, agentName) }, async (last) => {
    const now = last === undefined ? undefined : readOutsideAccess(last, placement) ?? await lastOutsideAccess(api, { bucket, placement });
    // If the response to the write was lost, the last object is this one.
    if (now !== undefined && text(now) === text(state)) {
      return undefined;
    }
    if (text(now) !== text(before)) {
      throw new RetryableError('AgentChanged', `something else was recorded of the revocations of ${agentName} meanwhile: run the same again`);
    }
    return state;
  });
  return state;
}
