import { table } from './render';
import { printable } from '../runtime/evidence';
import { EXCLUSIONS, Exclusion, OUTCOMES, Outcome, PopulationCounts, StageReviews } from '../runtime/model/campaign';
import { CampaignProgress, ClosedCampaign, isSound, Opening, VerifiedCampaign } from '../runtime/operator';

export function renderOpening({ manifest, delivered, later, failed, failures }: Opening): string {
  return lines([
    `campaign    ${manifest.campaign}, opened at ${manifest.openedAt} by ${manifest.openedBy}`,
    ...countLines(manifest.counts),
    `delivered   ${delivered} of ${manifest.counts.agents} reviews are brought forward${later === 0 ? '' : `, ${later} are left for the next run`}`,
    ...(failed === 0 ? [] : [`FAILED      ${failed}; run the command again`, ...failures.map(({ agentName, failure }) => `  ${agentName}: ${failure}`)]),
  ]);
}

export function renderProgress({ manifest, closed, outcomes, undecided, named, stages }: CampaignProgress): string {
  return lines([
    `campaign    ${manifest.campaign}, opened at ${manifest.openedAt} by ${manifest.openedBy}${closed ? ', closed' : ''}`,
    ...countLines(manifest.counts),
    ...outcomeLines(outcomes),
    ...stageLines(stages),
    ...(undecided === 0 ? ['everything is decided'] : [
      '', ...table(['agent', 'stage', 'state', 'deadline', 'sponsor'], named.map(({ agentName, stage, outcome, deadline = '', sponsor = '' }) => [agentName, stage, outcome, deadline, sponsor])),
      ...(undecided > named.length ? [`and ${undecided - named.length} more`] : []),
    ]),
  ]);
}

export function renderClosed({ key, sha256, signed }: ClosedCampaign): string {
  return lines([
    `package     ${key}`,
    `SHA-256     ${sha256}`,
    `signed      ${signed.signing.algorithm} with ${signed.signing.keyId}`,
    ...outcomeLines(signed.outcomes),
    ...(signed.undecided === undefined ? [] : [`UNDECIDED   ${signed.undecided}`]),
    ...stageLines(signed.stages),
  ]);
}

export function renderVerified(verified: VerifiedCampaign): string {
  const { campaign, openedAt, openedBy, counts, signed, findings, strangers, undecided } = verified;
  return lines([
    `campaign    ${campaign}, opened at ${openedAt} by ${openedBy}`,
    ...countLines(counts),
    ...(signed === undefined ? ['package     none that can be believed'] : [
      `package     of ${signed.closedAt} by ${signed.closedBy}, ${signed.signing.algorithm} with ${signed.signing.keyId}`, ...outcomeLines(signed.outcomes),
      ...(signed.undecided === undefined ? [] : [`UNDECIDED   ${signed.undecided}`]), ...stageLines(signed.stages),
    ]),
    ...findings.map(({ what, reason }) => `DIFFERS     ${what}: ${reason}`),
    ...strangers.map(({ who, why }) => `NOT REVIEWED ${who}: ${why}`),
    ...undecided.map(({ who, why }) => `not decided ${who}: ${why}`),
    isSound(verified) ? 'all is as it was written' : 'NOT SOUND',
  ]);
}

function countLines({ roles, users, agents, excluded, departed, unknown }: PopulationCounts): string[] {
  return [
    `population  ${agents} agents; IAM had ${roles} roles and ${users} users of the registry, ${unknown} of them of no agent; ${departed} agents had left`,
    ...(Object.entries(excluded) as [Exclusion, number][]).filter(([, many]) => many > 0).map(([reason, many]) => `excluded    ${many}: ${EXCLUSIONS[reason]}`),
  ];
}

function outcomeLines(outcomes: Readonly<Record<Outcome, number>>): string[] {
  return (Object.entries(outcomes) as [Outcome, number][]).filter(([, many]) => many > 0).map(([outcome, many]) => `${outcome.padEnd(15)} ${many}: ${OUTCOMES[outcome].says}`);
}

function stageLines(stages: readonly StageReviews[]): string[] {
  return stages.map(({ stage, reviewIntervalDays, targetedRiskAnalysis: analysis, isCurrent }) => `stage       ${stage} is reviewed every ${reviewIntervalDays} days; ${
    analysis === undefined ? 'no targeted risk analysis says why' : `targeted risk analysis of ${analysis.date}${isCurrent === true ? '' : ', NOT of the last 12 months'}: ${analysis.reason}`}`);
}

function lines(all: readonly string[]): string {
  return all.map(printable).join('\n');
}
