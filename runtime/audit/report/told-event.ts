import { EvidenceRef } from './model';
import { LifecycleEventName } from '../../../src/core/event-table';
import { eventNameOf, EVENT_TABLE, LifecycleEvent, Placement, placementKey } from '../../../src/core/lifecycle-event';
import { FirstVersion } from '../../evidence';

/** An event as its copy in the evidence says it. */
export interface ToldEvent {
  readonly number: number;
  readonly name: LifecycleEventName;
  readonly at: number;
  readonly time: string;
  readonly agent: string;
  readonly stage: string;
  readonly by: string;
  readonly sponsor: string;
  readonly details: Readonly<Record<string, unknown>>;
  readonly event: LifecycleEvent;
  readonly ref: EvidenceRef;
}

/** Whose events are read. */
export interface Chain {
  readonly placement: Placement;
  /** How the report names the agent. */
  readonly agent: string;
  /** Whether events with this source are of the registry. */
  readonly isOwn: (source: string) => boolean;
}

/** Reads a copy. Undefined if it is no event of the registry's agent: the differences name it. */
export function toldEvent({ placement, agent, isOwn }: Chain, number: number, { key, versionId = '' }: FirstVersion, text: string): ToldEvent | undefined {
  let event: LifecycleEvent;
  try {
    event = JSON.parse(text) as LifecycleEvent;
  } catch {
    return undefined;
  }
  const name = eventNameOf(String(recordOf(event).type));
  const { time, subject, source, id, hash } = recordOf(event);
  if (name === undefined || subject !== placementKey(placement) || !isOwn(textOf(source)) || Number.isNaN(Date.parse(String(time)))) {
    return undefined;
  }
  const { unmapped, actor } = recordOf(event.data);
  const { stage, sponsor, details } = recordOf(unmapped);
  return {
    number,
    name,
    at: Date.parse(event.time),
    time: event.time,
    agent,
    stage: textOf(stage),
    by: textOf(recordOf(actor).app_uid),
    sponsor: textOf(sponsor),
    details: recordOf(details),
    event,
    ref: { kind: 'event', key, version: versionId, id: textOf(id), number, sha256: textOf(hash) },
  };
}

export function titleOf(name: LifecycleEventName): string {
  return EVENT_TABLE[name].title;
}

export function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? value as Record<string, unknown> : {};
}

/** A value of an event's details as text. */
export function textOf(value: unknown): string {
  return value === undefined || value === null ? ''
    : Array.isArray(value) ? value.map(textOf).join(', ')
      : typeof value === 'object' ? JSON.stringify(value) : String(value);
}
