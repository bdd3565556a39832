import { eventNameOf, LifecycleEvent, LifecycleEventName } from '../../src/core/lifecycle-event';
import { PlacementState } from '../model/placement-state';

/** A part of an agent's life in one stage, or suspended. */
export interface Span {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

/** Something that happened to an agent, as its timeline shows it. */
export interface Milestone {
  readonly at: string;
  readonly says: string;
}

/** An agent's life as a picture shows it. Times are in milliseconds. */
export interface Life {
  readonly from: number;
  readonly to: number;
  readonly stages: readonly Span[];
  readonly suspensions: readonly Span[];
  readonly reviews: readonly number[];
  readonly hasLeft: boolean;
  readonly milestones: readonly Milestone[];
}

const SAYS: Readonly<Partial<Record<LifecycleEventName, (stage: string) => string>>> = {
  'joined': (stage) => `joined in ${stage}`,
  'moved': (stage) => `moved to ${stage}`,
  'move-undone': (stage) => `the move was undone: back in ${stage}`,
  'sponsor-changed': () => 'another person became accountable',
  'certified': () => 'reviewed: its access was certified',
  'reduced': () => 'a review changed what it is denied',
  'review-overdue': () => 'its review was not decided in time',
  'suspended': () => 'suspended: denied everything',
  'resumed': () => 'resumed',
  'expired': () => 'torn down by its registry',
  'left': () => 'left: everything was removed',
};

const PLACED: readonly (LifecycleEventName | undefined)[] = ['joined', 'moved', 'move-undone'];
const ENDED: readonly (LifecycleEventName | undefined)[] = ['expired', 'left'];

/** Reads an agent's life from its events. If the earliest are missing, it begins with the stage of the first one that is there. */
export function lifeOf({ joinedAt, status }: Pick<PlacementState, 'joinedAt' | 'status'>, events: readonly LifecycleEvent[], now: Date): Life {
  const told = events.map((event) => ({ name: eventNameOf(event.type), at: Date.parse(event.time), time: event.time, stage: stageOf(event) }));
  const from = Math.min(Date.parse(joinedAt), ...told.slice(0, 1).map(({ at }) => at));
  const end = told.filter(({ name }) => ENDED.includes(name)).at(-1);
  const to = status === 'active' || end === undefined ? Math.max(now.getTime(), from + 1) : end.at;
  const [stages, suspensions]: [Span[], Span[]] = [[], []];
  let [stage, suspended]: [Omit<Span, 'to'>?, Omit<Span, 'to'>?] = told[0] === undefined ? [] : [{ name: told[0].stage, from }];
  const close = (into: Span[], open: Omit<Span, 'to'> | undefined, at: number): void => void (open === undefined ? undefined : into.push({ ...open, to: at }));
  for (const { name, at, stage: its } of told) {
    if (PLACED.includes(name) && its !== stage?.name) {
      close(stages, stage, at);
      stage = { name: its, from: at };
    } else if (name === 'suspended') {
      suspended ??= { name: 'suspended', from: at };
    }
    if (name === 'resumed' || ENDED.includes(name)) {
      close(suspensions, suspended, at);
      suspended = undefined;
    }
    if (ENDED.includes(name)) {
      close(stages, stage, at);
      stage = undefined;
    }
  }
  close(stages, stage, to);
  close(suspensions, suspended, to);
  return {
    from,
    to,
    stages,
    suspensions,
    reviews: told.filter(({ name }) => name === 'certified').map(({ at }) => at),
    hasLeft: status === 'left',
    milestones: told.flatMap(({ name, time, stage: its }) => {
      const says = name === undefined ? undefined : SAYS[name];
      return says === undefined ? [] : [{ at: time, says: says(its) }];
    }),
  };
}

function stageOf({ data }: LifecycleEvent): string {
  const { stage } = data.unmapped as { readonly stage?: unknown };
  return typeof stage === 'string' ? stage : '';
}
