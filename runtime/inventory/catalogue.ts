import { AgentRecord } from './agent-registry';
import { InventoryRow } from './model';
import { strongest } from './strongest';
import { globCovers } from '../../src/core/glob';

const RUNTIME = /^arn:[^:]*:bedrock-agentcore:[^:]*:(\d{12}):runtime\/(.+)$/;
const RUNTIME_CALLER = 'AgentCore runtime ';

/**
 * Compares agents with their records. An agent has a record if they have the same name, or if the record was detected in the runtime that assumes the agent's role. A record without
 * an agent is a row of its own. Agents without a record are marked only if `isComplete`: otherwise their record may be in what could not be read.
 */
export function catalogued(rows: readonly InventoryRow[], records: readonly AgentRecord[], isComplete: boolean): InventoryRow[] {
  const listed = new Map<string, AgentRecord>();
  const others: InventoryRow[] = [];
  const namesOf = new Map(rows.map(({ account, accountName }) => [account, accountName === undefined ? {} : { accountName }]));
  const known = new Set(rows.flatMap(({ agent }) => (agent === undefined ? [] : [agent.name.toLowerCase()])));
  for (const record of records) {
    const roles = rolesOf(record, rows);
    const names = [...[record.name, record.displayName ?? ''].map((name) => name.toLowerCase()).filter((name) => known.has(name)), ...roles.flatMap(({ agent }) => agent?.name.toLowerCase() ?? [])];
    names.filter((name) => listed.get(name)?.status !== 'APPROVED').forEach((name) => listed.set(name, record));
    if (names.length === 0) {
      others.push({ ...namesOf.get(record.account), ...rowOf(record, roles) });
    }
  }
  return [...rows.map((row) => {
    const record = listed.get(row.agent?.name.toLowerCase() ?? '');
    return row.agent === undefined || (record === undefined && !isComplete) ? row
      : { ...row, catalogue: record === undefined ? { match: 'only-here' as const } : { match: 'both' as const, registry: record.registry, status: record.status } };
  }), ...others];
}

/** Roles of the account that the runtimes of a record assume. */
function rolesOf({ sources }: AgentRecord, rows: readonly InventoryRow[]): InventoryRow[] {
  const runtimes = sources.flatMap((source) => {
    const [, account, id] = RUNTIME.exec(source) ?? [];
    return id === undefined ? [] : [{ account, caller: RUNTIME_CALLER + id }];
  });
  return rows.filter((row) => runtimes.some(({ account, caller }) => (
    row.account === account && row.assumedBy.some(({ name }) => name.startsWith(RUNTIME_CALLER) && globCovers(name, caller)))));
}

function rowOf({ account, registry, name, arn, id, status, createdAt, isDetected }: AgentRecord, roles: readonly InventoryRow[]): InventoryRow {
  return {
    account,
    type: 'agent-registry-record',
    name,
    arn,
    id,
    kind: 'catalogue',
    kindBecause: `record of an agent in registry ${registry} of AWS Agent Registry`,
    createdAt,
    assumedBy: [],
    keys: [],
    power: strongest(roles),
    ...(isDetected ? { madeBy: { tool: 'AWS Agent Registry', evidence: 'it detected the agent by itself' } } : {}),
    sponsors: [],
    roles: roles.map((role) => role.arn),
    catalogue: { match: 'only-there', registry, status },
    findings: [],
  };
}
