import { textOf } from './certificates';
import { GoogleRegistry } from './connect';
import { placementOf, unknownAgent } from './locate';
import { verifyRecords } from './verify-records';
import { revocationContradictions, verifyOutsideAccess } from './verify-revocations';
import {
  agentOfObject, certificatesFolder, eventsFolder, numberOfObject, objectName, recordsFolder, REGISTRY_FOLDERS, revokersFolder, teardownsFolder,
} from '../../../src/contract/google';
import { ChainVerdict, verifyChain } from '../../../src/core/hash-chain';
import { LifecycleEvent, Placement, placementKey } from '../../../src/core/lifecycle-event';
import { shown } from '../../../src/core/shown';
import { chainHeadOf, EvidenceVerdict, verifyEvidence } from '../../certificate';
import { RevocationPart } from '../../evidence/revocation-part';
import { inParallel } from '../in-parallel';
import { allUnder, InSeries, lastIn, listObjects } from '../objects';
import { AccountCertificate, factsOf, TeardownRecord } from '../proof';
import { isGone } from '../revocations/chain';

/** The verdict on one agent: its chain, and each certificate and each record of a teardown. */
export interface VerifiedAgent {
  readonly agentName: string;
  readonly events: readonly LifecycleEvent[];
  readonly chain: ChainVerdict;
  readonly copies: {
    readonly copied: readonly { readonly first: number; readonly last: number; readonly from: string; readonly to: string }[];
    readonly pending: readonly number[];
    readonly late: readonly { readonly sequence: number; readonly eventAt: string; readonly copiedAt: string }[];
  };
  readonly evidence: readonly EvidenceVerdict[];
}

/** The verdict on an agent, and the objects that it rests on. */
export interface ReadAgent extends VerifiedAgent {
  readonly objects: {
    readonly events: readonly InSeries<LifecycleEvent>[];
    readonly certificates: readonly InSeries<object>[];
  };
}

interface Difference {
  readonly at: number;
  readonly reason: string;
}

/** An event is written within this time. */
const SOON_MS = 3_600_000;
const AT_ONCE = 8;

/** @throws InvalidInputError `AgentUnknown`, `ProjectAmbiguous` */
export async function verifyAgent(registry: GoogleRegistry, name: string): Promise<VerifiedAgent> {
  const placement = await placementOf(registry, name);
  const read = await readAgent(registry, placement);
  if (read === undefined) {
    throw unknownAgent(registry, placement.agentName);
  }
  return withoutObjects(read);
}

/**
 * The same for every agent of which the registry has anything.
 *
 * @param tell receives the number of verified chains and the total
 */
export async function verifyAgents(registry: GoogleRegistry, tell: (done: number, all: number) => void): Promise<VerifiedAgent[]> {
  const inOrder = await placementsIn(registry);
  let done = 0;
  tell(done, inOrder.length);
  return (await inParallel(inOrder, AT_ONCE, async (placement) => {
    const read = await readAgent(registry, placement);
    tell(done += 1, inOrder.length);
    return read === undefined ? [] : withoutObjects(read);
  })).flat();
}

function withoutObjects({ objects: _objects, ...verified }: ReadAgent): VerifiedAgent {
  return verified;
}

/** Every agent of which the registry has anything, in the order of projects and names. */
export async function placementsIn({ api, bucket, project }: GoogleRegistry): Promise<Placement[]> {
  const prefixOf = (folder: string) => (project === undefined ? folder : `${folder}${project.replace(':', '/')}/`);
  const names = (await Promise.all(Object.values(REGISTRY_FOLDERS).map((folder) => listObjects(api, bucket, prefixOf(folder))))).flat();
  const agents = new Map(names.flatMap(({ name }) => {
    const { project: account = '', agentName = '' } = agentOfObject(name) ?? {};
    return account === '' ? [] : [[placementKey({ account, agentName }), { account, agentName }] as const];
  }));
  return [...agents].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, placement]) => placement);
}

/** Reads all of an agent once, and compares it. Undefined if the registry has nothing of it. */
export async function readAgent({ api, bucket }: GoogleRegistry, { account, agentName }: Placement): Promise<ReadAgent | undefined> {
  const folder = eventsFolder(account, agentName);
  const [chained, certificates, records, states, declared] = await Promise.all([
    allUnder<LifecycleEvent>(api, { bucket, folder }),
    allUnder<AccountCertificate | RevocationPart>(api, { bucket, folder: certificatesFolder(account, agentName) }),
    allUnder<TeardownRecord>(api, { bucket, folder: teardownsFolder(account, agentName) }),
    allUnder<object>(api, { bucket, folder: revokersFolder(account, agentName) }),
    lastIn<Declared>(api, { bucket, folder: recordsFolder(account, agentName) }),
  ]);
  if (chained.length + certificates.length + records.length + states.length === 0 && declared === undefined) {
    return undefined;
  }
  const events = chained.map(({ object }) => object);
  const outside = { states, placement: { account, agentName }, events };
  const chain = verifyChain(events);
  const ofCertificates = verifyEvidence(events, new Map(certificates.map(({ name, object }) => [name, textOf(object)])));
  const intact = certificates.filter(({ name }) => ofCertificates.some(({ key, verdict }) => key === name && verdict === 'intact'))
    .map(({ object }) => object).filter((one): one is AccountCertificate => one.kind === 'decommission-certificate');
  const hashes = new Set(events.map(({ hash }) => hash));
  const [first] = [
    ...chained.flatMap((one, at) => misplaced(one, at, folder, { account, agentName })),
    ...chain.intact ? [] : [{ at: chain.brokenAt, reason: chain.reason }],
    ...certificates.flatMap(({ name, object }): Difference[] => {
      const head = chainHeadOf(textOf(object));
      return head === undefined || hashes.has(head) ? [] : [{ at: events.length, reason: `the certificate ${name} follows an event with the hash ${head}, which the registry does not have` }];
    }),
    ...contradictions(events, declared),
    ...revocationContradictions(outside, declared, isGone(events.at(-1))),
  ].sort((one, other) => one.at - other.at);
  const good = first?.at ?? events.length;
  return {
    objects: { events: chained, certificates },
    agentName,
    events,
    chain: first === undefined ? chain : { intact: false, brokenAt: first.at, reason: first.reason },
    copies: {
      copied: good === 0 ? [] : [{ first: 1, last: good, from: events[0].time, to: events[good - 1].time }],
      pending: [],
      late: chained.flatMap(({ object: { time }, createdAt }, at) => (
        createdAt === undefined || isSoon(createdAt, time) ? [] : [{ sequence: at + 1, eventAt: time, copiedAt: createdAt }])),
    },
    evidence: [...ofCertificates, ...verifyRecords(records, { account, agentName }, events, intact), ...verifyOutsideAccess(outside)],
  };
}

function isSoon(writtenAt: string, time: string): boolean {
  return Math.abs(Date.parse(writtenAt) - Date.parse(time)) <= SOON_MS;
}

/** An event of another agent has a valid hash too. */
function misplaced({ name, object }: InSeries<Partial<LifecycleEvent>>, at: number, folder: string, placement: Placement): Difference[] {
  if (numberOfObject(name) === undefined || name !== objectName(folder, at + 1)) {
    return [{ at, reason: `the object in its place is ${name}` }];
  }
  return object.subject === placementKey(placement) ? [] : [{ at, reason: `its subject is ${shown(object.subject)}` }];
}

/** What is declared of an agent, as far as events say it too. */
interface Declared {
  readonly stage?: unknown;
  readonly expires?: unknown;
  readonly sponsor?: { readonly id?: unknown } | null;
  readonly revokers?: unknown;
}

/** The declaration isn't part of the chain, so it is compared with the last event. */
function contradictions(events: readonly LifecycleEvent[], declared: Declared | undefined): Difference[] {
  const at = events.length - 1;
  if (declared === undefined || at < 0) {
    return [];
  }
  const { stage, expires, sponsorId } = factsOf(events[at]);
  const pairs: readonly [string, unknown, unknown][] = [
    ['stage', declared.stage, stage], ['end', declared.expires, expires], ['sponsor', declared.sponsor?.id, sponsorId],
  ];
  return pairs.filter(([, there, said]) => there !== said)
    .map(([what, there, said]) => ({ at, reason: `the last declaration says that the agent's ${what} is ${shown(there)}, and this event says ${shown(said)}` }));
}
