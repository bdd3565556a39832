import { allAccounts, buildAccountCertificate } from './account-certificate';
import { AccountCertificateInput, NamedRecord } from './certificate-input';
import { accountsIn, factsOf, sinceJoined } from './life';
import { isTeardownRecord, TeardownRecord } from './teardown-record';
import { writeOnce, WrittenCertificate } from './write-once';
import { certificatesFolder, eventsFolder, FORMS, numberOfObject, objectName, recordsFolder, RecordMessage, teardownsFolder } from '../../../src/contract/google';
import { eventId, LifecycleEvent, Placement } from '../../../src/core/lifecycle-event';
import { LeftAlone } from '../../certificate';
import { RevocationRecord } from '../../model/revocation';
import { requireDeleted } from '../account';
import { GoogleApi } from '../api';
import { allIn, lastIn } from '../objects';
import { denialName, denialsOf } from '../suspension/deny-policies';
import { AccountSuspension, suspensionIn } from '../suspension/state';

type Leaver = Pick<RecordMessage, 'registry' | 'bucket' | 'project' | 'agentName' | 'actor' | 'sponsorId'>;

/**
 * Looks at each account of the agent again, and writes its decommission certificate once. If an earlier run wrote it and died before its event, that
 * certificate counts.
 *
 * @param last the last event of the agent's chain, which the certificate follows
 * @param revocations what was done about access outside of Google Cloud, if the agent declared any
 * @throws NhiError `AccountStillThere`
 * @throws RetryableError `CertificateBusy`
 */
export async function certify(
  api: GoogleApi, leaver: Leaver, last: LifecycleEvent, revocations?: readonly RevocationRecord[],
): Promise<WrittenCertificate> {
  const input = { ...await gather(api, leaver, last), ...revocations === undefined ? {} : { revocations } };
  for (const { uniqueId, email } of input.accounts) {
    await requireDeleted(api, { project: leaver.project, email, uniqueId });
  }
  // The number is that of the event that will name it.
  const name = objectName(certificatesFolder(leaver.project, leaver.agentName), Number(last.sequence) + 1);
  return writeOnce(api, leaver.bucket, name.replace(/json$/, ''), {
    build: (leftAt) => buildAccountCertificate(input, leftAt), timeOf: ({ leftAt }) => leftAt, since: input.joinedAt,
  });
}

async function gather(api: GoogleApi, leaver: Leaver, last: LifecycleEvent): Promise<AccountCertificateInput> {
  const { registry, bucket, project, agentName, actor, sponsorId } = leaver;
  const numbered = (await allIn<LifecycleEvent>(api, { bucket, folder: eventsFolder(project, agentName) }))
    .map(({ name, object }) => ({ sequence: numberOfObject(name)!, event: object })).filter(({ sequence }) => sequence <= Number(last.sequence));
  const hashes = new Map(numbered.map(({ sequence, event }) => [sequence, event.hash]));
  const events = sinceJoined(numbered.map(({ event }) => event));
  const from = numbered.at(-events.length)?.sequence ?? 0;
  const records = (await allIn<TeardownRecord>(api, { bucket, folder: teardownsFolder(project, agentName) }))
    .flatMap(({ name, object }): NamedRecord[] => (isTeardownRecord(object, { project, agentName }) ? [{ name, record: object }] : []))
    // By places in the chain, because the clocks of two machines differ.
    .filter(({ record: { follows } }) => follows.sequence >= from && hashes.get(follows.sequence) === follows.hash);
  const { purpose, sponsor } = (await lastIn<Declaration>(api, { bucket, folder: recordsFolder(project, agentName) })) ?? {};
  const facts = events.map(factsOf);
  return {
    id: eventId({ account: project, agentName }, `left/${Number(last.sequence) + 1}`),
    registry,
    project,
    agentName,
    purpose: String(purpose ?? 'not recorded'),
    sponsor: { id: facts.at(-1)?.sponsorId ?? sponsorId, name: String(sponsor?.accountableName ?? 'not recorded') },
    joinedAt: facts[0]?.time ?? 'not recorded',
    by: actor,
    // Nothing can be looked up by a value that isn't an id.
    accounts: allAccounts(accountsIn(events), records).filter(({ uniqueId }) => FORMS.uniqueId.test(uniqueId)),
    records,
    kept: keptOf({ account: project, agentName }, suspensionIn(last)),
    chainHead: last.hash,
  };
}

/** Deny policies of an agent that leaves while it is suspended. The pipeline may not delete them, and they keep it from joining again. */
function keptOf(placement: Placement, suspension: AccountSuspension | undefined): LeftAlone[] {
  return suspension === undefined ? [] : denialsOf(placement, suspension)
    .map((denial) => ({ id: denialName(denial), note: `it left while it was suspended: nhi resume ${placement.agentName} deletes this` }));
}

interface Declaration {
  readonly purpose?: unknown;
  readonly sponsor?: { readonly accountableName?: unknown } | null;
}
