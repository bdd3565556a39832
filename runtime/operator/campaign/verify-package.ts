import { isDeepStrictEqual } from 'node:util';
import { Campaigning, MOST_NAMED } from './campaigning';
import { CampaignSource, firstText, OpenedCampaign, textWithHash } from './stored';
import { populationOf } from './walk';
import { campaignPackageKey, eventCopyKey } from '../../../src/contract/evidence-keys';
import { canonicalJson } from '../../../src/core/canonical-json';
import { contradictionIn, isDecided, isSignedBy, noOutcomes, opened as openedEnvelope } from '../../certification/campaign';
import { AgentRecord, CampaignPackage, CampaignRecord, Outcome, OUTCOMES, PackagePart, PopulationCounts } from '../../model/campaign';
import { inBatches } from '../in-batches';

/** Something that is not as the registry wrote it. */
export interface CampaignFinding {
  readonly what: string;
  readonly reason: string;
}

/** Somebody whose access nobody decided in the campaign. */
export interface Unreviewed {
  readonly who: string;
  readonly why: string;
}

interface Verified {
  /** Absent while the campaign is open, and if the signature is not the registry's. */
  readonly signed?: CampaignPackage;
  readonly findings: readonly CampaignFinding[];
  readonly undecided: readonly Unreviewed[];
}

const AT_ONCE = 25;

/**
 * Checks the signature of a campaign's package, and each of its records against the population, the agent's chain of events, its copy and what reviewers were shown.
 *
 * @throws InvalidInputError `CampaignKeyMissing`
 */
export async function verifyPackage(
  source: CampaignSource, opened: OpenedCampaign, counts: PopulationCounts, { tell }: Pick<Campaigning, 'tell'>,
): Promise<Verified> {
  const key = campaignPackageKey(opened.place);
  const text = await firstText(source, key);
  if (text === undefined) {
    return { findings: [], undecided: [] };
  }
  const { signed, refused } = await believed(source, opened, text);
  if (signed === undefined) {
    return { findings: [{ what: key, reason: refused }], undecided: [] };
  }
  const check = new RecordCheck(source, opened, await namesOf(source, opened));
  for (const { key: part, sha256, records } of signed.parts) {
    const content = await textWithHash(source, part, sha256);
    const found = content === undefined ? undefined : (JSON.parse(content) as PackagePart).records;
    if (found === undefined || found.length !== records) {
      check.find(part, 'it is missing, or its SHA-256 is not the one of the package');
      continue;
    }
    await inBatches(found, AT_ONCE, (record) => check.add(record));
    tell(`${check.checked} of ${counts.agents} records are checked`);
  }
  check.finish(signed, counts);
  return { signed, findings: check.findings, undecided: check.undecided };
}

interface Believed {
  readonly signed?: CampaignPackage;
  readonly refused: string;
}

/** The package, if the registry signed it for this campaign. */
export async function believed(source: CampaignSource, { manifest, manifestSha256, place }: OpenedCampaign, text: string): Promise<Believed> {
  const envelope = openedEnvelope(text);
  if (envelope === undefined) {
    return { refused: 'it is no signed package' };
  }
  const { keyId, publicKey } = await source.signer();
  if (envelope.keyId !== keyId) {
    return { refused: `it is signed with ${envelope.keyId}, and the key of the registry is ${keyId}` };
  }
  if (!isSignedBy(publicKey, envelope.payload, envelope.signature)) {
    return { refused: 'its signature does not match its content' };
  }
  const signed = JSON.parse(envelope.payload) as CampaignPackage;
  const { registry, account } = source;
  const expected = [registry, account, place.campaign, manifest.openedAt, manifestSha256];
  if (!isDeepStrictEqual([signed.registry, signed.account, signed.campaign, signed.openedAt, signed.manifest.sha256], expected)) {
    return { refused: 'it is the package of another campaign, or its manifest was changed' };
  }
  return { signed, refused: '' };
}

/** The agents of the population, from pages that are as they were. */
async function namesOf(source: CampaignSource, { manifest }: OpenedCampaign): Promise<Set<string>> {
  const names = new Set<string>();
  try {
    for await (const { agents } of populationOf(source, manifest)) {
      agents.forEach(({ agentName }) => names.add(agentName));
    }
  } catch {
    // The page was named as a finding. Its agents can't be compared.
  }
  return names;
}

/** Checks records one by one. It keeps the names of the agents that have none yet. */
class RecordCheck {
  public readonly findings: CampaignFinding[] = [];
  public readonly undecided: Unreviewed[] = [];
  public checked = 0;
  private readonly outcomes = noOutcomes();
  private excluded = 0;
  private unknown = 0;
  private differed = 0;

  constructor(private readonly source: CampaignSource, private readonly campaign: OpenedCampaign, private readonly open: Set<string>) {}

  public find(what: string, reason: string): void {
    this.findings.push({ what, reason });
  }

  public async add(record: CampaignRecord): Promise<void> {
    if (record.kind === 'unknown') {
      this.unknown++;
      return;
    }
    if (record.kind === 'excluded') {
      this.excluded++;
      this.name(record.agentName, `excluded: ${record.says}`);
      return;
    }
    const { agentName, outcome } = record;
    this.checked++;
    this.outcomes[outcome]++;
    this.differed += record.differed.length > 0 ? 1 : 0;
    if (!this.open.delete(agentName)) {
      this.find(agentName, 'the package has it twice, or it is not in the population');
    }
    if (!isDecided(outcome)) {
      this.name(agentName, `${outcome}: ${OUTCOMES[outcome].says}`);
    }
    const problem = contradictionIn(record, this.source.account, this.campaign.manifest.openedAt) ?? await this.evidenceProblem(record);
    if (problem !== undefined) {
      this.find(agentName, problem);
    }
  }

  /** Compares the sums, after all records. */
  public finish({ outcomes, excluded, unknown, differed, undecided }: CampaignPackage, counts: PopulationCounts): void {
    [...this.open].slice(0, MOST_NAMED).forEach((agentName) => this.find(agentName, 'it is in the population, and the package says nothing of it'));
    const allExcluded = Object.values(counts.excluded).reduce((sum, many) => sum + many, 0);
    const [found, said, counted] = [
      sumsOf(this.outcomes, this.excluded, this.unknown), sumsOf(outcomes, excluded, unknown), sumsOf(outcomes, allExcluded, counts.unknown),
    ];
    if (found !== said || said !== counted) {
      this.find('package', `its records give ${found}, it says ${said}, and the pages give ${counted}`);
    }
    if (this.differed !== differed) {
      this.find('package', `its records say that two people decided differently about ${this.differed} agents, and it says ${differed}`);
    }
    if (undecided === undefined && Object.entries(this.outcomes).some(([outcome, many]) => many > 0 && !isDecided(outcome as Outcome))) {
      this.find('package', 'it does not say that something is undecided');
    }
  }

  private name(who: string, why: string): void {
    if (this.undecided.length < MOST_NAMED) {
      this.undecided.push({ who, why });
    }
  }

  /** The chain links its events, so the copy of the last one, which only the engine can write, vouches for all. */
  private async evidenceProblem({ agentName, events, shown }: AgentRecord): Promise<string | undefined> {
    const last = events.at(-1);
    const placement = { account: this.source.account, agentName };
    if (last !== undefined && await firstText(this.source, eventCopyKey(placement, last.sequence)) !== canonicalJson(last)) {
      return `the evidence has another event ${last.sequence} of it, or none`;
    }
    for (const { key, sha256 } of shown) {
      if (await textWithHash(this.source, key, sha256) === undefined) {
        return `what its reviewers were shown, ${key}, is missing or changed`;
      }
    }
    return undefined;
  }
}

function sumsOf(outcomes: CampaignPackage['outcomes'], excluded: number, strangers: number): string {
  return canonicalJson({ outcomes, excluded, strangers });
}
