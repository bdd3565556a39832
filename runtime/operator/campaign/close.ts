import { Campaigning } from './campaigning';
import { SigningKey, signingKey } from './signing-key';
import { CampaignProgress, campaignProgress } from './status';
import { firstText, itemsOf, openedCampaign, sourceOf, store } from './stored';
import { populationOf, StagesSeen } from './walk';
import { campaignManifestKey, campaignPackageKey, campaignPartKey } from '../../../src/contract/evidence-keys';
import { canonicalJson } from '../../../src/core/canonical-json';
import { RefusedError } from '../../../src/core/errors';
import { requireReason } from '../../../src/core/reason';
import {
  ALGORITHM, digestToSign, enveloped, FleetRow, isDecided, noOutcomes, outcomeOf, Population, recordOf, rowsOf, tornDown,
} from '../../certification/campaign';
import { hashOfText, putOnce } from '../../evidence';
import { AgentRecord, CampaignManifest, CampaignPackage, CampaignRecord, Outcome, OUTCOMES, PackagePart, PartRef } from '../../model/campaign';
import { Connection } from '../connection';
import { inBatches } from '../in-batches';
import { Proposal } from '../proposal';

/** A campaign as it was closed. */
export interface ClosedCampaign {
  readonly key: string;
  /** SHA-256 of the signed text, hex. */
  readonly sha256: string;
  readonly signed: CampaignPackage;
}

const AT_ONCE = 25;

/**
 * Says what is not decided, and closes the campaign.
 *
 * @param undecided why it may be closed although something is not decided
 * @throws InvalidInputError `CampaignUnknown`, `EvidenceChanged`, `CampaignKeyMissing`, and the codes of `requireReason`
 * @throws RefusedError `CampaignClosed`, `CampaignUndecided`
 */
export async function proposeClosing(
  connection: Connection, campaign: string, undecided: string | undefined, campaigning: Campaigning,
): Promise<Proposal<ClosedCampaign>> {
  const why = undecided === undefined ? undefined : requireReason(undecided);
  const progress = await campaignProgress(connection, campaign, campaigning);
  if (progress.closed) {
    throw new RefusedError('CampaignClosed', `campaign ${campaign} was closed: see nhi campaign verify ${campaign}`);
  }
  if (progress.undecided > 0 && why === undefined) {
    throw new RefusedError('CampaignUndecided', `${progress.undecided} agents of campaign ${campaign} are not decided (${countsOf(progress)}), such as ${progress.named.slice(0, 5).map(({ agentName }) => agentName).join(', ')}: `
      + 'wait for their reviewers, or close it as it is with --undecided <why>, which is part of the package');
  }
  const key = await signingKey(connection);
  return {
    will: [
      `campaign ${campaign} of registry ${connection.registry} in account ${connection.account}: write its package for good, signed with ${key.keyId}`,
      `  ${countsOf(progress)}`,
      ...(progress.undecided === 0 ? [] : [`  ${progress.undecided} agents are NOT decided; the package says so, and why: "${why}"`]),
    ],
    make: () => close(connection, campaign, progress.undecided === 0 ? undefined : why, key, campaigning),
  };
}

async function close(
  connection: Connection, campaign: string, why: string | undefined, key: SigningKey, { clock, tell }: Campaigning,
): Promise<ClosedCampaign> {
  const { s3, bucket, registry, account, operator } = connection;
  const { manifest, manifestSha256, place } = await openedCampaign(sourceOf(connection), campaign);
  const [outcomes, stages, parts] = [noOutcomes(), new StagesSeen(), [] as PartRef[]];
  const closedAt = clock().toISOString();
  let [excluded, unknown, differed] = [0, 0, 0];
  for await (const records of recordsOf(connection, manifest, stages, clock)) {
    const part: PackagePart = { kind: 'nhi-campaign-part', campaign, records };
    parts.push({ ...await store(s3, bucket, part, (sha256) => campaignPartKey(place, sha256)), records: records.length });
    records.forEach((record) => {
      if (record.kind === 'agent') {
        outcomes[record.outcome]++;
        differed += record.differed.length > 0 ? 1 : 0;
      }
      excluded += record.kind === 'excluded' ? 1 : 0;
      unknown += record.kind === 'unknown' ? 1 : 0;
    });
    tell(`${parts.length} parts are written`);
  }
  // Something may have been opened again since it was looked at.
  if (why === undefined && Object.entries(outcomes).some(([outcome, many]) => many > 0 && !isDecided(outcome as Outcome))) {
    throw new RefusedError('CampaignUndecided', `something of campaign ${campaign} changed while it was being closed, and nothing was signed: see nhi campaign status ${campaign}`);
  }
  const signed: CampaignPackage = {
    kind: 'nhi-campaign-package',
    registry,
    account,
    campaign,
    manifest: { key: campaignManifestKey(place), sha256: manifestSha256 },
    openedAt: manifest.openedAt,
    closedAt,
    closedBy: operator,
    outcomes,
    excluded,
    unknown,
    differed,
    ...(why === undefined ? {} : { undecided: why }),
    stages: stages.all,
    parts,
    signing: { algorithm: ALGORITHM, keyId: key.keyId },
  };
  const payload = canonicalJson(JSON.parse(JSON.stringify(signed)));
  const text = canonicalJson(enveloped(payload, key.keyId, await key.sign(digestToSign(payload))));
  const packageKey = campaignPackageKey(place);
  if (await putOnce(s3, bucket, packageKey, text) !== text || await firstText(sourceOf(connection), packageKey) !== text) {
    throw new RefusedError('CampaignClosed', `somebody else closed campaign ${campaign} at the same time: see nhi campaign verify ${campaign}`);
  }
  return { key: packageKey, sha256: hashOfText(text), signed };
}

/** All that the package says of agents, roles and users, as many at a time as one page has. */
async function* recordsOf(
  connection: Connection, manifest: CampaignManifest, stages: StagesSeen, clock: () => Date,
): AsyncGenerator<readonly CampaignRecord[]> {
  for await (const { agents, excluded } of populationOf(sourceOf(connection), manifest)) {
    yield [...await inBatches(agents, AT_ONCE, (agent) => recorded(connection, agent, manifest.openedAt, stages, clock)), ...excluded];
  }
  const population = new Population(manifest);
  for (const { source, pages } of manifest.sources) {
    for (const page of pages) {
      const items = await itemsOf(sourceOf(connection), page);
      const records = [...population.add(source, items), ...(source === 'ledger-left' ? tornDown(rowsOf(items)) : [])];
      if (records.length > 0) {
        yield records;
      }
    }
  }
}

async function recorded(
  { ledger, account }: Connection, agent: FleetRow, openedAt: string, stages: StagesSeen, clock: () => Date,
): Promise<AgentRecord> {
  const placement = { account, agentName: agent.agentName };
  const state = await ledger.state(placement);
  stages.see(state, clock());
  return recordOf(agent, state, await ledger.events(placement), openedAt, outcomeOf(state, openedAt, clock()));
}

function countsOf({ outcomes }: CampaignProgress): string {
  const some = (Object.entries(outcomes) as [Outcome, number][]).filter(([, many]) => many > 0);
  return some.length === 0 ? 'it has no agents' : some.map(([outcome, many]) => `${many} ${outcome}: ${OUTCOMES[outcome].says}`).join('; ');
}
