import * as z from 'zod';
import { AgentRows, SectionRow } from './agent-rows';
import { Period, ReportDifference } from './model';
import { REGISTRY_EVENTS, registryEventKey } from '../../../src/contract/evidence-keys';
import { ORPHAN_ROLE_TYPE, SWEEP_APPROVED_TYPE, SWEEP_HELD_TYPE } from '../../../src/contract/registry-events';
import { reasonOf } from '../../../src/core/errors';
import { eachFirstVersion, FirstVersion, hashOfText } from '../../evidence';
import { occurrenceOf, registryEventId } from '../../model/registry-event';
import { Connection } from '../../operator/connection';

const TEXT = z.string();
const SHARED = { id: TEXT, subject: TEXT, time: z.iso.datetime() };
const EVENT = z.discriminatedUnion('type', [
  z.object({ ...SHARED, type: z.literal(SWEEP_HELD_TYPE), data: z.object({ digest: TEXT, agents: z.int(), allowed: z.int() }) }),
  z.object({ ...SHARED, type: z.literal(SWEEP_APPROVED_TYPE), data: z.object({ digest: TEXT, agents: z.int(), by: TEXT, reason: TEXT }) }),
  z.object({ ...SHARED, type: z.literal(ORPHAN_ROLE_TYPE), data: z.object({ roleId: TEXT, roleArn: TEXT, createdAt: TEXT }) }),
]);
type RegistryEvent = z.infer<typeof EVENT>;

/** What the evidence has about the registry itself, by the ids of the events. */
export interface RegistryEvents extends AgentRows {
  readonly ids: ReadonlySet<string>;
}

/** The copied events about the registry itself in a period. One that is not what its key says is a difference, and no row. */
export async function registryEventRows(connection: Connection, { from, to }: Period, counted: () => void): Promise<RegistryEvents> {
  const { s3, bucket, account } = connection;
  const ids = new Set<string>();
  const rows: SectionRow[] = [];
  const differences: ReportDifference[] = [];
  for await (const version of eachFirstVersion(s3, bucket, `${REGISTRY_EVENTS}${account}/`, counted)) {
    const text = await version.read();
    const event = readEvent(connection, version.key, text);
    if (typeof event === 'string') {
      differences.push({ what: version.key, reason: event });
      continue;
    }
    ids.add(event.id);
    const at = Date.parse(event.time);
    if (at >= from.getTime() && at < to.getTime()) {
      rows.push(rowOf(event, version, text));
    }
  }
  return { ids, rows, differences };
}

/** The event of the registry that is stored under a key, or what is wrong with it. */
export function readEvent({ registry, account }: Pick<Connection, 'registry' | 'account'>, key: string, text: string): RegistryEvent | string {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    return `it is no event: ${reasonOf(error)}`;
  }
  const { success, data: event, error } = EVENT.safeParse(document);
  if (!success) {
    return `it is no event that this version knows: ${error.issues[0].message}`;
  }
  const id = registryEventId(registry, account, event.type, occurrence(event));
  return event.id === id && event.subject === account && key === registryEventKey(account, id) ? event : 'it is not the event that its key says';
}

function occurrence({ type, time, data }: RegistryEvent): string {
  return type === ORPHAN_ROLE_TYPE ? data.roleId : occurrenceOf({ digest: data.digest, at: time });
}

function rowOf(event: RegistryEvent, { key, versionId = '' }: FirstVersion, text: string): SectionRow {
  const common = { at: event.time, agent: '', stage: '', evidence: [{ kind: 'object' as const, key, version: versionId, id: event.id, number: 0, sha256: hashOfText(text) }] };
  switch (event.type) {
    case SWEEP_HELD_TYPE:
      return { ...common, section: 'limits', what: 'sweep-held', by: '', facts: { limit: 'SweepLimit', message: `${event.data.agents} agents are held back, ${event.data.allowed} would be allowed` } };
    case SWEEP_APPROVED_TYPE:
      return { ...common, section: 'limits', what: 'sweep-approved', by: event.data.by, facts: { limit: 'SweepLimit', message: event.data.reason } };
    case ORPHAN_ROLE_TYPE:
      return { ...common, section: 'drift', what: 'orphan-found', by: '', facts: { found: `role: ${event.data.roleArn}; created: ${event.data.createdAt}; no agent has it` } };
  }
}
