import { BundleFinding } from './finding';
import { BundleManifest } from './manifest';
import { about } from './verify-files';
import { ACKNOWLEDGEMENTS, campaignManifestKey, campaignPackageKey, CAMPAIGNS, CERTIFICATES, EVENT_COPIES, REGISTRY_EVENTS, REVIEWS, SNAPSHOTS } from '../../../src/contract/evidence-keys';

/** The forms of what follows the account in a key. A name that is made from the content has its SHA-256. */
const FORMS: readonly (readonly [prefix: string, form: RegExp])[] = [
  [EVENT_COPIES, /^[^/]+\/[^/]+\.json$/],
  [CERTIFICATES, /^[^/]+\/[^/]+\.json$/],
  [SNAPSHOTS, /^[^/]+\/[^/]+\.json$/],
  [REVIEWS, /^[^/]+\/(?<sha256>[0-9a-f]{64})\.json$/],
  [CAMPAIGNS, /^[^/]+\/(?:manifest|package|(?:pages|parts)\/(?<sha256>[0-9a-f]{64}))\.json$/],
  [ACKNOWLEDGEMENTS, /^[^/]+\.json$/],
  [REGISTRY_EVENTS, /^[^/]+\.json$/],
];

export interface VerifiedNames {
  readonly findings: readonly BundleFinding[];
  /** Campaigns of which there are pages and nothing else. */
  readonly unopened: readonly string[];
}

/**
 * Checks that each file of the evidence has a name that the registry writes for this account, so that later steps verify it. A text that nothing names may be left from a process
 * that died, but its name is its hash.
 */
export function verifyNames({ account, files }: BundleManifest): VerifiedNames {
  const there = new Set(files.map(({ key }) => key));
  const findings: BundleFinding[] = [];
  const unopened = new Set<string>();
  for (const { key, sha256 } of files) {
    const [prefix, form] = FORMS.find(([begin]) => key.startsWith(`${begin}${account}/`)) ?? [];
    const rest = prefix === undefined ? '' : key.slice(`${prefix}${account}/`.length);
    const match = form?.exec(rest);
    const named = match?.groups?.sha256;
    if (match === null || match === undefined) {
      findings.push(about(key, `nothing: the registry writes no such name for account ${account}`, 'a file'));
    } else if (named !== undefined && named !== sha256) {
      findings.push(about(key, `SHA-256 ${named}, as its name says`, `SHA-256 ${sha256}`));
    } else {
      const missing = missingFor(prefix!, account, rest, there);
      findings.push(...(missing === undefined ? [] : [about(key, `${missing}, which it belongs to`, 'no such file')]));
      if (prefix === CAMPAIGNS && missing === undefined && !there.has(campaignManifestKey({ account, campaign: rest.split('/')[0] }))) {
        unopened.add(rest.split('/')[0]);
      }
    }
  }
  return { findings, unopened: [...unopened].sort() };
}

/** What must have been written before a file of a campaign, and is not there. Pages come before the manifest, so they may be alone. */
function missingFor(prefix: string, account: string, rest: string, there: ReadonlySet<string>): string | undefined {
  const campaign = rest.split('/')[0].replace(prefix === ACKNOWLEDGEMENTS ? /\.json$/ : '', '');
  const [manifest, signed] = [campaignManifestKey({ account, campaign }), campaignPackageKey({ account, campaign })];
  const needed = prefix === ACKNOWLEDGEMENTS ? [manifest, signed] : prefix === CAMPAIGNS && !/\/(?:pages\/|manifest\.)/.test(rest) ? [manifest] : [];
  return needed.find((key) => !there.has(key));
}
