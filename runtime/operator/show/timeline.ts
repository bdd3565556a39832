import { EVENT_TABLE, eventNameOf, LifecycleEvent, LifecycleEventName } from '../../../src/core/lifecycle-event';

/** Something that happened to an agent. */
export interface TimelineEntry {
  readonly sequence: number;
  readonly at: string;
  /** Name of the event. */
  readonly event: string;
  readonly stage: string;
  /** Who caused it, in short: a stack, a person's session or the registry itself. */
  readonly by: string;
  /** What happened, in words. */
  readonly says: string;
}

/** Details of events that say in a few words what changed and why. Longer ones are in `nhi verify --json`. */
const TOLD = ['fromStage', 'toStage', 'from', 'to', 'until', 'end', 'verdict', 'cause', 'code', 'reason'] as const;
const LONGEST = 200;

/** The events of an agent's chain, the most recent last. After tampering an event may lack any member, and is listed nevertheless. */
export function timelineOf(events: readonly LifecycleEvent[]): TimelineEntry[] {
  return events.map((event, index) => {
    const { type, time, data } = recordOf(event);
    const { actor, unmapped } = recordOf(data);
    const { stage, details } = recordOf(unmapped);
    const name = eventNameOf(String(type));
    return {
      sequence: index + 1,
      at: String(time),
      event: name ?? String(type),
      stage: String(stage),
      by: shortActor(String(recordOf(actor).app_uid)),
      says: [titleOf(name, String(type)), ...TOLD.flatMap((key) => partOf(key, recordOf(details)[key]))].join('; '),
    };
  });
}

function titleOf(name: LifecycleEventName | undefined, type: string): string {
  return name === undefined ? type : EVENT_TABLE[name].title;
}

function partOf(key: string, value: unknown): string[] {
  const isShort = (typeof value === 'string' && value !== '' && value.length <= LONGEST) || typeof value === 'number';
  return isShort ? [`${key === 'fromStage' ? 'from' : key === 'toStage' ? 'to' : key} ${value}`] : [];
}

/** An ARN is too long for a line, and its end says who it is. */
function shortActor(arn: string): string {
  if (arn.startsWith('terraform:')) {
    return `stack ${arn.slice('terraform:'.length)}`;
  }
  const resource = arn.split(':').slice(5).join(':');
  if (resource.startsWith('stack/')) {
    return `stack ${resource.split('/')[1]}`;
  }
  if (/^(execution|rule|function|stateMachine)[:/]/.test(resource)) {
    return 'the registry';
  }
  return /^(assumed-role|user)\//.test(resource) ? resource.split('/').slice(1).join('/') : resource === '' ? arn : resource;
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? value as Record<string, unknown> : {};
}
