import { BundleFinding, DownloadedBundle, VerifiedBundle } from '../runtime/audit';
import { printable } from '../runtime/evidence';

const MOST_SHOWN = 20;

export function renderDownloaded({ folder, digest, manifest }: DownloadedBundle): string {
  const { files, heads, key, refused, registry, account, region, takenAt } = manifest;
  return [
    `${folder} has the evidence of registry ${registry} in account ${account}, ${region}, of ${takenAt}: ${files.length} objects of ${heads.length} agents`,
    ...(refused.length === 0 ? [] : [`${refused.length} objects were not taken, because the registry writes no such names: nhi verify --bundle names them`]),
    `manifest  SHA-256 ${digest}`,
    key === null ? 'key       none: the registry runs no reviews' : `key       SHA-256 ${key.fingerprint} of ${key.keyId}`,
    'Keep both where the bundle is not, such as in the ticket of the audit. To verify the bundle, give the first with --digest, and compare the second with the key that KMS has.',
  ].map(printable).join('\n');
}

export function renderBundle(bundle: VerifiedBundle): string {
  const { taken, digest, isExpected, key, agents, events, certificates, pending, campaigns, unopened, findings } = bundle;
  return [
    ...(taken === undefined ? [] : [`registry ${taken.registry} in account ${taken.account}, ${taken.region}; taken from ${taken.bucket} at ${taken.takenAt} by ${taken.takenBy}`]),
    `manifest  SHA-256 ${digest || 'unknown'}${isExpected ? '' : '; compare it with the one that nhi verify --download printed, or give it with --digest'}`,
    ...(key === undefined ? [] : [`key       SHA-256 ${key.fingerprint} of ${key.keyId}; compare it with the key that KMS has`]),
    ...(findings.length > 0 ? findings.slice(0, MOST_SHOWN).map(line) : [
      `${agents} agents with ${events} events and ${certificates} certificates are as the registry wrote them`,
      ...(pending === 0 ? [] : [`${pending} events were not copied yet when the bundle was taken`]),
      ...campaigns.map(({ campaign, closed, strangers, undecided }) => (
        `campaign ${campaign} ${closed ? 'is as it was signed' : 'is not closed, and its pages are as they were frozen'}; ${strangers} roles and users of no agent, ${undecided} agents excluded or not decided`)),
      ...unopened.map((campaign) => `campaign ${campaign} has pages only: its opening was interrupted, or it was removed before the bundle was taken`),
    ]),
    ...(findings.length > MOST_SHOWN ? [`and ${findings.length - MOST_SHOWN} more`] : []),
    findings.length === 0 ? 'THE BUNDLE IS INTACT' : 'THE BUNDLE IS NOT INTACT',
  ].map(printable).join('\n');
}

function line({ file, event, expected, found }: BundleFinding): string {
  return `${file}${event === undefined ? '' : `, event ${event}`}: expected ${expected}; found ${found}`;
}
