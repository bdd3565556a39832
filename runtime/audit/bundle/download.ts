import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { EVIDENCE, BundleFile, BundleManifest, fingerprintOf, isPlainKey, MANIFEST, MANIFEST_DIGEST, manifestText } from './manifest';
import { evidencePrefixes } from '../../../src/contract/evidence-keys';
import { InvalidInputError, reasonOf } from '../../../src/core/errors';
import { placementKey } from '../../../src/core/lifecycle-event';
import { eachFirstVersion, FirstVersion, hashOfText, knownAgents } from '../../evidence';
import { signingKey } from '../../operator/campaign/signing-key';
import { Connection } from '../../operator/connection';
import { inBatches } from '../../operator/in-batches';
import { pendingEvents } from '../../operator/pending-events';

/** A bundle as it was written. */
export interface DownloadedBundle {
  readonly folder: string;
  /** SHA-256 of its manifest. It identifies all of the bundle. */
  readonly digest: string;
  readonly manifest: BundleManifest;
}

const AT_ONCE = 25;

/**
 * Writes a copy of all evidence of a registry's account into a new folder, which has its name when it is complete.
 *
 * @throws InvalidInputError `BundleExists`, `OutputUnwritable`
 */
export async function downloadEvidence(connection: Connection, folder: string, now: Date, tell: (done: number) => void): Promise<DownloadedBundle> {
  if (existsSync(folder)) {
    throw new InvalidInputError('BundleExists', `${folder} exists, and a bundle is written into a new folder: name another one`);
  }
  const temporary = `${folder}.${randomBytes(6).toString('hex')}`;
  try {
    make(temporary);
    const manifest = await copied(connection, temporary, now, tell);
    const text = manifestText(manifest);
    const digest = hashOfText(text);
    write(join(temporary, MANIFEST), text);
    write(join(temporary, MANIFEST_DIGEST), digestLine(digest));
    renameSync(temporary, folder);
    return { folder, digest, manifest };
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true });
    throw error;
  }
}

/** What the file with the digest of the manifest has. */
export function digestLine(digest: string): string {
  return `${digest}  ${MANIFEST}\n`;
}

async function copied(connection: Connection, folder: string, now: Date, tell: (done: number) => void): Promise<BundleManifest> {
  const { registry, account, region, bucket, operator, s3 } = connection;
  // The ledger first: what happens meanwhile is in the evidence then, and follows what the ledger said.
  const heads = await headsOf(connection, now);
  const files: BundleFile[] = [];
  const refused: string[] = [];
  let batch: FirstVersion[] = [];
  const flush = async (): Promise<void> => {
    files.push(...await inBatches(batch, AT_ONCE, (version) => stored(folder, version)));
    batch = [];
    tell(files.length);
  };
  for (const prefix of evidencePrefixes(account)) {
    for await (const version of eachFirstVersion(s3, bucket, prefix)) {
      if (!isPlainKey(version.key)) {
        refused.push(version.key);
        continue;
      }
      batch.push(version);
      if (batch.length === AT_ONCE) {
        await flush();
      }
    }
  }
  await flush();
  files.sort((one, other) => (one.key < other.key ? -1 : 1));
  return {
    kind: 'nhi-bundle', version: 1, registry, account, region, bucket, takenAt: now.toISOString(), takenBy: operator, heads, key: await keyOf(connection), files, refused,
  };
}

async function stored(folder: string, { key, read, versionId = '', writtenAt }: FirstVersion): Promise<BundleFile> {
  const text = await read();
  const path = join(folder, EVIDENCE, ...key.split('/'));
  make(dirname(path));
  write(path, text);
  return { key, versionId, writtenAt: writtenAt?.toISOString() ?? '', bytes: Buffer.byteLength(text), sha256: hashOfText(text) };
}

/** The last event of each agent, as the ledger has it. */
async function headsOf({ ledger, s3, bucket, account }: Connection, now: Date): Promise<BundleManifest['heads']> {
  const known = (await knownAgents(s3, bucket, account)).map((agentName) => ({ account, agentName }));
  const listed = await ledger.fleet.list();
  const agents = [...known, ...listed.map(({ agentName }) => ({ account, agentName }))];
  const all = new Map(agents.map((placement) => [placementKey(placement), placement]));
  const heads = await inBatches([...all.values()], AT_ONCE, async (placement) => {
    const state = await ledger.state(placement);
    // Leaves a state of another form out: the verification then names the agent, and the bundle stays readable.
    return state === undefined || !Number.isInteger(state.sequence) || typeof state.lastHash !== 'string' ? [] : [{ agentName: placement.agentName, events: state.sequence, hash: state.lastHash, unsent: await pendingEvents(ledger, state, now) }];
  });
  return heads.flat().sort((one, other) => (one.agentName < other.agentName ? -1 : 1));
}

/** The key that signs campaigns. A registry without reviews has none. */
async function keyOf(connection: Connection): Promise<BundleManifest['key']> {
  try {
    const { keyId, publicKey } = await signingKey(connection);
    return { keyId, publicKey: Buffer.from(publicKey).toString('base64'), fingerprint: fingerprintOf(publicKey) };
  } catch (error) {
    if (error instanceof InvalidInputError && error.code === 'CampaignKeyMissing') {
      return null;
    }
    throw error;
  }
}

function make(folder: string): void {
  attempt(folder, () => mkdirSync(folder, { recursive: true, mode: 0o700 }));
}

function write(file: string, text: string): void {
  attempt(file, () => writeFileSync(file, text, { mode: 0o600, flag: 'wx' }));
}

function attempt(path: string, work: () => unknown): void {
  try {
    work();
  } catch (error) {
    throw new InvalidInputError('OutputUnwritable', `${path} can't be written (${reasonOf(error)}): name another folder`, { cause: error });
  }
}
