import { BundleFinding } from './finding';
import { BundleFolder } from './folder';
import { BundleManifest, EVIDENCE, fingerprintOf, MANIFEST } from './manifest';
import { verifyAgent } from './verify-agent';
import { about, openManifest, sha256Of, verifyFiles } from './verify-files';
import { verifyNames } from './verify-names';
import { agentIn, campaignIn, campaignPackageKey, REGISTRY_EVENTS } from '../../../src/contract/evidence-keys';
import { InvalidInputError, reasonOf } from '../../../src/core/errors';
import { shown } from '../../../src/core/shown';
import { EvidenceReader } from '../../evidence';
import { CampaignSource } from '../../operator/campaign/stored';
import { verifyRecords } from '../../operator/campaign/verify';
import { readEvent } from '../report/registry-events';

/** A campaign of a bundle. */
export interface BundledCampaign {
  readonly campaign: string;
  readonly closed: boolean;
  /** Roles and users that belonged to no agent, and agents about which nobody decided. They are no differences. */
  readonly strangers: number;
  readonly undecided: number;
}

/** What the verification of a bundle has found. */
export interface VerifiedBundle {
  readonly folder: string;
  /** SHA-256 of the manifest. */
  readonly digest: string;
  /** Whether the caller said which digest it must be. Otherwise all of the bundle may have been made by somebody else. */
  readonly isExpected: boolean;
  /** Absent if the manifest can't be believed. */
  readonly taken?: Pick<BundleManifest, 'registry' | 'account' | 'region' | 'bucket' | 'takenAt' | 'takenBy'>;
  /** The key that signs campaigns. Compare its fingerprint with the key that KMS has. */
  readonly key?: { readonly keyId: string; readonly fingerprint: string };
  readonly agents: number;
  readonly events: number;
  readonly certificates: number;
  /** Events that were not copied to the evidence when the bundle was taken. */
  readonly pending: number;
  readonly campaigns: readonly BundledCampaign[];
  /** Campaigns of which the bundle has pages only: their opening was interrupted, or the rest was removed before the bundle was taken. */
  readonly unopened: readonly string[];
  /** In order: the first one is the first thing that does not fit. */
  readonly findings: readonly BundleFinding[];
}

const NOTHING = { agents: 0, events: 0, certificates: 0, pending: 0, campaigns: [], unopened: [] };

/**
 * Verifies a bundle from its files alone: no network and no credentials. What comes later rests on what comes before, so it ends after the first step that finds something: the manifest,
 * the files and their names, the chains with what their events name, the campaigns with their signatures.
 *
 * @param noted digest of the manifest, if somebody noted it when the bundle was taken
 * @throws InvalidInputError `BundleMissing`, `BundleInvalid`
 */
export async function verifyBundle(path: string, noted: string | undefined, tell: (what: string) => void): Promise<VerifiedBundle> {
  const folder = new BundleFolder(path);
  const { digest, manifest, findings: ofManifest } = openManifest(folder, noted);
  const base = { folder: path, digest, isExpected: noted !== undefined };
  if (manifest === undefined) {
    return { ...base, ...NOTHING, findings: ofManifest };
  }
  const { registry, account, region, bucket, takenAt, takenBy, key } = manifest;
  const taken = { registry, account, region, bucket, takenAt, takenBy };
  const what = { ...base, taken, ...(key === null ? {} : { key: { keyId: key.keyId, fingerprint: key.fingerprint } }) };
  const ofFiles = [...verifyKey(manifest), ...verifyFiles(folder, manifest, (done, all) => tell(`${done} of ${all} files`))];
  if (ofFiles.length > 0) {
    return { ...what, ...NOTHING, findings: ofFiles };
  }
  const names = verifyNames(manifest);
  if (names.findings.length > 0) {
    return { ...what, ...NOTHING, findings: names.findings };
  }
  const chains = verifyChains(folder, manifest, tell);
  const campaigns = chains.findings.length > 0 ? { campaigns: [], findings: [] } : await verifyCampaigns(folder, manifest, tell);
  const { agents, events, certificates, pending } = chains;
  const findings = [...chains.findings, ...verifyRegistryEvents(folder, manifest), ...campaigns.findings];
  return { ...what, agents, events, certificates, pending, campaigns: campaigns.campaigns, unopened: names.unopened, findings };
}

function verifyKey({ key, refused }: BundleManifest): BundleFinding[] {
  const fingerprint = key === null ? undefined : fingerprintOf(Buffer.from(key.publicKey, 'base64'));
  return [
    ...(fingerprint === key?.fingerprint ? [] : [{ file: MANIFEST, expected: `a key with the fingerprint ${key!.fingerprint}`, found: `one with ${fingerprint}` }]),
    ...refused.map((one) => ({ file: MANIFEST, expected: 'only objects that the registry names', found: `an object with the key ${shown(one)} in the bucket` })),
  ];
}

/** Events about the registry itself belong to no chain: each is what its key says, or somebody else wrote it. */
function verifyRegistryEvents(folder: BundleFolder, { registry, account, files }: BundleManifest): BundleFinding[] {
  return files.filter(({ key }) => key.startsWith(REGISTRY_EVENTS)).flatMap(({ key, sha256 }): BundleFinding[] => {
    const read = readEvent({ registry, account }, key, textOf(folder, key, sha256));
    return typeof read === 'string' ? [about(key, 'an event of the registry', read)] : [];
  });
}

type Chains = Omit<typeof NOTHING, 'campaigns' | 'unopened'> & Pick<VerifiedBundle, 'findings'>;

function verifyChains(folder: BundleFolder, { files, heads, account, registry }: BundleManifest, tell: (what: string) => void): Chains {
  const keys = new Map<string, BundleManifest['files']>();
  for (const file of files) {
    const agentName = agentIn(file.key);
    if (agentName !== undefined) {
      keys.set(agentName, [...keys.get(agentName) ?? [], file]);
    }
  }
  const byName = new Map(heads.map((head) => [head.agentName, head]));
  const names = [...new Set([...keys.keys(), ...byName.keys()])].sort();
  const sum = { agents: names.length, events: 0, certificates: 0, pending: 0 };
  const findings: BundleFinding[] = [];
  for (const [done, agentName] of names.entries()) {
    const texts = new Map((keys.get(agentName) ?? []).map(({ key, sha256 }) => [key, textOf(folder, key, sha256)]));
    const verified = verifyAgent({ placement: { account, agentName }, registry, texts, head: byName.get(agentName) });
    sum.events += verified.events;
    sum.certificates += verified.certificates;
    sum.pending += verified.pending.length;
    findings.push(...verified.findings);
    tell(`${done + 1} of ${names.length} chains`);
  }
  return { ...sum, findings };
}

async function verifyCampaigns(folder: BundleFolder, manifest: BundleManifest, tell: (what: string) => void): Promise<Pick<VerifiedBundle, 'campaigns' | 'findings'>> {
  const names = [...new Set(manifest.files.flatMap(({ key }) => campaignIn(key) ?? []))].sort();
  const source = sourceOf(folder, manifest);
  const campaigns: BundledCampaign[] = [];
  const findings: BundleFinding[] = [];
  for (const campaign of names) {
    const key = campaignPackageKey({ account: manifest.account, campaign });
    try {
      const { verified } = await verifyRecords(source, campaign, { tell });
      campaigns.push({ campaign, closed: verified.signed !== undefined, strangers: verified.strangers.length, undecided: verified.undecided.length });
      findings.push(...verified.findings.map(({ what, reason }) => (
        what.includes('/') ? about(what, 'what the campaign recorded', reason) : about(key, `what the campaign recorded of ${what}`, reason))));
    } catch (error) {
      findings.push(about(key, 'a campaign of the registry', error instanceof InvalidInputError ? error.reason : reasonOf(error)));
    }
  }
  return { campaigns, findings };
}

/** The evidence as the verification of campaigns reads it. */
function sourceOf(folder: BundleFolder, { registry, account, files, key }: BundleManifest): CampaignSource {
  const hashes = new Map(files.map((file) => [file.key, file.sha256]));
  const sorted = [...hashes.keys()].sort();
  const evidence: EvidenceReader = {
    first: async (prefix) => beginningWith(sorted, prefix).map((name) => ({ key: name, read: async () => textOf(folder, name, hashes.get(name)) })),
    latest: async (name) => (hashes.has(name) ? textOf(folder, name, hashes.get(name)) : undefined),
  };
  return {
    registry,
    account,
    bucket: EVIDENCE,
    evidence,
    signer: async () => {
      if (key === null) {
        throw new InvalidInputError('CampaignKeyMissing', 'the bundle has no key that signs campaigns');
      }
      return { keyId: key.keyId, publicKey: Buffer.from(key.publicKey, 'base64') };
    },
  };
}

/** Found by halves, because a package may look up each of a hundred thousand events. */
function beginningWith(sorted: readonly string[], prefix: string): string[] {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    [low, high] = sorted[middle] < prefix ? [middle + 1, high] : [low, middle];
  }
  let end = low;
  while (end < sorted.length && sorted[end].startsWith(prefix)) {
    end += 1;
  }
  return sorted.slice(low, end);
}

/** @throws InvalidInputError `BundleInvalid` if the file was changed since it was compared with the manifest */
function textOf(folder: BundleFolder, key: string, sha256: string | undefined): string {
  const content = folder.object(key);
  if (content === undefined || sha256Of(content) !== sha256) {
    throw new InvalidInputError('BundleInvalid', `${EVIDENCE}/${key} was changed while it was verified: copy the bundle to a place of your own`);
  }
  return content.toString();
}
