import { AgentRows, SectionRow } from './agent-rows';
import { EvidenceRef, Period, ReportDifference } from './model';
import { ACKNOWLEDGEMENTS, acknowledgementKey, campaignIn, CAMPAIGNS, campaignManifestKey, campaignPackageKey } from '../../../src/contract/evidence-keys';
import { reasonOf } from '../../../src/core/errors';
import { shown } from '../../../src/core/shown';
import { eachFirstVersion, FirstVersion, hashOfText } from '../../evidence';
import { CampaignPackage, Outcome } from '../../model/campaign';
import { readAcknowledgement } from '../../operator/campaign/acknowledgement';
import { openedCampaign, sourceOf } from '../../operator/campaign/stored';
import { believed } from '../../operator/campaign/verify-package';
import { Connection } from '../../operator/connection';

/** The campaigns that were opened, closed or acknowledged in a period. Their packages are checked by their signature: `nhi campaign verify` counts them again. */
export async function campaignRows(connection: Connection, period: Period, counted: (prefix: string) => () => void): Promise<AgentRows> {
  const { s3, bucket, account } = connection;
  const objects = new Map<string, FirstVersion>();
  for (const prefix of [`${CAMPAIGNS}${account}/`, `${ACKNOWLEDGEMENTS}${account}/`]) {
    for await (const version of eachFirstVersion(s3, bucket, prefix, counted(prefix))) {
      if (prefix.startsWith(ACKNOWLEDGEMENTS) || campaignIn(version.key) !== undefined) {
        objects.set(version.key, version);
      }
    }
  }
  const names = [...new Set([...objects.keys()].flatMap((key) => campaignIn(key) ?? []))].sort();
  const rows: SectionRow[] = [];
  const differences: ReportDifference[] = [];
  for (const campaign of names) {
    try {
      const found = await rowsOfOne(connection, campaign, objects);
      rows.push(...found.filter(({ at }) => Date.parse(at) >= period.from.getTime() && Date.parse(at) < period.to.getTime()));
      // Of what can't be believed, the time can't be believed either.
      found.filter(({ facts: { signature } }) => signature !== '' && signature !== 'fits').forEach(({ facts: { signature }, evidence: [{ key }] }) => (
        differences.push({ what: key, reason: `of campaign ${campaign}: ${signature}` })));
      found.filter(({ at }) => Number.isNaN(Date.parse(at))).forEach(({ what, at, evidence: [{ key }] }) => (
        differences.push({ what: key, reason: `of campaign ${campaign}: ${shown(at)} is no time of ${what}, so it is in no period` })));
    } catch (error) {
      differences.push({ what: campaignManifestKey({ account, campaign }), reason: reasonOf(error) });
    }
  }
  const known = new Set(names.map((campaign) => acknowledgementKey({ account, campaign })));
  const orphans = [...objects.keys()].filter((key) => key.startsWith(ACKNOWLEDGEMENTS) && !known.has(key));
  differences.push(...orphans.map((what) => ({ what, reason: 'the campaign that it is about is missing' })));
  return { rows, differences };
}

async function rowsOfOne(connection: Connection, campaign: string, objects: ReadonlyMap<string, FirstVersion>): Promise<SectionRow[]> {
  const source = sourceOf(connection);
  const opened = await openedCampaign(source, campaign);
  const { manifest, manifestSha256, place } = opened;
  const row = (what: string, at: string, by: string, key: string, sha256: string, facts: object): SectionRow => ({
    section: 'campaigns',
    at,
    agent: '',
    stage: manifest.stage ?? '',
    what,
    by,
    facts: { 'campaign': campaign, 'outcomes': '', 'closed although undecided, because': '', 'signature': '', ...facts },
    evidence: [refOf(key, sha256, objects)],
  });
  const rows = [row('campaign-opened', manifest.openedAt, manifest.openedBy, campaignManifestKey(place), manifestSha256, { outcomes: `${manifest.counts.agents} agents, ${manifest.counts.unknown} roles and users of no agent` })];
  const text = await objects.get(campaignPackageKey(place))?.read();
  if (text !== undefined) {
    const { signed, refused } = await believed(source, opened, text);
    const key = campaignPackageKey(place);
    rows.push(signed === undefined
      ? row('campaign-closed', objects.get(key)!.writtenAt?.toISOString() ?? manifest.openedAt, '', key, hashOfText(text), { signature: refused })
      : row('campaign-closed', signed.closedAt, signed.closedBy, key, hashOfText(text), { 'outcomes': outcomesOf(signed), 'closed although undecided, because': signed.undecided ?? '', 'signature': 'fits' }));
  }
  const { acknowledgement, refused = '' } = await readAcknowledgement(source, place) ?? {};
  const key = acknowledgementKey(place);
  if (acknowledgement !== undefined) {
    rows.push(row('campaign-acknowledged', acknowledgement.acknowledgedAt, acknowledgement.acknowledgedBy, key, acknowledgement.package.sha256, { outcomes: acknowledgement.reason, signature: 'fits' }));
  } else if (refused !== '') {
    rows.push(row('campaign-acknowledged', objects.get(key)?.writtenAt?.toISOString() ?? manifest.openedAt, '', key, '', { signature: refused }));
  }
  return rows;
}

function outcomesOf({ outcomes, excluded, unknown, differed }: CampaignPackage): string {
  const some = (Object.entries(outcomes) as [Outcome, number][]).filter(([, many]) => many > 0).map(([outcome, many]) => `${many} ${outcome}`);
  return [...some, `${excluded} excluded`, `${unknown} roles and users of no agent`, `${differed} decided differently by two people`].join(', ');
}

function refOf(key: string, sha256: string, objects: ReadonlyMap<string, FirstVersion>): EvidenceRef {
  return { kind: 'object', key, version: objects.get(key)?.versionId ?? '', id: '', number: 0, sha256 };
}
