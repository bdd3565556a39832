import { ShownPlacement } from './fleet';
import { waitsForRelease } from './release-leavers';
import { sumOfCosts } from '../../src/core/monthly-cost';
import { HeldSweep, LiftedLimit, OrphanRole } from '../ledger';
import { DueReason, ShownStatus } from '../model/placement-state';

/** What the status of a fleet is computed from: what `nhi list` reads, and what holds agents back. */
export interface FleetFacts {
  readonly agents: readonly ShownPlacement[];
  readonly held?: HeldSweep;
  /** Until when the limit on leavers is lifted, and by whom. */
  readonly limitLifted?: LiftedLimit;
  readonly orphans: readonly OrphanRole[];
}

/** An agent that somebody should look at. */
export interface Concerned {
  readonly agentName: string;
  /** An instant or a code: of what, the concern says. */
  readonly detail: string;
  /** Why it is due. Absent for other concerns, and for what is due beside something that is held back. */
  readonly reason?: DueReason;
}

/** From when on something is counted. */
export interface StatusPeriods {
  /** Agents that end within so many days are ending. */
  readonly endingWithinDays: number;
  /** What is due for longer than so many hours is overdue. */
  readonly overdueAfterHours: number;
}

interface Counted {
  readonly name: string;
  readonly agents: number;
}

/** Concerns about agents, in the order in which they are shown. An agent can have several. */
export const CONCERNS = [
  'due-held', 'overdue', 'due', 'waits-for-release', 'review-missed', 'review-open', 'ending', 'ended', 'expired', 'suspended', 'unused', 'teardown-incomplete', 'revocation-open', 'other-trouble', 'drift', 'old-credentials',
] as const;
export type Concern = (typeof CONCERNS)[number];

/** A fleet at one glance. */
export interface FleetStatus {
  readonly at: string;
  readonly living: number;
  readonly departed: number;
  /** Of living agents, the largest number first. */
  readonly statuses: readonly Counted[];
  readonly stages: readonly Counted[];
  readonly sponsors: readonly Counted[];
  readonly endingWithinDays: number;
  readonly overdueAfterHours: number;
  readonly concerns: Readonly<Record<Concern, readonly Concerned[]>>;
  readonly heldSweep?: HeldSweep;
  readonly limitLifted?: LiftedLimit;
  readonly orphanRoles: number;
  /** What agents cost each month at third parties, and what is no longer paid since others left, by currency. */
  readonly monthlyCosts: Readonly<Record<string, number>>;
  readonly noLongerPaid: Readonly<Record<string, number>>;
  /** Integrations whose cost would be looked up and is not known: they are in no sum. */
  readonly unknownCosts: { readonly paid: number; readonly noLongerPaid: number };
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const DEPARTED: readonly ShownStatus[] = ['left', 'expired', 'offboarded', 'released', 'revoking'];
const SUSPENDED: readonly ShownStatus[] = ['suspending', 'suspended', 'suspended-partly'];
/** What a teardown left: parts of the agent, or a role that CloudFormation should have deleted. */
const LEFT_OVER: readonly string[] = ['TeardownIncomplete', 'RoleNotDeleted'];

/** What a concern is judged by, besides the agent. Instants in milliseconds. */
interface Judging {
  readonly now: number;
  readonly endsBy: number;
  readonly overdueBefore: number;
  /** Whether a sweep held back what suspends or removes agents. */
  readonly isHeld: boolean;
}

type Found = Omit<Concerned, 'agentName'>;
type Detail = (agent: ShownPlacement, judging: Judging) => Found | string | undefined;

/** Which agents a concern has: what to show, or undefined for all others. */
const DETAILS: Readonly<Record<Concern, Detail>> = {
  'due-held': ({ due }, { now, isHeld }) => (
    isHeld && due?.removal !== undefined && Date.parse(due.removal.at) <= now ? foundDue(due.removal) : undefined),
  'overdue': (agent, judging) => dueBy(agent, judging, judging.overdueBefore),
  'due': (agent, judging) => (dueBy(agent, judging, judging.overdueBefore) === undefined ? dueBy(agent, judging, judging.now) : undefined),
  'waits-for-release': (agent) => (waitsForRelease(agent) ? agent.trouble!.since : undefined),
  'review-missed': ({ review }) => (review?.missed === true ? review.deadline : undefined),
  'review-open': ({ review }) => (review?.missed === false ? review.deadline : undefined),
  'ending': (agent, { endsBy }) => (agent.status === 'active' && Date.parse(endOf(agent)) <= endsBy ? endOf(agent) : undefined),
  'ended': (agent) => (agent.status === 'ended' ? endOf(agent) : undefined),
  'expired': (agent) => (agent.status === 'expired' || agent.status === 'offboarded' ? `stack ${agent.stackName}` : undefined),
  'suspended': ({ status }) => (SUSPENDED.includes(status) ? status : undefined),
  'unused': ({ unusedSince }) => unusedSince,
  'teardown-incomplete': ({ trouble }) => (trouble !== undefined && LEFT_OVER.includes(trouble.code) ? trouble.code : undefined),
  'other-trouble': (agent) => (agent.trouble === undefined || LEFT_OVER.includes(agent.trouble.code) || waitsForRelease(agent) ? undefined : agent.trouble.code),
  'revocation-open': ({ openRevocations }) => openRevocations?.join(' '),
  'drift': ({ driftSince }) => driftSince,
  'old-credentials': ({ oldCredentials }) => oldCredentials?.join(' '),
};
/** Their details are instants; the earliest comes first. */
const BY_INSTANT: readonly Concern[] = ['due-held', 'overdue', 'due', 'waits-for-release', 'review-missed', 'review-open', 'ending', 'ended', 'unused', 'drift'];

/** The status of a fleet. It counts what the facts have, and reads nothing more. */
export function fleetStatus(
  { agents, held, limitLifted, orphans }: FleetFacts, { endingWithinDays, overdueAfterHours }: StatusPeriods, at: Date,
): FleetStatus {
  const living = agents.filter(({ status }) => !DEPARTED.includes(status));
  const now = at.getTime();
  const judging = { now, endsBy: now + endingWithinDays * DAY_MS, overdueBefore: now - overdueAfterHours * HOUR_MS, isHeld: held !== undefined };
  return {
    at: at.toISOString(),
    living: living.length,
    departed: agents.length - living.length,
    statuses: counted(living.map(({ status }) => status)),
    stages: counted(living.map(({ stage }) => stage)),
    sponsors: counted(living.map(({ sponsorId }) => sponsorId)),
    endingWithinDays,
    overdueAfterHours,
    concerns: Object.fromEntries(CONCERNS.map((concern) => [concern, concerned(agents, concern, judging)])) as unknown as FleetStatus['concerns'],
    ...(held === undefined ? {} : { heldSweep: held }),
    ...(limitLifted === undefined ? {} : { limitLifted }),
    orphanRoles: orphans.length,
    monthlyCosts: sumOf(agents.map(({ monthlyCosts }) => monthlyCosts)),
    noLongerPaid: sumOf(agents.map(({ noLongerPaid }) => noLongerPaid)),
    unknownCosts: { paid: unknownOf(living), noLongerPaid: unknownOf(agents) - unknownOf(living) },
  };
}

/** What is due for an agent by an instant, and is not held back. */
function dueBy({ due }: ShownPlacement, { now, isHeld }: Judging, until: number): Found | undefined {
  if (due === undefined) {
    return undefined;
  }
  const { removal, besidesAt } = due;
  const isHeldBack = isHeld && removal !== undefined && due.reason === removal.reason && Date.parse(removal.at) <= now;
  const { at, reason } = isHeldBack ? { at: besidesAt, reason: undefined } : due;
  return at !== undefined && Date.parse(at) <= until ? foundDue({ at, reason }) : undefined;
}

function foundDue({ at, reason }: { readonly at: string; readonly reason?: DueReason }): Found {
  return { detail: at, ...(reason === undefined ? {} : { reason }) };
}

function concerned(agents: readonly ShownPlacement[], concern: Concern, judging: Judging): Concerned[] {
  const found = agents.flatMap((agent) => {
    const about = DETAILS[concern](agent, judging);
    return about === undefined ? [] : [{ agentName: agent.agentName, ...(typeof about === 'string' ? { detail: about } : about) }];
  });
  const key = ({ agentName, detail }: Concerned): string => (BY_INSTANT.includes(concern) ? new Date(detail).toISOString() : '') + agentName;
  return found.sort((one, other) => (key(one) < key(other) ? -1 : 1));
}

function counted(values: readonly string[]): Counted[] {
  const numbers = new Map<string, number>();
  values.forEach((value) => numbers.set(value, (numbers.get(value) ?? 0) + 1));
  return [...numbers].map(([name, agents]) => ({ name, agents })).sort((one, other) => other.agents - one.agents || (one.name < other.name ? -1 : 1));
}

function sumOf(all: readonly (Readonly<Record<string, number>> | undefined)[]): Record<string, number> {
  return sumOfCosts(all.flatMap((sums) => Object.entries(sums ?? {}).map(([currency, amount]) => ({ currency, amount }))));
}

function unknownOf(agents: readonly ShownPlacement[]): number {
  return agents.reduce((sum, { unknownCosts = 0 }) => sum + unknownCosts, 0);
}

function endOf({ expiresAt, certifiedUntil }: ShownPlacement): string {
  return certifiedUntil ?? expiresAt;
}
