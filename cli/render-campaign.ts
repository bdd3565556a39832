import { fitTable } from './fit-table';
import { printable } from '../runtime/evidence';
import { CampaignAcknowledgement, EXCLUSIONS, Exclusion, OUTCOMES, Outcome, PopulationCounts, StageReviews } from '../runtime/model/campaign';
import { Acknowledgements, CampaignProgress, ClosedCampaign, isSound, Opening, VerifiedCampaign } from '../runtime/operator';

export function renderOpening({ manifest, delivered, later, failed, failures }: Opening): string {
  return lines([
    `campaign    ${manifest.campaign}, opened at ${manifest.openedAt} by ${manifest.openedBy}`,
    ...countLines(manifest.counts),
    `delivered   ${delivered} of ${manifest.counts.agents} reviews are brought forward${later === 0 ? '' : `, ${later} are left for the next run`}`,
    ...(failed === 0 ? [] : [`FAILED      ${failed}; run the command again`, ...failures.map(({ agentName, failure }) => `  ${agentName}: ${failure}`)]),
  ]);
}

export function renderProgress({ manifest, closed, outcomes, undecided, named, stages, management }: CampaignProgress, columns?: number): string {
  return lines([
    `campaign    ${manifest.campaign}, opened at ${manifest.openedAt} by ${manifest.openedBy}${closed ? ', closed' : ''}`,
    ...countLines(manifest.counts),
    ...outcomeLines(outcomes),
    ...stageLines(stages),
    managementLine(management),
    ...(undecided === 0 ? ['everything is decided'] : [
      '', ...fitTable(['agent', 'stage', 'state', 'deadline', 'sponsor'], named.map(({ agentName, stage, outcome, deadline = '', sponsor = '' }) => [agentName, stage, outcome, deadline, sponsor]), columns),
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
    ...differedLine(signed.differed),
    ...(signed.undecided === undefined ? [] : [`UNDECIDED   ${signed.undecided}`]),
    ...stageLines(signed.stages),
  ]);
}

export function renderVerified(verified: VerifiedCampaign): string {
  const { campaign, openedAt, openedBy, counts, signed, acknowledgement, findings, strangers, undecided } = verified;
  return lines([
    `campaign    ${campaign}, opened at ${openedAt} by ${openedBy}`,
    ...countLines(counts),
    ...(signed === undefined ? ['package     none that can be believed'] : [
      `package     of ${signed.closedAt} by ${signed.closedBy}, ${signed.signing.algorithm} with ${signed.signing.keyId}`, ...outcomeLines(signed.outcomes), ...differedLine(signed.differed),
      ...(signed.undecided === undefined ? [] : [`UNDECIDED   ${signed.undecided}`]), ...stageLines(signed.stages),
    ]),
    ...(acknowledgement === undefined ? ['management  has not acknowledged it'] : acknowledgementLines(acknowledgement)),
    ...findings.map(({ what, reason }) => `DIFFERS     ${what}: ${reason}`),
    ...strangers.map(({ who, why }) => `NOT REVIEWED ${who}: ${why}`),
    ...undecided.map(({ who, why }) => `not decided ${who}: ${why}`),
    isSound(verified) ? 'all is as it was written' : 'NOT SOUND',
  ]);
}

/** What management acknowledged, and why. */
export function renderAcknowledgement(acknowledgement: CampaignAcknowledgement): string {
  return lines([`campaign    ${acknowledgement.campaign}`, `package     ${acknowledgement.package.sha256}`, ...acknowledgementLines(acknowledgement)]);
}

function acknowledgementLines({ acknowledgedAt, acknowledgedBy, reason }: CampaignAcknowledgement): string[] {
  return [`management  acknowledged it at ${acknowledgedAt}, by ${acknowledgedBy}: ${reason}`];
}

function managementLine({ latest, isRecent }: Acknowledgements): string {
  return latest === undefined ? 'MANAGEMENT  has acknowledged no campaign; once a year it has to (PCI DSS 7.2.5.1): nhi campaign acknowledge'
    : `${isRecent ? 'management' : 'MANAGEMENT'}  last acknowledged campaign ${latest.campaign} at ${latest.acknowledgedAt}${isRecent ? '' : ', NOT within the last 12 months: nhi campaign acknowledge'}`;
}

function differedLine(differed: number): string[] {
  return differed === 0 ? [] : [`differed        ${differed}: two people decided differently about something of it, and the stricter decision holds`];
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
