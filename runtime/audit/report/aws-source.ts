import { AgentRows } from './agent-rows';
import { campaignRows } from './campaign-rows';
import { exceptionsInForce } from './exceptions';
import { limitRows } from './limits';
import { Period, ReportDifference } from './model';
import { PopulationCount } from './population';
import { Queries } from './queries';
import { AgentCopies, readAgent, readWhole } from './read-agent';
import { registryEventRows } from './registry-events';
import { sourceOf } from './sections';
import { ReportedAgent, ReportSource } from './source';
import { agentIn, CERTIFICATES, EVENT_COPIES, eventCopyPrefix, REGISTRY_EVENTS, REVIEWS } from '../../../src/contract/evidence-keys';
import { eventSource } from '../../../src/core/lifecycle-event';
import { eachFirstVersion, firstVersions, FirstVersion } from '../../evidence';
import { DueEntry } from '../../ledger';
import { isLiving, PlacementState } from '../../model/placement-state';
import { Connection } from '../../operator/connection';
import { inBatches } from '../../operator/in-batches';
import { pendingEvents } from '../../operator/pending-events';

const AT_ONCE = 25;

/** Reads the evidence of a registry on AWS, and compares its ledger. */
export function awsSource(connection: Connection): ReportSource {
  const { registry, account, region, bucket, operator } = connection;
  const queries = new Queries();
  return {
    head: { registry, account, region, bucket, takenBy: operator },
    command: `nhi report --registry ${registry} --region ${region}`,
    queries,
    describe: (kind) => ({ title: kind.title, source: sourceOf(kind) }),
    agents: (period) => agentsIn(connection, queries, period),
    beside: async ({ period, readFrom, living }) => {
      const counted = (prefix: string) => () => queries.add(listing(prefix), 1, 0);
      const inLedger = await livingInLedger(connection, queries);
      const differences = await populationDifferences(connection, new Set(living.keys()), inLedger, readFrom);
      const ofStates = await stateRows(connection, living, queries, readFrom);
      const ofRegistry = await registryEventRows(connection, period, counted(`${REGISTRY_EVENTS}${account}/`));
      const limits = await limitRows(connection, period, readFrom, ofRegistry.ids);
      const campaigns = await campaignRows(connection, period, counted);
      return { found: [{ rows: [], differences }, ...ofStates, ofRegistry, { rows: limits, differences: [] }, campaigns], living: inLedger.length };
    },
  };
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

/** The agents as S3 lists them. */
async function* agentsIn(connection: Connection, queries: Queries, { from }: Period): AsyncGenerator<ReportedAgent> {
  const { s3, bucket, account } = connection;
  const certificates = await listed(connection, `${CERTIFICATES}${account}/`, queries);
  const reviewed = new Set([...await listed(connection, `${REVIEWS}${account}/`, queries)]
    .filter(([, { writtenAt }]) => (writtenAt?.getTime() ?? 0) < from.getTime()).map(([key]) => agentIn(key)));
  const agentOf = (agentName: string, versions: readonly FirstVersion[]): ReportedAgent => (
    { ...copiesOf(connection, agentName, versions), wasReviewed: reviewed.has(agentName), certificates, differences: [] });
  const prefix = `${EVENT_COPIES}${account}/`;
  let agentName: string | undefined;
  let versions: FirstVersion[] = [];
  for await (const version of eachFirstVersion(s3, bucket, prefix, () => queries.add(listing(prefix), 1, 0))) {
    queries.add(listing(prefix), 0, 1);
    const name = agentIn(version.key);
    if (name !== agentName && agentName !== undefined) {
      yield agentOf(agentName, versions);
      versions = [];
    }
    agentName = name;
    versions.push(counting(version, queries));
  }
  if (agentName !== undefined) {
    yield agentOf(agentName, versions);
  }
}

function counting(version: FirstVersion, queries: Queries): FirstVersion {
  return {
    ...version,
    read: () => {
      queries.add('s3:GetObjectVersion of copied events', 1, 1);
      return version.read();
    },
  };
}

function copiesOf({ registry, account }: Connection, agentName: string, versions: readonly FirstVersion[]): AgentCopies {
  const placement = { account, agentName };
  return {
    placement,
    agent: agentName,
    isOwn: (source) => source === eventSource(registry),
    folder: eventCopyPrefix(placement),
    versions,
    wasReviewed: false,
    // The engine's.
    hasOneClock: true,
  };
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
    const { rows: _rows } = population.add(await readAgent(copiesOf(connection, agentName, versions), NOTHING));
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
async function stateRows(
  connection: Connection, living: ReadonlyMap<string, AgentCopies>, queries: Queries, now: Date,
): Promise<readonly AgentRows[]> {
  const found = await inBatches([...living.values()], AT_ONCE, async (agent): Promise<readonly AgentRows[]> => {
    const state = await connection.ledger.state(agent.placement);
    queries.add('dynamodb:GetItem of the state of a living agent', 1, 1);
    if (state !== undefined && !isReadable(state)) {
      return [{ rows: [], differences: [{ what: agent.agent, reason: 'its state in the ledger is not of the form that the engine writes: nhi verify compares it with its events' }] }];
    }
    return [
      ...state !== undefined && state.sequence > agent.versions.length
        ? [{ rows: [], differences: await missingCopies(connection, state, now) }] : [],
      ...state?.declared !== undefined && state.declared.exceptions.length > 0 ? [exceptionsInForce(state, await readWhole(agent))] : [],
    ];
  });
  return found.flat();
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
