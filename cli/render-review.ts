import { fitTable } from './fit-table';
import { printable } from '../runtime/evidence';
import { delegationsOf } from '../runtime/model/delegation';
import { PlacementState } from '../runtime/model/placement-state';
import { listReviews, ShownReview } from '../runtime/operator';

type Shown = NonNullable<ShownReview['shown']>;
type Grant = Shown['items'][number]['granted'][number];

export function renderReviews(found: Awaited<ReturnType<typeof listReviews>>, columns?: number): string {
  return found.length === 0 ? 'no open reviews'
    : fitTable(['agent', 'stage', 'sponsor', 'deadline', 'state'], found.map(({ agentName, stage, sponsorId, review }) => [agentName, stage, sponsorId, review!.deadline, review!.missed ? 'missed' : 'open']), columns).join('\n');
}

/** Three columns for each service: declared, granted, used; and what differs. */
export function renderReview({ agentName, open, shown, undecided, denied, mayDecideAs, certifiedAt, delegates, lookedAt }: ShownReview): string {
  return [
    `agent       ${agentName}`,
    `certified   ${certifiedAt ?? 'never'}`,
    ...(denied.length === 0 ? [] : ['denied by reviews', ...denied.map(({ action, by, at }) => `  ${action} by ${by} at ${at}`)]),
    ...delegates.map(({ to, by, until }) => `delegate    ${to} until ${until}, named by ${by}`),
    ...(open === undefined || shown === undefined ? ['no open review'] : [
      `review      of ${open.id}, because of ${open.causes.join(', ')}`,
      `deadline    ${open.deadline}${open.missedAt === undefined ? '' : `, missed: suspended since ${open.missedAt}`}`,
      `shown       ${open.shown.sha256}@${lookedAt}`,
      `            of ${shown.takenAt}, in ${shown.stage}: ${shown.purpose}`,
      `you are     ${mayDecideAs ?? 'nobody who may decide'}`,
      ...(open.second === undefined ? [] : ['second      two people decide independently; each sees the own decisions only']),
      ...(open.offer === undefined ? [] : [`offered     to ${open.offer.to} by ${open.offer.by}${open.offer.acceptedAt === undefined ? '' : `, accepted at ${open.offer.acceptedAt}`}`]),
      ...(shown.construct === undefined ? [] : [`construct   ${shown.construct}`]),
      ...shown.signals.map(({ source, verdict, evidence }) => `use         ${source}: ${verdict}, ${evidence}`),
      ...costOf(shown.cost),
      ...shown.items.flatMap(({ service, declared, granted, use, peers, findings, notDeclared, notGranted, denied: ofService }) => [
        `${service}${undecided.includes(service) ? '' : ' (decided)'}`,
        ...lines('declared', declared),
        ...lines('granted', granted),
        `  used      ${use.verdict}: ${use.evidence}`,
        ...(peers === undefined ? [] : [`  peers     ${peers.having} of ${peers.of} other agents in this stage declare it`]),
        ...(ofService.length === 0 ? [] : [`  denied    ${ofService.join(', ')}`]),
        ...(findings.includes('unused') ? ['  FINDING   declared and not used'] : []),
        ...(notDeclared.length === 0 ? [] : [`  FINDING   granted and not declared: ${notDeclared.join(', ')}`]),
        ...(notGranted.length === 0 ? [] : [`  FINDING   declared and not granted: ${notGranted.join(', ')}`]),
        ...(findings.includes('wider-than-peers') ? ['  FINDING   wider than its peers of the stage'] : []),
      ]),
      ...(shown.attached.length === 0 ? [] : ['attached policies that are not declared; what they allow is above', ...shown.attached.map((arn) => `  ${arn}`)]),
      ...(shown.unread.length === 0 ? [] : ['NOT READ, so what it allows is missing above', ...shown.unread.map(({ what, reason }) => `  ${what}: ${reason}`)]),
      ...shown.declared.filter(({ stage, text }) => stage !== shown.stage || text !== 'known').flatMap(({ stage, text, grants }) => [
        `declared in ${stage === '*' ? 'every stage' : stage}${TEXTS[text]}`, ...grants.map(grantLine),
      ]),
      ...open.decisions.map(({ verdict, items, by, relation, at }) => `decision    ${verdict} ${Object.keys(items).join(', ')} by ${by} (${relation}) at ${at}`),
      undecided.length === 0 ? 'everything is decided' : `undecided   ${undecided.join(', ')}`,
    ]),
  ].map(printable).join('\n');
}

/** Who may decide for sponsor or backup. */
export function renderDelegates(state: PlacementState, now: Date, columns?: number): string {
  const found = delegationsOf(state, now);
  return found.length === 0 ? 'no delegates' : fitTable(['delegate', 'named by', 'until'], found.map(({ to, by, until }) => [to, by, until]), columns).join('\n');
}

const TEXTS = {
  known: '',
  partly: ': a part only, the template could not be read',
  differs: ': NOT SHOWN, because the text in the template is not what was declared to the registry',
} as const;

function costOf(cost: Shown['cost']): string[] {
  return cost === undefined ? [] : [`cost        from ${cost.from} to ${cost.to}: ${cost.amount === undefined ? `not known, ${cost.missing}` : `${cost.amount} ${cost.unit}`}`];
}

function lines(column: string, grants: readonly Grant[]): string[] {
  return grants.length === 0 ? [`  ${column.padEnd(10)}nothing`] : grants.map((grant) => `  ${column.padEnd(8)}${grantLine(grant)}`);
}

function grantLine({ effect, actions, resources, condition, source }: Grant): string {
  return `  ${effect === undefined ? '' : `${effect} `}${actions.join(', ')} on ${resources.join(', ')}${condition === undefined ? '' : ` if ${condition}`}${source === undefined ? '' : `, by ${source}`}`;
}
