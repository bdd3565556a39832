import { RetryableError } from '../../../src/core/errors';
import { certificateText, hashOfText } from '../../certificate';
import { GoogleApi } from '../api';
import { isWritten, listObjects, readObject } from '../objects';

const TRIES = 5;

/** A written certificate, or a part of one, as an event names it. */
export interface WrittenCertificate {
  readonly certificate: string;
  readonly certificateSha256: string;
}

/** How a document is made. */
interface Making<T extends object> {
  readonly build: (at: string) => T;
  /** The time that `build` was given. */
  readonly timeOf: (document: Partial<T>) => unknown;
  /** An instant before which it can't have been written. */
  readonly since: string;
}

/**
 * Writes a document under a name that begins with `stem`: `<stem>json`, if nobody else wrote to that. One that an earlier run wrote counts if it says what this run would say, but for the time.
 *
 * @throws RetryableError `CertificateBusy`
 */
export async function writeOnce<T extends object>(
  api: GoogleApi, bucket: string, stem: string, making: Making<T>,
): Promise<WrittenCertificate> {
  const first = `${stem}json`;
  for (let tried = 1; tried <= TRIES; tried += 1) {
    const names = (await listObjects(api, bucket, stem)).map(({ name }) => name);
    for (const name of names) {
      const found = await readObject<T>(api, bucket, name);
      if (isOurs(found, making, api.now())) {
        return { certificate: name, certificateSha256: hashOfText(certificateText(found)) };
      }
    }
    const document = making.build(new Date(api.now()).toISOString());
    const sha256 = hashOfText(certificateText(document));
    // Somebody else may have written to the first name, which can be predicted.
    const name = names.includes(first) ? `${stem}${sha256}.json` : first;
    if (await isWritten(api, bucket, name, document)) {
      return { certificate: name, certificateSha256: sha256 };
    }
  }
  throw new RetryableError('CertificateBusy', `others write to ${bucket}/${first} at the same time: run the same destroy or apply again`);
}

function isOurs<T extends object>(found: Partial<T>, { build, timeOf, since }: Making<T>, now: number): boolean {
  const time = timeOf(found);
  const at = Date.parse(String(time));
  return typeof time === 'string' && at <= now && at >= Date.parse(since) && new Date(at).toISOString() === time
    && certificateText(build(time)) === certificateText(found);
}
