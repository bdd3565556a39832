import { appendEvent, ChainPlace, eventsOf, eventWith, isGone, LEAVING } from './chain';
import { OutsideAccess } from './outside-access';
import { recordsFolder } from '../../../src/contract/google';
import { IncompleteError } from '../../../src/core/errors';
import { LifecycleEvent } from '../../../src/core/lifecycle-event';
import { buildRevocationPart, ConfirmedRevocation } from '../../evidence/revocation-part';
import { PlannedEvent } from '../../model/plan';
import { openRevocations, RevocationRecord } from '../../model/revocation';
import { confirmedEvent, openEvent } from '../../model/revocation-events';
import { lastIn, readObject } from '../objects';
import { factsOf, sinceJoined } from '../proof/life';
import { writeOnce } from '../proof/write-once';

export interface Settling extends ChainPlace {
  readonly registry: string;
  /** Receives each event of the revocations, also one that an earlier run appended: that run may have died before it published it. */
  readonly publish: (event: LifecycleEvent) => Promise<void>;
}

/**
 * Writes what the state of revocations implies and the registry does not have yet: an event for each revocation, and the third part of the certificate when all that it lists as open is confirmed. It may
 * be repeated at any time.
 */
export async function settle(settling: Settling, { revocations = [] }: Pick<OutsideAccess, 'revocations'>): Promise<void> {
  const { api, bucket, placement, publish } = settling;
  const events = await eventsOf(settling);
  let last = events.at(-1);
  if (last === undefined || revocations.length === 0) {
    return;
  }
  const declarations = { bucket, folder: recordsFolder(placement.account, placement.agentName) };
  const { purpose } = await lastIn<{ readonly purpose?: unknown }>(api, declarations) ?? {};
  for (const record of revocations.filter(({ attempts, confirmed }) => attempts > 0 || confirmed !== undefined)) {
    const planned = plannedEvent(String(purpose ?? 'not recorded'), last, record);
    const known = eventWith(events, placement, planned.key);
    if (known === undefined) {
      last = await appendEvent(settling, last, planned);
    }
    await publish(known ?? last);
  }
  await certifyEnd(settling, events, last, revocations);
}

function plannedEvent(purpose: string, last: LifecycleEvent, record: RevocationRecord): PlannedEvent {
  const subject = { declared: { stage: factsOf(last).stage ?? '', purpose } };
  const planned = record.confirmed === undefined ? openEvent(subject, record) : confirmedEvent(subject, record);
  return isGone(last) ? planned : { ...planned, details: { ...planned.details, ...LEAVING } };
}

interface LeftDetails {
  readonly certificate?: unknown;
  readonly certificateSha256?: unknown;
  readonly revocationsOpen?: unknown;
}

async function certifyEnd(
  settling: Settling, events: readonly LifecycleEvent[], last: LifecycleEvent, revocations: readonly RevocationRecord[],
): Promise<void> {
  const { api, bucket, placement, registry, publish } = settling;
  const life = sinceJoined(events);
  const left = life.filter((event) => factsOf(event).name === 'left').at(-1);
  const { certificate, certificateSha256, revocationsOpen } = ((left?.data.unmapped as { details?: LeftDetails } | undefined)?.details ?? {});
  const listed = revocations.filter(({ revoker: { id } }) => Array.isArray(revocationsOpen) && revocationsOpen.includes(id));
  if (typeof certificate !== 'string' || typeof certificateSha256 !== 'string' || listed.length === 0 || openRevocations({ revocations: listed }).length > 0) {
    return;
  }
  const { id } = await readObject<{ readonly id?: unknown }>(api, bucket, certificate);
  if (typeof id !== 'string') {
    throw new IncompleteError('CertificateUnreadable', `the certificate ${certificate} of ${placement.agentName} can't be read, so nothing continues it: run nhi verify ${placement.agentName}`, [certificate]);
  }
  const key = `revocations-certified/${id}`;
  const known = eventWith(events, placement, key);
  if (known !== undefined) {
    return publish(known);
  }
  const build = (at: string) => buildRevocationPart(
    registry, { placement, lastHash: last.hash }, { id, sha256: certificateSha256 }, listed as ConfirmedRevocation[], new Date(at));
  const written = await writeOnce(api, bucket, `${certificate.replace(/(?:\.[0-9a-f]{64})?\.json$/, '')}.part-3.`, {
    build, timeOf: ({ recordedAt }) => recordedAt, since: life[0].time,
  });
  await publish(await appendEvent(settling, last, { name: 'revocations-certified', details: { ...written, revokers: listed.map(({ revoker }) => revoker.id) }, key }));
}
