import { Exclusion, EXCLUSIONS, ExcludedRecord, PopulationCounts, SourceName, UnknownRecord } from '../../model/campaign';
import { RoleId, statusAt, SuspensionStatus } from '../../model/placement-state';

/** What a row of the fleet says about an agent. A page may hold anything: it is read again from the evidence. */
export interface FleetRow {
  readonly agentName: string;
  readonly stage: string;
  readonly status: SuspensionStatus;
  readonly expiresAt: string;
  /** Absent in rows of an earlier version. None of its roles is known then, so they are named as unknown until the agent is written again. */
  readonly roleIds?: readonly RoleId[];
}

/** Which agents a campaign is about. */
export interface Scope {
  readonly openedAt: string;
  /** Absent: all stages. */
  readonly stage?: string;
}

const HOUR_MS = 3_600_000;
const NO_EXCLUSIONS = Object.fromEntries(Object.keys(EXCLUSIONS).map((reason) => [reason, 0])) as Record<Exclusion, number>;

/** Why a living agent is not asked about. Undefined for all others, with any sponsor or without one. */
export function exclusionOf({ status, stage, expiresAt }: FleetRow, scope: Scope): Exclusion | undefined {
  if (status === 'leaving') {
    return 'leaving';
  }
  if (scope.stage !== undefined && stage !== scope.stage) {
    return 'other-stage';
  }
  return statusAt({ status, expiresAt }, new Date(scope.openedAt)) === 'ended' ? 'ended' : undefined;
}

/** The agents of a row's page that a campaign is about, and those that it excludes. */
export function sorted(rows: readonly FleetRow[], scope: Scope): { readonly agents: FleetRow[]; readonly excluded: ExcludedRecord[] } {
  const agents = rows.filter((row) => exclusionOf(row, scope) === undefined);
  const excluded = rows.flatMap((row) => {
    const reason = exclusionOf(row, scope);
    return reason === undefined ? [] : [excludedAs(row, reason)];
  });
  return { agents, excluded };
}

/** The departed agents of which IAM still has a role. */
export function tornDown(rows: readonly FleetRow[]): ExcludedRecord[] {
  return rows.filter(hasRole).map((row) => excludedAs(row, 'torn-down'));
}

function excludedAs({ agentName, stage }: FleetRow, reason: Exclusion): ExcludedRecord {
  return { kind: 'excluded', agentName, stage, reason, says: EXCLUSIONS[reason] };
}

function hasRole({ roleIds = [] }: FleetRow): boolean {
  return roleIds.length > 0;
}

/**
 * Counts a population from the pages of its sources. The ledger's pages come first, because roles are compared with them. It keeps the ids of roles, and of agents that left
 * meanwhile, and nothing else of the fleet.
 */
export class Population {
  private readonly roleIds = new Set<RoleId>();
  private readonly excluded = { ...NO_EXCLUSIONS };
  private roles = 0;
  private users = 0;
  private agents = 0;
  private departed = 0;
  private unknown = 0;

  constructor(private readonly scope: Scope) {}

  /** Adds a page, and returns the roles and users of it that belong to no agent. */
  public add(source: SourceName, items: readonly unknown[]): UnknownRecord[] {
    switch (source) {
      case 'ledger-living': return this.living(rowsOf(items));
      case 'ledger-left': return this.left(rowsOf(items));
      case 'iam-roles':
        this.roles += items.length;
        return this.compared(items.map((item) => principalIn(item, 'RoleId')));
      case 'iam-users':
        this.users += items.length;
        return this.compared(items.map((item) => principalIn(item, 'UserId')));
    }
  }

  public get counts(): PopulationCounts {
    const { roles, users, agents, excluded, departed, unknown } = this;
    return { roles, users, agents, excluded: { ...excluded }, departed, unknown };
  }

  private living(rows: readonly FleetRow[]): UnknownRecord[] {
    const { agents, excluded } = sorted(rows, this.scope);
    this.agents += agents.length;
    excluded.forEach(({ reason }) => this.excluded[reason]++);
    return this.known(rows);
  }

  private left(rows: readonly FleetRow[]): UnknownRecord[] {
    const excluded = tornDown(rows);
    this.excluded['torn-down'] += excluded.length;
    this.departed += rows.length - excluded.length;
    return this.known(rows);
  }

  private known(rows: readonly FleetRow[]): UnknownRecord[] {
    rows.forEach(({ roleIds = [] }) => roleIds.forEach((roleId) => this.roleIds.add(roleId)));
    return [];
  }

  private compared(found: readonly Omit<UnknownRecord, 'kind' | 'isNew'>[]): UnknownRecord[] {
    const opened = Date.parse(this.scope.openedAt);
    const unknown = found.filter(({ id }) => !this.roleIds.has(id))
      .map((one): UnknownRecord => ({ kind: 'unknown', ...one, isNew: Date.parse(one.createdAt) > opened - HOUR_MS }));
    this.unknown += unknown.length;
    return unknown;
  }
}

/** The agents in a page of the ledger. */
export function rowsOf(items: readonly unknown[]): FleetRow[] {
  return items.map((item) => (item as { summary: FleetRow }).summary);
}

/** A role or a user of a page. */
export function principalIn(item: unknown, id: 'RoleId' | 'UserId'): Omit<UnknownRecord, 'kind' | 'isNew'> {
  const found = item as { readonly Arn?: unknown; readonly CreateDate?: unknown } & Record<string, unknown>;
  return { arn: String(found.Arn), id: String(found[id]), createdAt: String(found.CreateDate) };
}
