import { campaignManifestKey, campaignPageKey, CampaignPlace } from '../../../src/contract/evidence-keys';
import { canonicalJson } from '../../../src/core/canonical-json';
import { Population } from '../../certification/campaign';
import { putOnce } from '../../evidence';
import { CampaignManifest, PageRef, Source } from '../../model/campaign';
import { Connection } from '../connection';
import { Campaigning } from './campaigning';
import { pagesOf, registryPath, sourcesOf } from './sources';
import { asOpened, OpenedCampaign, store } from './stored';

/**
 * Freezes the population: reads each source page by page, stores each page as it was read, and then the manifest that lists them. Of two that open a campaign at the same time,
 * the first manifest counts for both.
 */
export async function freeze(
  connection: Connection, place: CampaignPlace, stage: string | undefined, { clock, tell }: Campaigning,
): Promise<OpenedCampaign> {
  const { s3, bucket, registry, account, region, operator } = connection;
  const scope = { openedAt: clock().toISOString(), ...(stage === undefined ? {} : { stage }) };
  const population = new Population(scope);
  const sources: Source[] = [];
  const path = await registryPath(connection);
  for (const one of sourcesOf(connection, path)) {
    const pages: PageRef[] = [];
    for await (const page of pagesOf(one, clock)) {
      const { items, requestId, at } = page;
      const stored = await store(s3, bucket, page, (sha256) => campaignPageKey(place, sha256));
      population.add(one.source, JSON.parse(JSON.stringify(items)) as unknown[]);
      pages.push({ ...stored, items: items.length, requestId, at });
    }
    const { source, call } = one;
    sources.push({ source, call, from: pages[0].at, to: pages.at(-1)!.at, items: pages.reduce((sum, { items }) => sum + items, 0), pages });
    tell(`${source}: ${sources.at(-1)!.items} in ${pages.length} pages`);
  }
  const manifest: CampaignManifest = {
    kind: 'nhi-campaign', registry, account, region, campaign: place.campaign, path, ...scope, frozenAt: clock().toISOString(), openedBy: operator, sources, counts: population.counts,
  };
  return asOpened(place, await putOnce(s3, bucket, campaignManifestKey(place), canonicalJson(manifest)));
}
