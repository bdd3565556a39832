import { rowsOf, SectionRow } from './agent-rows';
import { paidIn } from './costs';
import { AuditReport, Period, ReportDifference, ReportSection } from './model';
import { POPULATION_SECTION, PopulationCount } from './population';
import { readAgent } from './read-agent';
import { SECTION_KINDS } from './sections';
import { ReportedAgent, ReportSource } from './source';
import { InvalidInputError } from '../../../src/core/errors';
import { controlsOf, PartName } from '../controls';

export interface Reporting {
  readonly clock: () => Date;
  readonly tell: (what: string) => void;
}

const COLLECTED: ReadonlySet<string> = new Set([POPULATION_SECTION.id, ...SECTION_KINDS.map(({ id }) => id)]);

/**
 * Reads what an auditor asks for of a period. Rows rest on stored events and other objects of the evidence.
 *
 * @throws InvalidInputError `PeriodInvalid`
 */
export async function collectReport(source: ReportSource, period: Period, { clock, tell }: Reporting): Promise<AuditReport> {
  const readFrom = clock();
  checkPeriod(period, readFrom);
  const { head, queries, command } = source;
  const collected = new Collected();
  const population = new PopulationCount();
  const living = new Map<string, ReportedAgent>();
  let events = 0;
  for await (const agent of source.agents(period)) {
    const read = await readAgent(agent, period);
    collected.add({ rows: [], differences: read.differences });
    // Of some agents the registry has other objects only.
    if (agent.versions.length > 0) {
      collected.add(population.add(read));
    }
    collected.add(await rowsOf(read, agent, period));
    collected.addUnnamed(agent.differences);
    if (population.livingNow.has(agent.agent)) {
      living.set(agent.agent, agent);
    }
    events += agent.versions.length;
    tell(`${events} events of ${living.size} living agents`);
  }
  const beside = await source.beside({ period, readFrom, living });
  beside.found.forEach((found) => collected.add(found));
  const sections = collected.sections(source);
  const [from, to] = [period.from.toISOString(), period.to.toISOString()];
  return {
    kind: 'nhi-audit-report',
    version: 1,
    ...head,
    from,
    to,
    readFrom: readFrom.toISOString(),
    readTo: clock().toISOString(),
    population: population.counts(beside.living, queries.all, `${command} --from ${from} --to ${to}`),
    noLongerPaid: paidIn(sections),
    differences: collected.differences,
    sections,
  };
}

function checkPeriod({ from, to }: Period, now: Date): void {
  const received = `from ${from.toISOString()} to ${to.toISOString()}`;
  if (from.getTime() >= to.getTime()) {
    throw new InvalidInputError('PeriodInvalid', `the period ${received} has no time in it: --from belongs to it, --to does not, and comes after it`);
  }
  if (to.getTime() > now.getTime()) {
    throw new InvalidInputError('PeriodInvalid', `the period ${received} is not over at ${now.toISOString()}: what happens in it later would be missing; end it earlier`);
  }
}

/** Rows by section, and differences. */
class Collected {
  public readonly differences: ReportDifference[] = [];
  private readonly rows: SectionRow[] = [];

  public add({ rows, differences }: { readonly rows: readonly SectionRow[]; readonly differences: readonly ReportDifference[] }): void {
    this.rows.push(...rows.filter(({ section }) => COLLECTED.has(section)));
    this.differences.push(...differences);
  }

  /** Adds what no difference names yet. */
  public addUnnamed(differences: readonly ReportDifference[]): void {
    const named = new Set(this.differences.map(({ what }) => what));
    this.differences.push(...differences.filter(({ what }) => !named.has(what)));
  }

  public sections({ describe }: ReportSource): ReportSection[] {
    const { id, title, source, columns, parts } = POPULATION_SECTION;
    return [
      ...SECTION_KINDS.map((kind) => this.section(kind.id, describe(kind), kind.columns, kind.parts)),
      this.section(id, { title, source }, columns, parts),
    ];
  }

  private section(
    id: string, { title, source }: Pick<ReportSection, 'title' | 'source'>, columns: readonly string[], parts: readonly PartName[],
  ): ReportSection {
    const rows = this.rows.filter((row) => row.section === id).sort((one, other) => (one.at < other.at ? -1 : one.at > other.at ? 1 : 0))
      .map(({ section: _section, ...row }) => ({ ...row, facts: Object.fromEntries(columns.map((column) => [column, row.facts[column] ?? ''])) }));
    return { id, title, source, columns, controls: controlsOf(parts), rows };
  }
}
