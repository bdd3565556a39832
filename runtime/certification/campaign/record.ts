import { isDeepStrictEqual } from 'node:util';
import { FleetRow } from './population';
import { verifyChain } from '../../../src/core/hash-chain';
import { eventNameOf, LifecycleEvent, placementKey } from '../../../src/core/lifecycle-event';
import { AgentRecord, Outcome, ShownRef } from '../../model/campaign';
import { PlacementState } from '../../model/placement-state';
import { sponsorOf } from '../../model/sponsor-of';

type Details = Readonly<Record<string, unknown>>;

/** Events that say what was done because of a review. */
const EFFECTS = ['reduced', 'suspended', 'resumed', 'expired', 'principal-retired', 'left', 'certified'];

/** What a package says about an agent. All but the outcome follows from the events, which are in it. */
export function recordOf(
  { agentName, stage }: Pick<FleetRow, 'agentName' | 'stage'>,
  state: PlacementState | undefined,
  chain: readonly LifecycleEvent[],
  openedAt: string,
  outcome: Outcome,
): AgentRecord {
  const events = eventsSince(chain, openedAt);
  const open = state?.review?.open;
  return {
    kind: 'agent',
    agentName,
    stage,
    outcome,
    ...(open === undefined ? {} : { deadline: open.deadline }),
    ...(state?.declared === undefined ? {} : { sponsor: sponsorOf(state) }),
    ...told(events),
    events,
  };
}

/** What the events of an agent say about its review. */
function told(events: readonly LifecycleEvent[]): Pick<AgentRecord, 'asked' | 'shown' | 'decisions' | 'differed' | 'effects'> {
  return {
    asked: named(events, ['review-due', 'review-overdue']).map(({ at, name, details }) => ({
      at, step: name === 'review-due' ? text(details.step) : 'overdue', sponsor: text(details.sponsor), backup: text(details.backup),
    })),
    shown: shownIn(events),
    decisions: named(events, ['review-decided']).map(({ at, details }) => ({
      at,
      by: text(details.by),
      relation: text(details.relation),
      namedBy: text(details.namedBy),
      proof: text(details.proof),
      identity: [details.session, details.link, details.issuer, details.subject].filter((part) => part !== undefined).map(String),
      openedAt: text(details.openedAt),
      decidedAt: text(details.decidedAt),
      agentsTogether: text(details.agentsDecidedTogether),
      verdict: text(details.verdict),
      services: list(details.services),
      reason: text(details.reason),
      meaning: text(details.meaning),
      shown: text(details.shown),
    })),
    differed: named(events, ['certified']).flatMap(({ details }) => list(details.differed)),
    effects: named(events, EFFECTS).map(({ at, name, details }) => ({ at, event: name, verified: details })),
  };
}

/** What reviewers were shown, each once. */
export function shownIn(events: readonly LifecycleEvent[]): ShownRef[] {
  const shown = named(events, ['review-due', 'review-decided']).map(({ details }) => [text(details.evidence), text(details.shown)] as const);
  return [...new Map(shown.filter(([key]) => key !== ''))].map(([key, sha256]) => ({ key, sha256 }));
}

/**
 * Why a record can't be what the engine recorded. Undefined if nothing contradicts it. Whether the last event is the engine's own is another question, which its copy in the
 * evidence answers.
 */
export function contradictionIn({ outcome, events, ...record }: AgentRecord, account: string, openedAt: string): string | undefined {
  const [first] = events;
  const chain = verifyChain(events, undefined, first === undefined ? undefined : { hash: first.previoushash, sequence: Number(first.sequence) - 1 });
  if (!chain.intact) {
    return `its events are no chain: ${chain.reason}`;
  }
  if (events.some(({ subject }) => subject !== placementKey({ account, agentName: record.agentName }))) {
    return 'it has events of another agent';
  }
  const { asked, shown, decisions, differed, effects } = told(events);
  const recorded = [record.asked, record.shown, record.decisions, record.differed, record.effects];
  if (!isDeepStrictEqual(recorded, [asked, shown, decisions, differed, effects])) {
    return 'its record says something else than its events';
  }
  const since = named(events, ['certified', 'reduced', 'left', 'joined']).filter(({ at }) => Date.parse(at) >= Date.parse(openedAt)).map(({ name }) => name);
  const needed = NEEDED[outcome];
  return needed !== undefined && !needed.every((name) => since.includes(name)) ? `it is recorded as ${outcome}, and no event since the opening says so` : undefined;
}

/** Events without which an outcome can't be true. */
const NEEDED: { readonly [O in Outcome]?: readonly string[] } = { kept: ['certified'], reduced: ['certified', 'reduced'], left: ['left'] };

/** The events since the opening, and those of a review that was open then. */
function eventsSince(chain: readonly LifecycleEvent[], openedAt: string): LifecycleEvent[] {
  const opened = Date.parse(openedAt);
  const reviews = chain.filter(({ time }) => Date.parse(time) >= opened).map((event) => Date.parse(text(detailsOf(event).review)));
  const first = Math.min(opened, ...reviews.filter((at) => !Number.isNaN(at)));
  const start = chain.findIndex(({ time }) => Date.parse(time) >= first);
  return start < 0 ? [] : chain.slice(start);
}

interface NamedEvent {
  readonly at: string;
  readonly name: string;
  readonly details: Details;
}

function named(events: readonly LifecycleEvent[], names: readonly string[]): NamedEvent[] {
  return events.map((event) => ({ at: event.time, name: eventNameOf(event.type) ?? '', details: detailsOf(event) }))
    .filter(({ name }) => names.includes(name));
}

function detailsOf({ data }: LifecycleEvent): Details {
  return (data as { readonly unmapped?: { readonly details?: Details } }).unmapped?.details ?? {};
}

function list(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function text(value: unknown): string {
  return value === undefined ? '' : String(value);
}
