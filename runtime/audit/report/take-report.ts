import { rowsOf, SectionRow } from './agent-rows';
import { campaignRows } from './campaign-rows';
import { exceptionsInForce } from './exceptions';
import { limitRows } from './limits';
import { AuditReport, Period, ReportDifference, ReportSection } from './model';
import { POPULATION_SECTION, PopulationCount } from './population';
import { AgentCopies, readAgent, readWhole } from './read-agent';
import { registryEventRows } from './registry-events';
import { SECTION_KINDS, sourceOf } from './sections';
import { agentIn, CERTIFICATES, EVENT_COPIES, eventCopyPrefix, REGISTRY_EVENTS, REVIEWS } from '../../../src/contract/evidence-keys';
import { InvalidInputError } from '../../../src/core/errors';
import { eachFirstVersion, firstVersions, FirstVersion } from '../../evidence';
import { DueEntry } from '../../ledger';
import { isLiving, PlacementState } from '../../model/placement-state';
import { Connection } from '../../operator/connection';
import { inBatches } from '../../operator/in-batches';
import { pendingEvents } from '../../operator/pending-events';
import { controlsOf, PartName } from '../controls';

export interface Reporting {
  readonly clock: () => Date;
  readonly tell: (what: string) => void;
}

type ListedAgent = Omit<AgentCopies, 'wasReviewed'>;

const AT_ONCE = 25;
const COLLECTED: ReadonlySet<string> = new Set([POPULATION_SECTION.id, ...SECTION_KINDS.map(({ id }) => id)]);

/**
 * Reads what an auditor asks for of a period. Rows rest on copied events and other objects of the evidence. The ledger is compared, and adds what no event has the text of.
 *
 * @throws InvalidInputError `PeriodInvalid`
 */
export async function takeReport(connection: Connection, period: Period, { clock, tell }: Reporting): Promise<AuditReport> {
  const readFrom = clock();
  checkPeriod(period, readFrom);
  const { registry, account, region, bucket, operator } = connection;
  const queries = new Queries();
  const collected = new Collected();
  const population = new PopulationCount();
  const certificates = await listed(connection, `${CERTIFICATES}${account}/`, queries);
  const reviewed = new Set([...await listed(connection, `${REVIEWS}${account}/`, queries)]
    .filter(([, { writtenAt }]) => (writtenAt?.getTime() ?? 0) < period.from.getTime()).map(([key]) => agentIn(key)));
  const copies = new Map<string, ListedAgent>();
  for await (const agent of agentsIn(connection, queries)) {
    const { placement: { agentName } } = agent;
    const read = await readAgent({ ...agent, wasReviewed: reviewed.has(agentName) }, period);
    queries.add('s3:GetObjectVersion of copied events', read.reads, read.reads);
    collected.add({ rows: [], differences: read.differences });
    collected.add(population.add(read));
    collected.add(await rowsOf(read, certificates, period));
    if (population.livingNow.has(agentName)) {
      copies.set(agentName, agent);
    }
    tell(`${queries.found(EVENT_COPIES)} events of ${copies.size} living agents`);
  }
  const living = await livingInLedger(connection, queries);
  collected.add({ rows: [], differences: await populationDifferences(connection, population.livingNow, living, readFrom) });
  await addStates(connection, copies, collected, queries, readFrom);
  const ofRegistry = await registryEventRows(connection, period, () => queries.add(listing(`${REGISTRY_EVENTS}${account}/`), 1, 0));
  collected.add(ofRegistry);
  collected.add({ rows: await limitRows(connection, period, readFrom, ofRegistry.ids), differences: [] });
  collected.add(await campaignRows(connection, period, (prefix) => () => queries.add(listing(prefix), 1, 0)));
  return {
    kind: 'nhi-audit-report',
    version: 1,
    registry,
    account,
    region,
    bucket,
    from: period.from.toISOString(),
    to: period.to.toISOString(),
    readFrom: readFrom.toISOString(),
    readTo: clock().toISOString(),
    takenBy: operator,
    population: population.counts(living.length, queries.all, `nhi report --registry ${registry} --region ${region} --from ${period.from.toISOString()} --to ${period.to.toISOString()}`),
    differences: collected.differences,
    sections: collected.sections,
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

/** What was asked, how many calls that took, and how much was found: so that somebody else can ask again. */
class Queries {
  private readonly sums = new Map<string, { calls: number; found: number }>();

  public add(call: string, calls: number, found: number): void {
    const sum = this.sums.get(call) ?? { calls: 0, found: 0 };
    this.sums.set(call, { calls: sum.calls + calls, found: sum.found + found });
  }

  public found(prefix: string): number {
    return [...this.sums].reduce((sum, [call, { found }]) => sum + (call.includes(prefix) ? found : 0), 0);
  }

  public get all(): AuditReport['population']['queries'] {
    return [...this.sums].map(([call, sums]) => ({ call, ...sums }));
  }
}

function listing(prefix: string): string {
  return `s3:ListObjectVersions of ${prefix}`;
}

async function listed({ s3, bucket }: Connection, prefix: string, queries: Queries): Promise<Map<string, FirstVersion>> {
  const found = new Map<string, FirstVersion>();
  for await (const version of eachFirstVersion(s3, bucket, prefix, () => queries.add(listing(prefix), 1, 0))) {
    found.set(version.key, version);
    queries.add(listing(prefix), 0, 1);
  }
  return found;
}

/** The agents one after another, as S3 lists them, so that the copies of one are kept at a time. */
async function* agentsIn({ registry, s3, bucket, account }: Connection, queries: Queries): AsyncGenerator<ListedAgent> {
  const prefix = `${EVENT_COPIES}${account}/`;
  let agentName: string | undefined;
  let versions: FirstVersion[] = [];
  for await (const version of eachFirstVersion(s3, bucket, prefix, () => queries.add(listing(prefix), 1, 0))) {
    queries.add(listing(prefix), 0, 1);
    const name = agentIn(version.key);
    if (name !== agentName && agentName !== undefined) {
      yield { registry, placement: { account, agentName }, versions };
      versions = [];
    }
    agentName = name;
    versions.push(version);
  }
  if (agentName !== undefined) {
    yield { registry, placement: { account, agentName }, versions };
  }
}

async function livingInLedger({ ledger: { fleet } }: Connection, queries: Queries): Promise<string[]> {
  const names: string[] = [];
  let after: Parameters<typeof fleet.livingPage>[0];
  do {
    const { entries, next } = await fleet.livingPage(after);
    names.push(...entries.flatMap(({ summary }: { readonly summary?: Partial<DueEntry['summary']> | null }) => (typeof summary?.agentName === 'string' ? [summary.agentName] : [])));
    queries.add('dynamodb:Query of the living agents, strongly consistent', 1, entries.length);
    after = next?.after;
  } while (after !== undefined);
  return names;
}

/** Rows by section, and differences. */
class Collected {
  public readonly differences: ReportDifference[] = [];
  private readonly rows: SectionRow[] = [];

  public add({ rows, differences }: { readonly rows: readonly SectionRow[]; readonly differences: readonly ReportDifference[] }): void {
    this.rows.push(...rows.filter(({ section }) => COLLECTED.has(section)));
    this.differences.push(...differences);
  }

  public get sections(): ReportSection[] {
    return [
      ...SECTION_KINDS.map((kind) => this.section(kind.id, kind.title, sourceOf(kind), kind.columns, kind.parts)),
      this.section(POPULATION_SECTION.id, POPULATION_SECTION.title, POPULATION_SECTION.source, POPULATION_SECTION.columns, POPULATION_SECTION.parts),
    ];
  }

  private section(id: string, title: string, source: string, columns: readonly string[], parts: readonly PartName[]): ReportSection {
    const rows = this.rows.filter((row) => row.section === id).sort((one, other) => (one.at < other.at ? -1 : one.at > other.at ? 1 : 0))
      .map(({ section: _section, ...row }) => ({ ...row, facts: Object.fromEntries(columns.map((column) => [column, row.facts[column] ?? ''])) }));
    return { id, title, source, columns, controls: controlsOf(parts), rows };
  }
}

/** Agents that the ledger has as living and the evidence has not, and the reverse. What happened while the report was made is looked at again. */
async function populationDifferences(
  connection: Connection, inEvidence: ReadonlySet<string>, inLedger: readonly string[], now: Date,
): Promise<ReportDifference[]> {
  const ledger = new Set(inLedger);
  const suspects = [...new Set([...inEvidence, ...inLedger])].filter((agentName) => inEvidence.has(agentName) !== ledger.has(agentName)).sort();
  const found = await inBatches(suspects, AT_ONCE, async (agentName): Promise<ReportDifference | undefined> => {
    const placement = { account: connection.account, agentName };
    const state = await connection.ledger.state(placement);
    const versions = await firstVersions(connection.s3, connection.bucket, eventCopyPrefix(placement));
    const population = new PopulationCount();
    const { rows: _rows } = population.add(await readAgent({ registry: connection.registry, placement, versions, wasReviewed: false }, NOTHING));
    const lives = population.livingNow.has(agentName);
    const isPending = (await pendingEvents(connection.ledger, state, now)).length > 0;
    return lives === isLiving(state) || isPending ? undefined
      : { what: agentName, reason: lives ? 'it is living by its copied events, and the ledger has it not as living' : `it is living by the ledger, and the evidence ${versions.length === 0 ? 'does not know it' : 'says that it has left'}` };
  });
  return found.flatMap((difference) => difference ?? []);
}

/** A period after everything, so that no more is read than whether the agent is living. */
const NOTHING: Period = { from: new Date(8_640_000_000_000_000), to: new Date(8_640_000_000_000_000) };

/**
 * One state for each living agent: it says how many events there are. Of agents that declare exceptions the whole chain is read, which has the digest of what the ledger says.
 */
async function addStates(
  connection: Connection, living: ReadonlyMap<string, ListedAgent>, collected: Collected, queries: Queries, now: Date,
): Promise<void> {
  await inBatches([...living.values()], AT_ONCE, async (agent) => {
    const state = await connection.ledger.state(agent.placement);
    queries.add('dynamodb:GetItem of the state of a living agent', 1, 1);
    if (state !== undefined && !isReadable(state)) {
      return collected.add({ rows: [], differences: [{ what: agent.placement.agentName, reason: 'its state in the ledger is not of the form that the engine writes: nhi verify compares it with its events' }] });
    }
    if (state !== undefined && state.sequence > agent.versions.length) {
      collected.add({ rows: [], differences: await missingCopies(connection, state, now) });
    }
    if (state?.declared !== undefined && state.declared.exceptions.length > 0) {
      queries.add('s3:GetObjectVersion of copied events', agent.versions.length, agent.versions.length);
      collected.add(exceptionsInForce(state, await readWhole(agent)));
    }
  });
}

/** Whether what a report reads of a state has its form. A person with access to the table can give it any. */
function isReadable({ sequence, unsent, declared }: PlacementState): boolean {
  const exceptions: unknown = (declared as Partial<PlacementState['declared']> | null | undefined)?.exceptions ?? [];
  return Number.isInteger(sequence) && Array.isArray(unsent) && Array.isArray(exceptions)
    && exceptions.every((one: unknown) => typeof one === 'object' && one !== null && Array.isArray((one as { actions?: unknown }).actions));
}

/** Events that the ledger counts and the evidence has no copy of, after another look: more may have happened while the report was made. */
async function missingCopies({ s3, bucket, ledger }: Connection, state: PlacementState, now: Date): Promise<ReportDifference[]> {
  const { placement, sequence } = state;
  const copies = (await firstVersions(s3, bucket, eventCopyPrefix(placement))).length;
  const pending = await pendingEvents(ledger, state, now);
  const missing = Array.from({ length: Math.max(0, sequence - copies) }, (_, index) => copies + 1 + index)
    .find((number) => !pending.includes(number));
  return missing === undefined ? [] : [{ what: placement.agentName, reason: `the ledger counts ${sequence} events of it, and the evidence has no copy of event ${missing}` }];
}
