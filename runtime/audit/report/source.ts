import { AgentEvidence, AgentRows } from './agent-rows';
import { AuditReport, Period, ReportDifference } from './model';
import { Queries } from './queries';
import { AgentCopies } from './read-agent';
import { SectionKind } from './sections';

/** An agent, and what was found of it while it was listed. */
export interface ReportedAgent extends AgentCopies, AgentEvidence {
  readonly differences: readonly ReportDifference[];
}

/** What was read of the agents' events. */
export interface SeenAgents {
  readonly period: Period;
  /** When reading began. */
  readonly readFrom: Date;
  /** Agents that are living by their events, by the names that the report has for them. */
  readonly living: ReadonlyMap<string, ReportedAgent>;
}

/** What a registry knows besides events. */
export interface BesideEvents {
  readonly found: readonly AgentRows[];
  /** Number of agents that are living by another record than their events. */
  readonly living: number;
}

/** Reads what a report needs from a registry of one cloud. */
export interface ReportSource {
  readonly head: Pick<AuditReport, 'registry' | 'account' | 'region' | 'bucket' | 'takenBy'>;
  /** The command that takes the report again, without its period. */
  readonly command: string;
  readonly queries: Queries;
  /** The title of a section, and where its rows were looked for. */
  readonly describe: (kind: SectionKind) => { readonly title: string; readonly source: string };
  /** The agents one after another, so that the events of few are kept at a time. */
  readonly agents: (period: Period) => AsyncIterable<ReportedAgent>;
  readonly beside: (seen: SeenAgents) => Promise<BesideEvents>;
}
