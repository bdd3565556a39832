import { describeOnGoogle } from './google-sections';
import { agentOfObject, eventsFolder, numberOfObject, recordsFolder, REGISTRY_FOLDERS } from '../../src/contract/google';
import { eventSource, Placement, placementKey } from '../../src/core/lifecycle-event';
import { EvidenceRef, ReportDifference } from '../audit';
import { AgentEvidence } from '../audit/report/agent-rows';
import { Queries } from '../audit/report/queries';
import { ReportedAgent, ReportSource } from '../audit/report/source';
import { textOf, ToldEvent } from '../audit/report/told-event';
import { hashOfText } from '../certificate';
import { FirstVersion } from '../evidence';
import { ApiCall, callerOf, GoogleApi } from '../google/api';
import { inParallel } from '../google/in-parallel';
import { InSeries, ListedObject, listObjects, readObject } from '../google/objects';
import { GoogleRegistry, placementsIn, ReadAgent, readAgent, statusAfter, textOf as canonicalText } from '../google/registry';
import { isIntact } from '../operator';

const AT_ONCE = 8;

/** Reads a registry on Google. All of each agent is read and compared as `nhi verify` does it: its chain is as short as its deployments are few. */
export async function googleSource({ api, ...registry }: GoogleRegistry): Promise<ReportSource> {
  const { bucket, project, cloud } = registry;
  const queries = new Queries();
  const reading = { ...registry, api: counting(api, queries) };
  const living = new Set<string>();
  return {
    // Agents have the names of their projects, because a registry has agents of several.
    head: { registry: `gs://${bucket}`, account: project ?? '', region: '', bucket, takenBy: await callerOf(cloud) },
    command: `nhi report --google-registry gs://${bucket}${project === undefined ? '' : ` --google-project ${project}`}`,
    queries,
    describe: describeOnGoogle,
    agents: () => agentsIn(reading, living),
    beside: async ({ living: byEvents }) => {
      const suspects = [...new Set([...living, ...byEvents.keys()])].filter((agent) => living.has(agent) !== byEvents.has(agent)).sort();
      return {
        found: [{
          rows: [],
          differences: suspects.map((what) => ({ what, reason: living.has(what) ? 'its events say that it has left, and nhi list shows it as living' : 'it is living by its events, and nhi list shows it as left' })),
        }],
        living: living.size,
      };
    },
  };
}

async function* agentsIn(registry: GoogleRegistry, living: Set<string>): AsyncGenerator<ReportedAgent> {
  const placements = await placementsIn(registry);
  for (let start = 0; start < placements.length; start += AT_ONCE) {
    const batch = placements.slice(start, start + AT_ONCE);
    const read = await inParallel(batch, AT_ONCE, (placement) => readTwice(registry, placement));
    for (const [index, one] of read.entries()) {
      if (one !== undefined) {
        const last = one.events.at(-1);
        if (last !== undefined && statusAfter(last) !== 'left') {
          living.add(placementKey(batch[index]));
        }
        yield reported(registry, batch[index], one);
      }
    }
  }
}

/** What does not fit is read again: an agent can change while it is read. */
async function readTwice(registry: GoogleRegistry, placement: Placement): Promise<ReadAgent | undefined> {
  const first = await readAgent(registry, placement);
  return first === undefined || isIntact(first) ? first : readAgent(registry, placement);
}

function reported(registry: GoogleRegistry, placement: Placement, read: ReadAgent): ReportedAgent {
  const { objects: { events, certificates } } = read;
  const written = new Map(events.map(({ name, createdAt }) => [name, createdAt]));
  return {
    placement,
    agent: placementKey(placement),
    isOwn: isOf(registry),
    folder: eventsFolder(placement.account, placement.agentName),
    versions: events.map(versionOf),
    wasReviewed: false,
    // An event has the time of the machine that recorded it.
    hasOneClock: false,
    certificates: new Map(certificates.map((one) => [one.name, versionOf(one)])),
    declaration: (event) => declarationOf(registry, placement, event, written.get(event.ref.key)),
    differences: differencesIn(placement, read),
  };
}

/** A bucket is named after its registry, which events name. */
function isOf({ bucket }: GoogleRegistry): (source: string) => boolean {
  const prefix = eventSource('');
  return (source) => source.startsWith(prefix) && bucket.endsWith(`-${source.slice(prefix.length)}-registry`);
}

function versionOf({ name, generation, createdAt, object }: InSeries<object>): FirstVersion {
  return {
    key: name,
    ...generation === undefined ? {} : { versionId: generation },
    ...createdAt === undefined ? {} : { writtenAt: new Date(createdAt) },
    read: async () => canonicalText(object),
  };
}

function differencesIn(placement: Placement, { chain, evidence, objects: { events } }: ReadAgent): ReportDifference[] {
  const agent = placementKey(placement);
  return [
    ...chain.intact ? [] : [{ what: events[chain.brokenAt]?.name ?? agent, reason: `event ${chain.brokenAt + 1} of ${agent}: ${chain.reason}` }],
    ...evidence.filter(({ verdict }) => verdict !== 'intact').map(({ key, verdict }) => (
      { what: key, reason: verdict === 'unknown' ? `nothing in the chain of ${agent} names it` : `it is ${verdict}, and the chain of ${agent} rests on it` })),
  ];
}

/** The declaration that was there when an event was written, by Google's clock: a deployment writes it before the event. */
async function declarationOf(
  { api, bucket }: GoogleRegistry, { account, agentName }: Placement, { by }: ToldEvent, writtenAt: string | undefined,
): ReturnType<NonNullable<AgentEvidence['declaration']>> {
  const declarations = (await listObjects(api, bucket, recordsFolder(account, agentName))).filter(({ name }) => numberOfObject(name) !== undefined);
  const declared = writtenAt === undefined ? undefined
    : declarations.filter(({ createdAt }) => createdAt !== undefined && Date.parse(createdAt) <= Date.parse(writtenAt)).at(-1);
  if (declared === undefined) {
    return undefined;
  }
  const object = await readObject<{ readonly purpose?: unknown }>(api, bucket, declared.name);
  return { facts: { purpose: textOf(object.purpose), stack: by }, ref: refOf(declared, object) };
}

function refOf({ name: key, generation = '' }: ListedObject, object: object): EvidenceRef {
  return { kind: 'object', key, version: generation, id: '', number: 0, sha256: hashOfText(canonicalText(object)) };
}

/** The API, with a count of what is read of the bucket. */
function counting(api: GoogleApi, queries: Queries): GoogleApi {
  return {
    ...api,
    call: async <T>(call: ApiCall) => {
      const result = await api.call<T>(call);
      const { items = [] } = (call.returns === 'text' ? {} : result) as { readonly items?: readonly unknown[] };
      queries.add(nameOf(call), 1, call.returns === 'text' ? 1 : items.length);
      return result;
    },
  };
}

function nameOf({ path, query: { prefix } = {}, returns }: ApiCall): string {
  const folderOf = (name: string) => `${name.split('/')[0]}/`;
  if (returns === 'text') {
    return `storage.objects.get of ${folderOf(decodeURIComponent(path.slice(path.lastIndexOf('/') + 1)))}`;
  }
  const listed = String(prefix ?? '');
  return agentOfObject(`${listed}x`) === undefined || Object.values<string>(REGISTRY_FOLDERS).includes(listed)
    ? `storage.objects.list of ${listed}` : `storage.objects.list of each agent in ${folderOf(listed)}`;
}
