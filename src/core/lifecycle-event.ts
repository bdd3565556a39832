import { createHash } from 'node:crypto';
import { canonicalJson, JsonValue } from './canonical-json';
import { EVENT_TABLE, LifecycleEventName } from './event-table';
import { hashEvent } from './hash-chain';

export { EVENT_TABLE } from './event-table';
export type { LifecycleEventName } from './event-table';

/** Where an agent is placed. */
export interface Placement {
  /** AWS account id, or Google project. */
  readonly account: string;
  readonly agentName: string;
}

export function placementKey(placement: Placement): string {
  return `${placement.account}/${placement.agentName}`;
}

/** The content of an event. */
export interface EventInput {
  readonly name: LifecycleEventName;
  readonly registry: string;
  readonly placement: Placement;
  /** Stage in which it happened. */
  readonly stage: string;
  /** Place in the placement's chain, from 1. */
  readonly sequence: number;
  readonly time: Date;
  /** ARN of the stack or operator that caused it. */
  readonly actor: string;
  readonly sponsorId: string;
  readonly principal?: { readonly id: string; readonly arn: string };
  readonly details?: { readonly [key: string]: JsonValue };
  /** Identifies the occurrence, so that a repeated report has the same key. The event's id is made from it. */
  readonly idempotencyKey: string;
}

/** A CloudEvents 1.0 envelope around an OCSF 3004 body. The place in the chain is in extension attributes. */
export interface LifecycleEvent {
  readonly specversion: '1.0';
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly subject: string;
  readonly time: string;
  readonly datacontenttype: 'application/json';
  /** Twelve digits, so that texts sort like numbers. */
  readonly sequence: string;
  readonly previoushash: string;
  readonly hash: string;
  readonly data: { readonly [key: string]: JsonValue };
}

const OCSF_VERSION = '1.3.0';
const OCSF_CATEGORY = { category_uid: 3, category_name: 'Identity & Access Management', class_uid: 3004, class_name: 'Entity Management' };
const SEVERITIES: Readonly<Record<number, string>> = { 1: 'Informational', 3: 'Medium', 4: 'High' };
const SUCCESS = { status_id: 1, status: 'Success' };

/** The id of an event. The same occurrence always has the same id, however often it is reported. */
export function eventId(placement: Placement, idempotencyKey: string): string {
  return createHash('sha256').update(canonicalJson([placement.account, placement.agentName, idempotencyKey])).digest('hex').slice(0, 32);
}

/** Creates the event that follows the one with `previousHash` in its placement's chain. */
export function createEvent(input: EventInput, previousHash: string): LifecycleEvent {
  const unhashed: Omit<LifecycleEvent, 'hash'> = {
    specversion: '1.0',
    id: eventId(input.placement, input.idempotencyKey),
    source: eventSource(input.registry),
    type: eventType(input.name),
    subject: placementKey(input.placement),
    time: input.time.toISOString(),
    datacontenttype: 'application/json',
    sequence: String(input.sequence).padStart(12, '0'),
    previoushash: previousHash,
    data: ocsfBody(input),
  };
  return { ...unhashed, hash: hashEvent(unhashed) };
}

/** CloudEvents source of a registry's events. */
export function eventSource(registryName: string): string {
  return `/nhi/${registryName}`;
}

/** What the CloudEvents types of all events begin with. */
export const EVENT_TYPE_PREFIX = 'nhi.lifecycle.';
const EVENT_TYPE_VERSION = '.v1';

/** CloudEvents type of an event. */
export function eventType(name: LifecycleEventName): string {
  return `${EVENT_TYPE_PREFIX}${name}${EVENT_TYPE_VERSION}`;
}

const NAMES = Object.keys(EVENT_TABLE) as LifecycleEventName[];
const NAMES_BY_TYPE: ReadonlyMap<string, LifecycleEventName> = new Map(NAMES.map((name) => [eventType(name), name]));

/** The event's name for a CloudEvents type. Undefined for a type that is not ours. */
export function eventNameOf(type: string): LifecycleEventName | undefined {
  return NAMES_BY_TYPE.get(type);
}

function ocsfBody(input: EventInput): { readonly [key: string]: JsonValue } {
  const { ocsfActivityId, ocsfActivityName, severityId, title } = EVENT_TABLE[input.name];
  return {
    ...OCSF_CATEGORY,
    ...SUCCESS,
    activity_id: ocsfActivityId,
    activity_name: ocsfActivityName,
    type_uid: OCSF_CATEGORY.class_uid * 100 + ocsfActivityId,
    type_name: `${OCSF_CATEGORY.class_name}: ${ocsfActivityName}`,
    severity_id: severityId,
    severity: SEVERITIES[severityId],
    time: input.time.getTime(),
    message: `${title}: ${input.placement.agentName} in ${input.stage}`,
    metadata: { version: OCSF_VERSION, product: { name: 'cdk-nhi-lifecycle', vendor_name: 'cdk-nhi-lifecycle' } },
    cloud: { account: { uid: input.placement.account } },
    actor: { app_uid: input.actor },
    entity: {
      name: input.placement.agentName,
      type: 'non-human identity',
      ...(input.principal === undefined ? {} : { uid: input.principal.id, data: { arn: input.principal.arn } }),
    },
    unmapped: { stage: input.stage, sponsor: input.sponsorId, ...(input.details === undefined ? {} : { details: input.details }) },
  };
}
