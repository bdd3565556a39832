import { isDeepStrictEqual } from 'node:util';
import { Connection } from '../connection';
import { inBatches } from '../in-batches';
import { personOf, readAcknowledgement } from './acknowledgement';
import { Campaigning } from './campaigning';
import { sourcesOf, pagesOf } from './sources';
import { CampaignSource, OpenedCampaign, openedCampaign, sourceOf, textWithHash } from './stored';
import { CampaignFinding, Unreviewed, verifyPackage } from './verify-package';
import { acknowledgementKey } from '../../../src/contract/evidence-keys';
import { Population, principalIn } from '../../certification/campaign';
import { CampaignAcknowledgement, CampaignManifest, CampaignPackage, PageText, PopulationCounts, UnknownRecord } from '../../model/campaign';

export interface VerifiedCampaign {
  readonly campaign: string;
  readonly openedAt: string;
  readonly openedBy: string;
  /** Recounted from the pages. */
  readonly counts: PopulationCounts;
  /** Absent while the campaign is open, and if the package can't be believed. */
  readonly signed?: CampaignPackage;
  /** Absent until management acknowledges the campaign, and if what is stored can't be believed. */
  readonly acknowledgement?: CampaignAcknowledgement;
  readonly findings: readonly CampaignFinding[];
  /** Roles and users under the registry's path that nobody reviews, by no agent of the ledger or of the pages. */
  readonly strangers: readonly Unreviewed[];
  /** The first agents that were excluded or not decided. Empty while the campaign is open. */
  readonly undecided: readonly Unreviewed[];
}

const HOUR_MS = 3_600_000;
const PAGES_AT_ONCE = 8;

/** Whether all of a closed campaign is as it was written, and everybody in IAM belongs to an agent of it. */
export function isSound({ findings, strangers, signed }: VerifiedCampaign): boolean {
  return findings.length === 0 && strangers.length === 0 && signed !== undefined;
}

/**
 * Counts the population again from its pages, compares IAM with them, and the package with both.
 *
 * @throws InvalidInputError `CampaignUnknown`
 */
export async function verifyCampaign(connection: Connection, campaign: string, campaigning: Campaigning): Promise<VerifiedCampaign> {
  const { verified, manifest, roleIds } = await verifyRecords(sourceOf(connection), campaign, campaigning);
  return { ...verified, strangers: [...verified.strangers, ...await missing(connection, manifest, roleIds, campaigning)] };
}

interface VerifiedRecords {
  readonly verified: VerifiedCampaign;
  readonly manifest: CampaignManifest;
  /** Ids of the roles in the pages. */
  readonly roleIds: ReadonlySet<string>;
}

/**
 * The part of it that needs nothing but the evidence, so that a copy of the evidence is enough. IAM is not compared.
 *
 * @throws InvalidInputError `CampaignUnknown`
 */
export async function verifyRecords(source: CampaignSource, campaign: string, campaigning: Pick<Campaigning, 'tell'>): Promise<VerifiedRecords> {
  const opened = await openedCampaign(source, campaign);
  const { manifest } = opened;
  const findings: CampaignFinding[] = [];
  const population = new Population(manifest);
  const [unknown, roleIds] = [[] as UnknownRecord[], new Set<string>()];
  for (const { source: name, pages, items } of manifest.sources) {
    let read = 0;
    for (let start = 0; start < pages.length; start += PAGES_AT_ONCE) {
      const slice = pages.slice(start, start + PAGES_AT_ONCE);
      const texts = await inBatches(slice, PAGES_AT_ONCE, ({ key, sha256 }) => textWithHash(source, key, sha256));
      texts.forEach((text, index) => {
        const found = text === undefined ? undefined : JSON.parse(text) as PageText;
        if (found === undefined || found.source !== name || found.items.length !== slice[index].items) {
          findings.push({ what: slice[index].key, reason: found === undefined ? 'it is missing, or its SHA-256 is not the one of the manifest' : 'it is not the page that the manifest names' });
          return;
        }
        read += found.items.length;
        unknown.push(...population.add(name, found.items));
        if (name === 'iam-roles') {
          found.items.forEach((item) => roleIds.add(principalIn(item, 'RoleId').id));
        }
      });
      campaigning.tell(`${name}: ${Math.min(start + PAGES_AT_ONCE, pages.length)} of ${pages.length} pages`);
    }
    if (read !== items) {
      findings.push({ what: name, reason: `its pages have ${read} items, and the manifest says ${items}` });
    }
  }
  const { counts } = population;
  if (!isDeepStrictEqual(counts, manifest.counts)) {
    findings.push({ what: 'manifest', reason: `the pages give ${JSON.stringify(counts)}, and the manifest says ${JSON.stringify(manifest.counts)}` });
  }
  const closed = await verifyPackage(source, opened, counts, campaigning);
  const acknowledged = await acknowledgedBy(source, opened, closed.signed);
  const verified: VerifiedCampaign = {
    campaign,
    openedAt: manifest.openedAt,
    openedBy: manifest.openedBy,
    counts,
    ...(closed.signed === undefined ? {} : { signed: closed.signed }),
    ...(acknowledged.acknowledgement === undefined ? {} : { acknowledgement: acknowledged.acknowledgement }),
    findings: [...findings, ...closed.findings, ...acknowledged.findings],
    strangers: unknown.filter(({ isNew }) => !isNew).map((one) => ({ who: one.arn, why: `it was in IAM, since ${one.createdAt}, and belonged to no agent` })),
    undecided: closed.undecided,
  };
  return { verified, manifest, roleIds };
}

/** Management's acknowledgement. That it is missing is no finding. */
async function acknowledgedBy(
  source: CampaignSource, { place, manifest }: OpenedCampaign, signed: CampaignPackage | undefined,
): Promise<{ readonly acknowledgement?: CampaignAcknowledgement; readonly findings: readonly CampaignFinding[] }> {
  const { acknowledgement, refused = '' } = await readAcknowledgement(source, place) ?? {};
  const what = acknowledgementKey(place);
  if (acknowledgement === undefined) {
    return { findings: refused === '' ? [] : [{ what, reason: refused }] };
  }
  const own = [manifest.openedBy, signed?.closedBy ?? ''].map(personOf).includes(personOf(acknowledgement.acknowledgedBy));
  return { acknowledgement, findings: own ? [{ what, reason: `${acknowledgement.acknowledgedBy} acknowledged a campaign that the same person opened or closed` }] : [] };
}

/** Roles that IAM has now and had at the opening, and that the pages don't have. IAM shows a new role late, so the last hour before the opening doesn't count. */
async function missing(
  connection: Connection, { openedAt, path }: CampaignManifest, known: ReadonlySet<string>, { clock }: Campaigning,
): Promise<Unreviewed[]> {
  const found: Unreviewed[] = [];
  const roles = sourcesOf(connection, path).find(({ source }) => source === 'iam-roles')!;
  for await (const { items } of pagesOf(roles, clock)) {
    for (const { id, arn, createdAt } of (JSON.parse(JSON.stringify(items)) as unknown[]).map((item) => principalIn(item, 'RoleId'))) {
      if (!known.has(id) && Date.parse(createdAt) <= Date.parse(openedAt) - HOUR_MS) {
        found.push({ who: arn, why: `IAM has it since ${createdAt}, and the pages of the campaign do not have it` });
      }
    }
  }
  return found;
}
