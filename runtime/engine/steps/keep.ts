import { METRICS } from '../../../src/contract/metrics';
import { CertificateDocument, StoredCertificate, writeCertificate } from '../../evidence';
import { Engine } from '../engine';

/** Writes a certificate, or a part of it, to the evidence. What somebody else put in its place is counted, and never believed. */
export async function keep(engine: Engine, document: CertificateDocument): Promise<StoredCertificate> {
  const { requests, now, s3, config, count, log } = engine;
  const { id, agentName: agent } = document;
  const stored = await writeCertificate(s3, config.bucket, document, {
    note: (name, sha256) => requests.saveWritten(id, name, sha256, now()),
    noted: (name) => requests.written(id, name),
  });
  if (stored.occupied.length > 0) {
    count(METRICS.evidenceDiffers);
    log.warn('the evidence has other objects in the place of a certificate', { agent, keys: stored.occupied });
  }
  return stored;
}
