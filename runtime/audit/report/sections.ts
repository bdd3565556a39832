import { PartName } from '../controls';
import { NO_LONGER_PAID, paidText } from './costs';
import { textOf, titleOf, ToldEvent } from './told-event';
import { LifecycleEventName } from '../../../src/core/event-table';

/** The facts of a row, by column. */
export type Facts = Readonly<Record<string, string>>;

/** A section of the report: which events are its rows, and what of them it shows. */
export interface SectionKind {
  readonly id: string;
  readonly title: string;
  readonly parts: readonly PartName[];
  readonly columns: readonly string[];
  /** Events that are rows as they are. Other rows come from where `source` says. */
  readonly events: readonly LifecycleEventName[];
  /** Events of these names that are not rows of this section, because another one has them. */
  readonly passes?: (event: ToldEvent) => boolean;
  readonly facts: (event: ToldEvent) => Facts;
  /** What was looked at besides events. */
  readonly also?: string;
}

/** The limit on leavers. It is a code of the engine's refusals. */
const LIMIT = 'MassLeaverLimit';

const isLimit = ({ details }: ToldEvent): boolean => details.code === LIMIT;
const isLifted = ({ name, details }: ToldEvent): boolean => name === 'left' && details.limitLiftedBy !== undefined;
const of = (event: ToldEvent, ...names: readonly string[]): Record<string, string> => (
  Object.fromEntries(names.map((name) => [name, textOf(event.details[name])])));
/** Who decided, and how that was proven. */
const personOf = ({ details: { by, relation, proof } }: ToldEvent): string => [textOf(by), textOf(relation) && `as ${textOf(relation)}`, textOf(proof) && `by ${textOf(proof)}`].filter((part) => part !== '').join(' ');
const changeOf = ({ name, sponsor, details: { from, to, expires } }: ToldEvent): string => {
  // On Google an event has the state after it.
  const after = from !== undefined || to !== undefined ? to : name === 'sponsor-changed' ? sponsor : name === 'expiry-changed' ? expires : undefined;
  return from === undefined && after === undefined ? '' : `${textOf(from)} to ${textOf(after)}`.trim();
};

/** The sections, in the order in which they are shown. A new one is one entry here. */
export const SECTION_KINDS: readonly SectionKind[] = [
  {
    id: 'joiners',
    title: 'Joiners',
    parts: ['joiner', 'guards', 'approval'],
    columns: ['purpose', 'sponsor', 'end', 'stack', 'approved by'],
    events: ['joined', 'adopted'],
    facts: ({ sponsor, details: { purpose, expires, owner } }) => (
      { purpose: textOf(purpose), sponsor, end: textOf(expires), stack: textOf(owner) }),
  },
  {
    id: 'movers',
    title: 'Movers',
    parts: ['mover', 'approval'],
    columns: ['from stage', 'to stage', 'old access denied before', 'approved by', 'approval digest'],
    events: ['moved', 'move-undone'],
    facts: (event) => ({ 'from stage': textOf(event.details.fromStage ?? event.details.from), 'to stage': event.stage, 'old access denied before': textOf(event.details.cutBeforeGrant) }),
  },
  {
    id: 'approvals',
    title: 'Approvals of promotions',
    parts: ['approval'],
    columns: ['from stage', 'who', 'reason', 'until', 'digest'],
    events: ['approval-requested', 'approved', 'approval-declined', 'approval-used'],
    facts: (event) => ({ 'from stage': textOf(event.details.fromStage), 'who': event.name === 'approval-requested' ? textOf(event.details.askedBy) : personOf(event), ...of(event, 'reason', 'until', 'digest') }),
  },
  {
    id: 'leavers',
    title: 'Leavers',
    parts: ['leaver', 'end'],
    columns: ['cause', 'certificate', 'certificate is', 'sha-256'],
    events: ['left', 'released', 'expired', 'deletion-confirmed', 'revocations-certified'],
    facts: (event) => ({ 'cause': causeOf(event), 'certificate': textOf(event.details.certificate), 'sha-256': textOf(event.details.certificateSha256) }),
  },
  {
    id: 'third-parties',
    title: 'Access outside of AWS',
    parts: ['third-parties'],
    columns: ['revoker', 'kind', 'how', 'by', 'proof', 'reason', NO_LONGER_PAID],
    events: ['revocation-open', 'revocation-confirmed'],
    facts: (event) => ({ ...of(event, 'revoker', 'kind', 'how', 'by', 'proof', 'reason'), [NO_LONGER_PAID]: paidText(event.details.noLongerPaid) }),
  },
  {
    id: 'reviews',
    title: 'Reviews and decisions',
    parts: ['reviews', 'second-reviewer', 'risk-analysis'],
    columns: ['review', 'decision', 'services', 'who', 'reason', 'deadline', 'shown'],
    events: ['review-due', 'review-decided', 'reduced', 'certified', 'reviews-delegated', 'rubber-stamp-suspected'],
    facts: (event) => ({
      review: textOf(event.details.review),
      decision: textOf(event.details.verdict ?? event.details.step ?? event.details.deniedNow ?? event.details.to),
      services: event.name === 'certified' ? `kept ${textOf(event.details.kept) || 'none'}; reduced ${textOf(event.details.reduced) || 'none'}` : textOf(event.details.services),
      who: event.name === 'review-due' ? textOf(event.details.sponsor) : personOf(event),
      ...of(event, 'reason', 'deadline', 'shown'),
    }),
  },
  {
    id: 'overdue',
    title: 'Overdue reviews',
    parts: ['reviews'],
    columns: ['review', 'deadline', 'ended', 'ended by'],
    events: [],
    facts: () => ({}),
    also: 'each review that was open in the period, with its deadline; also those that were opened before the period',
  },
  {
    id: 'exceptions',
    title: 'Exceptions with reasons',
    parts: ['guards', 'end'],
    columns: ['exception', 'reason', 'until'],
    events: ['renewed'],
    facts: (event) => ({ exception: `a later end after ${textOf(event.details.ended)}`, ...of(event, 'reason', 'until') }),
    also: 'lines of access-changed that add or remove an exception, and the exceptions that each living agent declares now, whose text is in the ledger and whose digest is in an event',
  },
  {
    id: 'limits',
    title: 'Limits that held agents back, or were lifted',
    parts: ['leaver'],
    columns: ['limit', 'message'],
    events: ['transition-failed', 'left'],
    passes: (event) => isLimit(event) || isLifted(event),
    facts: (event) => ({
      limit: LIMIT,
      message: isLifted(event) ? `left while ${textOf(event.details.limitLiftedBy)} had lifted the limit until ${textOf(event.details.limitLiftedUntil)}` : textOf(event.details.message),
    }),
    also: 'events about the registry in the evidence: lists that sweeps held back, and their approvals; until when the limit of leavers is lifted, as the ledger says now',
  },
  {
    id: 'suspensions',
    title: 'Suspensions and resumptions',
    parts: ['suspension'],
    columns: ['reason', 'suspended since', 'suspended by', 'snapshot'],
    events: ['suspended', 'suspension-completed', 'suspension-reasserted', 'resumption-started', 'resumed'],
    facts: (event) => ({
      'reason': textOf(event.details.reason ?? event.details.lifted),
      'suspended since': textOf(event.details.suspendedSince),
      'suspended by': textOf(event.details.suspendedBy),
      'snapshot': textOf((event.details.snapshot as { key?: unknown } | undefined)?.key),
    }),
  },
  {
    id: 'unused',
    title: 'Unused agents',
    parts: ['unused'],
    columns: ['idle days', 'evidence of use', 'reason'],
    events: ['zombie-found', 'kept'],
    facts: (event) => ({ 'idle days': textOf(event.details.idleDays), 'evidence of use': textOf(event.details.evidence), ...of(event, 'reason') }),
  },
  {
    id: 'drift',
    title: 'Changes by hand, and roles that are left over',
    parts: ['drift'],
    columns: ['found'],
    events: ['drift-found', 'drift-removed', 'orphan-found'],
    also: 'events about the registry in the evidence: roles that no agent has',
    facts: (event) => ({ found: Object.entries(event.details).map(([name, value]) => `${name}: ${textOf(value)}`).join('; ') }),
  },
  {
    id: 'changes',
    title: 'Changes of sponsor, purpose, access and end',
    parts: ['joiner', 'guards', 'end'],
    columns: ['change', 'gained', 'lost'],
    events: [
      'sponsor-changed', 'sponsor-lapsed', 'purpose-changed', 'access-changed', 'access-key-changed', 'credential-deleted', 'credential-old', 'expiry-changed', 'expiry-near',
      'transfer-offered', 'principal-retired',
    ],
    facts: (event) => ({
      change: changeOf(event) || titleOf(event.name),
      gained: textOf(event.details.widened),
      lost: textOf(event.details.narrowed),
    }),
  },
  {
    id: 'failures',
    title: 'Transitions that failed',
    parts: ['leaver', 'mover'],
    columns: ['intent', 'code', 'message'],
    events: ['transition-failed', 'teardown-incomplete'],
    passes: (event) => !isLimit(event),
    facts: (event) => of(event, 'intent', 'code', 'message'),
  },
  {
    id: 'campaigns',
    title: 'Campaigns and their acknowledgement',
    parts: ['campaigns', 'acknowledgement'],
    columns: ['campaign', 'outcomes', 'closed although undecided, because', 'signature'],
    events: [],
    facts: () => ({}),
    also: 'the manifests, packages and acknowledgements under campaigns/ and acknowledgements/',
  },
];

/** Why an agent left. Its stack, or the person who offboarded it, is named by the row. */
function causeOf({ name, by, details }: ToldEvent): string {
  if (name === 'expired') {
    return `torn down by the registry: ${textOf(details.cause)}`;
  }
  if (name === 'deletion-confirmed') {
    return 'its roles are deleted';
  }
  if (name === 'revocations-certified') {
    return 'its access outside of AWS no longer exists';
  }
  return name === 'released' ? 'given back to its owner' : /:cloudformation:|^terraform:/.test(by) ? 'removed from its stack' : /:states:/.test(by) ? 'by the registry' : 'by a person, without a deployment';
}

/** What `source` begins with where no row can be, because the registry records nothing of it. */
const NOTHING = 'nothing: ';

export function recordsNothing(why: string): string {
  return `${NOTHING}${why}`;
}

/** Why a section has no rows, whatever happened. Undefined if its rows are what happened. */
export function whyNothing({ source }: { readonly source: string }): string | undefined {
  return source.startsWith(NOTHING) ? source.slice(NOTHING.length) : undefined;
}

/** Where the rows of a section were looked for. */
export function sourceOf({ events, also }: SectionKind): string {
  return [...(events.length === 0 ? [] : [`copied events ${events.join(', ')} of all agents`]), ...(also === undefined ? [] : [also])].join('; ');
}
