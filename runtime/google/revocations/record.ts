import { eventsOf, isGone } from './chain';
import { lastOutsideAccess, OutsideAccess, writeOutsideAccess } from './outside-access';
import { askAll, Asking, WAITS_OF_LEAVE_MS } from './revoke';
import { settle, Settling } from './settle';
import { MOST_FORMER_REVOKERS } from '../../../src/contract/revokers';
import { canonicalJson, JsonValue } from '../../../src/core/canonical-json';
import { InvalidInputError, RefusedError } from '../../../src/core/errors';
import { shown } from '../../../src/core/shown';
import { beginRevocations, formerAfter, openRevocations, RevocationRecord, RevokerRecord } from '../../model/revocation';
import { revokerIn, revokerList } from '../../model/revoker-properties';
import { referenceTo } from '../proof/event-ref';

/** @throws InvalidInputError `RecordInputInvalid` */
export function declaredRevokers(declaration: Readonly<Record<string, unknown>> | undefined): RevokerRecord[] {
  const { data, error } = revokerList.safeParse(declaration?.revokers ?? []);
  if (data === undefined) {
    throw new InvalidInputError('RecordInputInvalid', `the revokers are ${shown(declaration?.revokers)}: ${error.issues[0].message}; expected is what the construct declares`);
  }
  return data.map(revokerIn);
}

/**
 * An agent can't join while its access from before may still exist: it would have that access under the same name.
 *
 * @throws RefusedError `RevocationsOpen`
 */
export function requireNoneOpen(agentName: string, state: Pick<OutsideAccess, 'revocations'> | undefined): void {
  const open = openRevocations(state ?? {}).map(({ revoker: { id } }) => id);
  if (open.length > 0) {
    throw new RefusedError('RevocationsOpen', `access of ${agentName} at ${open.join(', ')} is not confirmed as revoked: run \`nhi retry ${agentName}\`, or \`nhi confirm ${agentName} <revoker>\` for what you know, with --google-registry, then run the same apply again`);
  }
}

/**
 * Records which revokers a deployment declares. What it no longer declares stays with the agent until it leaves.
 *
 * @throws RefusedError `RevocationsOpen`, `RevokersExceeded`
 */
export async function recordRevokers(settling: Settling, declared: readonly RevokerRecord[]): Promise<void> {
  const { api, placement } = settling;
  const before = await lastOutsideAccess(api, settling);
  if (before === undefined && declared.length === 0) {
    return;
  }
  requireNoneOpen(placement.agentName, before);
  if (before?.revocations !== undefined) {
    // An earlier run may have died before it wrote what this leave implies.
    await settle(settling, before);
  }
  const last = (await eventsOf(settling)).at(-1);
  const isSameLife = before?.revocations === undefined && (before?.follows.hash === referenceTo(last).hash || (last !== undefined && !isGone(last)));
  const former = before === undefined || !isSameLife ? []
    : formerAfter({ declared: { revokers: before.declared }, formerRevokers: before.former }, { revokers: declared });
  if (former.length > MOST_FORMER_REVOKERS) {
    throw new RefusedError('RevokersExceeded', `agent ${placement.agentName} no longer declares ${former.length} revokers, at most ${MOST_FORMER_REVOKERS} are kept for its leave: end that access at ${former.map(({ id }) => id).join(', ')} `
      + `and run \`nhi confirm ${placement.agentName} <revoker>\` for what no longer exists, then apply again`);
  }
  const text = (content: Pick<OutsideAccess, 'declared' | 'former'>) => canonicalJson([content.declared, content.former] as unknown as JsonValue);
  if (before === undefined || before.revocations !== undefined || text(before) !== text({ declared, former })) {
    await writeOutsideAccess(api, settling, before, { by: settling.by, follows: last }, { declared, former });
  }
}

/**
 * The revocations of a leave: looks, acts and looks again, and records the result, before the certificate is written. It is recorded that they begin before anything is sent. What is open afterwards does
 * not keep the agent from leaving. A repeated run asks nobody again.
 *
 * @returns undefined if there is nothing to revoke
 */
export async function revokeAtLeave(settling: Settling, asking: Pick<Asking, 'ask' | 'sleep'>): Promise<readonly RevocationRecord[] | undefined> {
  const { api, placement, registry, by } = settling;
  const before = await lastOutsideAccess(api, settling);
  const last = (await eventsOf(settling)).at(-1);
  if (before === undefined || last === undefined || isGone(last)) {
    return undefined;
  }
  const begun = before.revocations ?? beginRevocations({
    // After every event: the instant identifies the revocations of this leave, and the clocks of two machines differ.
    placement, status: 'leaving', joinedAt: last.time, declared: { revokers: [...before.declared] }, formerRevokers: [...before.former],
  }, new Date(api.now()))
    .map(({ tryAt: _next, ...record }) => record);
  if (begun.length === 0) {
    return undefined;
  }
  const write = (from: OutsideAccess, revocations: readonly RevocationRecord[]) => (
    writeOutsideAccess(api, settling, from, { by, follows: last }, { declared: before.declared, former: before.former, revocations }));
  let state = before.revocations === undefined ? await write(before, begun) : before;
  if (begun.some(({ attempts, confirmed }) => attempts === 0 && confirmed === undefined)) {
    state = await write(state, await askAll({ ...asking, registry, placement, now: api.now }, begun, WAITS_OF_LEAVE_MS));
  }
  await settle(settling, state);
  return state.revocations;
}
