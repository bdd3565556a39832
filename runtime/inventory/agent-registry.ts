import { InventorySource } from './connect';
import { agentOfRecord } from '../../src/contract/catalogue';
import { allItems } from '../pages';

/** The record of an agent in AWS Agent Registry. https://docs.aws.amazon.com/agent-registry/latest/APIReference/ */
export interface AgentRecord {
  readonly account: string;
  /** Name of the registry. */
  readonly registry: string;
  readonly name: string;
  readonly displayName?: string;
  readonly arn: string;
  readonly id: string;
  readonly status: string;
  readonly createdAt: string;
  /** ARNs of the runtimes that AWS found it in. */
  readonly sources: readonly string[];
  readonly isDetected: boolean;
}

interface RegistryPage {
  readonly registries?: readonly { readonly name?: string; readonly registryId?: string }[];
  readonly nextToken?: string;
}

interface Summary {
  readonly name?: string;
  readonly displayName?: string;
  readonly recordArn?: string;
  readonly recordId?: string;
  readonly status?: string;
  /** In seconds since 1970. */
  readonly createdAt?: number | string;
  readonly createdByAutoDetection?: boolean;
  readonly provenanceSummaryList?: readonly { readonly sourceId?: string }[];
}

interface RecordPage {
  readonly registryRecords?: readonly Summary[];
  readonly nextToken?: string;
}

const PAGE = 100;
/** A record that was never made. */
const FAILED = 'CREATE_FAILED';

/**
 * Records of agents in all registries of the region. Records of MCP servers, skills and gateways are no agents. Of the records with a form of their own, those count that a registry of this library
 * keeps.
 */
export async function agentRecordsOf({ plain, account }: Pick<InventorySource, 'plain' | 'account'>): Promise<AgentRecord[]> {
  const registries = await allItems(
    (nextToken) => plain.agentRegistry<{ [K in keyof RegistryPage]: RegistryPage[K] }>(['registries-list'], pageAfter(nextToken)),
    ({ registries: its }) => its,
    ({ nextToken }) => nextToken,
  );
  const records: AgentRecord[] = [];
  for (const { name: registry = '', registryId = '' } of registries) {
    const ofType = (type: string): Promise<Summary[]> => allItems(
      (nextToken) => plain.agentRegistry<{ [K in keyof RecordPage]: RecordPage[K] }>(
        ['registries', registryId, 'records-list'], { ...pageAfter(nextToken), filters: [{ name: 'recordType', values: [type] }] },
      ),
      ({ registryRecords: its }) => its,
      ({ nextToken }) => nextToken,
    );
    const kept = (await ofType('CUSTOM')).filter(({ name = '' }) => agentOfRecord(name) !== undefined);
    records.push(...[...await ofType('AGENT'), ...kept].filter(({ status }) => status !== FAILED).map((record) => ({
      account,
      registry,
      name: agentOfRecord(record.name ?? '')?.agentName ?? record.name ?? '',
      ...(record.displayName === undefined ? {} : { displayName: record.displayName }),
      arn: record.recordArn ?? '',
      id: record.recordId ?? '',
      status: record.status ?? '',
      createdAt: instant(record.createdAt),
      sources: (record.provenanceSummaryList ?? []).flatMap(({ sourceId }) => sourceId ?? []),
      isDetected: record.createdByAutoDetection === true,
    })));
  }
  return records;
}

function pageAfter(nextToken: string | undefined): Record<string, unknown> {
  return { maxResults: PAGE, ...(nextToken === undefined ? {} : { nextToken }) };
}

function instant(at: number | string | undefined): string {
  const date = new Date(typeof at === 'number' ? at * 1_000 : at ?? NaN);
  return Number.isNaN(date.getTime()) ? '' : date.toISOString();
}
