import { AccountCertificate, allAccounts, buildAccountCertificate } from './account-certificate';
import { AccountCertificateInput, NamedRecord } from './certificate-input';
import { accountsIn, factsOf, sinceJoined } from './life';
import { isTeardownRecord, TeardownRecord } from './teardown-record';
import { certificatesFolder, eventsFolder, FORMS, numberOfObject, objectName, recordsFolder, RecordMessage, teardownsFolder } from '../../../src/contract/google';
import { RetryableError } from '../../../src/core/errors';
import { eventId, LifecycleEvent, Placement } from '../../../src/core/lifecycle-event';
import { certificateText, hashOfText, LeftAlone } from '../../certificate';
import { requireDeleted } from '../account';
import { GoogleApi } from '../api';
import { allIn, isWritten, lastIn, listObjects, readObject } from '../objects';
import { denialName, denialsOf } from '../suspension/deny-policies';
import { AccountSuspension, suspensionIn } from '../suspension/state';

const TRIES = 5;

/** A written certificate, as the event `left` names it. */
export interface WrittenCertificate {
  readonly certificate: string;
  readonly certificateSha256: string;
}

type Leaver = Pick<RecordMessage, 'registry' | 'bucket' | 'project' | 'agentName' | 'actor' | 'sponsorId'>;

/**
 * Looks at each account of the agent again, and writes its decommission certificate once. If an earlier run wrote it and died before its event, that
 * certificate counts.
 *
 * @param last the last event of the agent's chain, which the certificate follows
 * @throws NhiError `AccountStillThere`
 * @throws RetryableError `CertificateBusy`
 */
export async function certify(api: GoogleApi, leaver: Leaver, last: LifecycleEvent): Promise<WrittenCertificate> {
  const input = await gather(api, leaver, last);
  for (const { uniqueId, email } of input.accounts) {
    await requireDeleted(api, { project: leaver.project, email, uniqueId });
  }
  return write(api, leaver.bucket, certificatesFolder(leaver.project, leaver.agentName), Number(last.sequence) + 1, input);
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

async function write(api: GoogleApi, bucket: string, folder: string, sequence: number, input: AccountCertificateInput): Promise<WrittenCertificate> {
  const first = objectName(folder, sequence);
  const stem = first.replace(/json$/, '');
  for (let tried = 1; tried <= TRIES; tried += 1) {
    const names = (await listObjects(api, bucket, stem)).map(({ name }) => name);
    for (const name of names) {
      const found = await readObject<AccountCertificate>(api, bucket, name);
      if (isOurs(found, input, api.now())) {
        return { certificate: name, certificateSha256: hashOfText(certificateText(found)) };
      }
    }
    const certificate = buildAccountCertificate(input, new Date(api.now()).toISOString());
    const sha256 = hashOfText(certificateText(certificate));
    // Somebody else may have written to the first name, which can be predicted.
    const name = names.includes(first) ? `${stem}${sha256}.json` : first;
    if (await isWritten(api, bucket, name, certificate)) {
      return { certificate: name, certificateSha256: sha256 };
    }
  }
  throw new RetryableError('CertificateBusy', `others write to ${bucket}/${folder} at the same time: run the same destroy or apply again`);
}

/** Whether a run of this leave wrote the certificate: it says what this run would say, but for the time. */
function isOurs(found: Partial<AccountCertificate>, input: AccountCertificateInput, now: number): boolean {
  const { leftAt } = found;
  const at = Date.parse(String(leftAt));
  return typeof leftAt === 'string' && at <= now && at >= Date.parse(input.joinedAt) && new Date(at).toISOString() === leftAt
    && certificateText(buildAccountCertificate(input, leftAt)) === certificateText(found);
}
