import { createHash } from 'node:crypto';
import * as z from 'zod';
import { canonicalJson } from '../../../src/core/canonical-json';
import { InvalidInputError } from '../../../src/core/errors';
import { shown } from '../../../src/core/shown';

/** The files of a bundle beside the evidence, which is in a folder of its own. */
export const MANIFEST = 'manifest.json';
/** The digest of the manifest, as `sha256sum -c` reads it. */
export const MANIFEST_DIGEST = 'manifest.sha256';
export const EVIDENCE = 'evidence';
/** More than any object of the registry has. */
export const MOST_BYTES = 64 * 1024 * 1024;

const SHA256 = z.string().regex(/^[0-9a-f]{64}$/);
/** Names that are the same file on every system, and that stay within the folder. */
const KEY = z.string().max(900).refine(isPlainKey);

const FORM = z.strictObject({
  kind: z.literal('nhi-bundle'),
  version: z.literal(1),
  registry: z.string(),
  account: z.string(),
  region: z.string(),
  bucket: z.string(),
  /** Before the first object was read. */
  takenAt: z.iso.datetime(),
  takenBy: z.string(),
  heads: z.array(z.strictObject({ agentName: z.string(), events: z.int().min(0), hash: z.string(), unsent: z.array(z.int()) })),
  key: z.strictObject({ keyId: z.string(), publicKey: z.base64(), fingerprint: SHA256 }).nullable(),
  files: z.array(z.strictObject({ key: KEY, versionId: z.string(), writtenAt: z.string(), bytes: z.int().min(0).max(MOST_BYTES), sha256: SHA256 })),
  /** Keys that are no file names. The registry writes no such keys. */
  refused: z.array(z.string()),
});

/** What a bundle has, and what the ledger said when it was taken. */
export type BundleManifest = Readonly<z.infer<typeof FORM>>;
export type BundleFile = Readonly<BundleManifest['files'][number]>;

/** Whether a key can be the path of a file: no part of it leads out of the folder, is hidden, or means something to a file system. */
export function isPlainKey(key: string): boolean {
  return key.split('/').every((part) => /^[A-Za-z0-9][A-Za-z0-9._+=@,-]{0,199}$/.test(part) && !part.endsWith('.'));
}

export function manifestText(manifest: BundleManifest): string {
  return canonicalJson(manifest);
}

/** @throws InvalidInputError `BundleInvalid` */
export function readManifest(text: string): BundleManifest {
  const refused = (why: string): InvalidInputError => (
    new InvalidInputError('BundleInvalid', `${MANIFEST} is no manifest of a bundle: ${why}; use what nhi verify --download wrote`));
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    throw refused('it is no JSON');
  }
  const read = FORM.safeParse(document);
  if (!read.success) {
    const [{ path, message }] = read.error.issues;
    throw refused(`${shown(path.map(String).join('.'))}: ${message}`);
  }
  const { data } = read;
  if (manifestText(data) !== text) {
    throw refused('it is not in canonical form');
  }
  if (new Set(data.files.map(({ key }) => key.toLowerCase())).size !== data.files.length) {
    throw refused('it names a file twice');
  }
  if (new Set(data.heads.map(({ agentName }) => agentName)).size !== data.heads.length) {
    throw refused('it names an agent twice');
  }
  return data;
}

/** SHA-256 of a public key in DER, hex: what people compare with the key that KMS has. */
export function fingerprintOf(publicKey: Uint8Array): string {
  return createHash('sha256').update(publicKey).digest('hex');
}
