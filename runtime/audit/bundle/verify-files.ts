import { createHash } from 'node:crypto';
import { digestLine } from './download';
import { BundleFinding } from './finding';
import { BundleFolder } from './folder';
import { BundleManifest, EVIDENCE, MANIFEST, MANIFEST_DIGEST, readManifest } from './manifest';
import { EVENT_COPIES, sequenceIn } from '../../../src/contract/evidence-keys';
import { shown } from '../../../src/core/shown';

export interface OpenedManifest {
  /** SHA-256 of its text. */
  readonly digest: string;
  /** Absent if it is not the manifest that was written. */
  readonly manifest?: BundleManifest;
  readonly findings: readonly BundleFinding[];
}

/**
 * Reads the manifest, and compares it with its digest, and with the one that somebody noted.
 *
 * @throws InvalidInputError `BundleInvalid`
 */
export function openManifest(folder: BundleFolder, noted: string | undefined): OpenedManifest {
  const [text, line] = [folder.manifestFile(MANIFEST), folder.manifestFile(MANIFEST_DIGEST)];
  if (text === undefined || line === undefined) {
    return { digest: '', findings: [{ file: text === undefined ? MANIFEST : MANIFEST_DIGEST, expected: 'a file', found: 'nothing' }] };
  }
  const digest = sha256Of(text);
  if (noted !== undefined && noted !== digest) {
    return { digest, findings: [{ file: MANIFEST, expected: `SHA-256 ${noted}, as --digest says`, found: `SHA-256 ${digest}` }] };
  }
  if (line.toString() !== digestLine(digest)) {
    return { digest, findings: [{ file: MANIFEST, expected: `what ${MANIFEST_DIGEST} says: ${shown(line.toString().trim())}`, found: `SHA-256 ${digest}` }] };
  }
  return { digest, manifest: readManifest(text.toString()), findings: [] };
}

/** Compares all files with the manifest, in the order of their names. */
export function verifyFiles(folder: BundleFolder, { files }: BundleManifest, tell: (done: number, all: number) => void): BundleFinding[] {
  const { keys, others } = folder.keys();
  const there = new Set(keys);
  const listed = new Set(files.map(({ key }) => key));
  const findings = others.map((file): BundleFinding => ({ file, expected: 'nothing: the manifest does not list it', found: 'a file' }));
  for (const [done, { key, bytes, sha256 }] of files.entries()) {
    const content = there.has(key) ? folder.object(key) : undefined;
    if (content === undefined) {
      findings.push(about(key, `${bytes} bytes`, 'no file'));
    } else if (content.length !== bytes) {
      findings.push(about(key, `${bytes} bytes`, `${content.length} bytes`));
    } else if (sha256Of(content) !== sha256) {
      findings.push(about(key, `SHA-256 ${sha256}`, `SHA-256 ${sha256Of(content)}`));
    }
    tell(done + 1, files.length);
  }
  keys.filter((key) => !listed.has(key)).forEach((key) => findings.push(about(key, 'nothing: the manifest does not list it', 'a file')));
  return findings.sort((one, other) => (one.file < other.file ? -1 : one.file > other.file ? 1 : 0));
}

/** A finding about an object of the evidence. The copy of an event is named by its number too. */
export function about(key: string, expected: string, found: string, number?: number): BundleFinding {
  const event = number ?? (key.startsWith(EVENT_COPIES) ? sequenceIn(key) : undefined);
  return { file: `${EVIDENCE}/${key}`, ...(event === undefined ? {} : { event }), expected, found };
}

export function sha256Of(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
