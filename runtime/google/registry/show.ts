import { GoogleRegistry } from './connect';
import { AgentStatus, stackOf, statusAfter } from './fleet';
import { placementOf, unknownAgent } from './locate';
import { Trouble, troubleOf } from './trouble';
import { eventsFolder, recordsFolder, teardownsFolder } from '../../../src/contract/google';
import { GENESIS_HASH } from '../../../src/core/hash-chain';
import { LifecycleEvent, Placement } from '../../../src/core/lifecycle-event';
import { RevocationRecord, RevokerRecord } from '../../model/revocation';
import { allIn, lastIn } from '../objects';
import { accountsIn, factsOf, isTeardownRecord, sinceJoined, TeardownRecord } from '../proof';
import { isGone, isLeaving } from '../revocations/chain';
import { lastOutsideAccess } from '../revocations/outside-access';
import { AccountSuspension, suspensionIn } from '../suspension';

/** What an agent may do in the stages of one set. */
export interface ShownAccess {
  readonly stage: string;
  readonly grants: readonly { readonly actions: readonly string[]; readonly resources: readonly string[] }[];
  readonly omitted: number;
}

export interface ShownAccount {
  readonly roleArn: string;
  readonly roleId: string;
  readonly stage: string;
  readonly status: 'live' | 'retired';
}

/** An agent according to its chain and its last declaration, under the names that it has on AWS. */
export interface ShownAgent {
  readonly placement: Placement;
  readonly status: AgentStatus;
  /** Until a person resumes the agent, also after it left. */
  readonly suspension?: AccountSuspension;
  readonly trouble?: Trouble;
  /** No longer declared. The leave revokes it too. */
  readonly formerRevokers?: readonly RevokerRecord[];
  readonly revocations?: readonly RevocationRecord[];
  readonly joinedAt: string;
  readonly owner: { readonly stackName: string };
  readonly declared: {
    readonly stage: string;
    readonly purpose: string;
    readonly sponsor: { readonly id: string; readonly accountableName: string; readonly backupEmail: string };
    readonly expiresAt: string;
    readonly exceptions: readonly never[];
    readonly revokers?: readonly RevokerRecord[];
    readonly access: { readonly stages: readonly ShownAccess[]; readonly trusted: readonly string[] };
  };
  /** By unique id. Google's full resource name takes the place of an ARN. */
  readonly principals: Readonly<Record<string, ShownAccount>>;
  readonly sequence: number;
  readonly lastHash: string;
}

/** An agent's declaration, as far as it is readable. */
interface Declaration {
  readonly purpose?: unknown;
  readonly sponsor?: { readonly accountableName?: unknown; readonly backupEmail?: unknown };
  readonly access?: unknown;
}

/** @throws InvalidInputError `AgentUnknown`, `ProjectAmbiguous` */
export async function showAgent(registry: GoogleRegistry, name: string): Promise<ShownAgent> {
  return (await showAgentAndEvents(registry, name)).agent;
}

/**
 * An agent, and all events of its chain, oldest first.
 *
 * @throws InvalidInputError `AgentUnknown`, `ProjectAmbiguous`
 */
export async function showAgentAndEvents(
  registry: GoogleRegistry, name: string,
): Promise<{ readonly agent: ShownAgent; readonly events: readonly LifecycleEvent[] }> {
  const { api, bucket } = registry;
  const placement = await placementOf(registry, name);
  const { account: project, agentName } = placement;
  const [chain, teardowns, { purpose, sponsor, access } = {}, outside] = await Promise.all([
    allIn<LifecycleEvent>(api, { bucket, folder: eventsFolder(project, agentName) }),
    allIn<TeardownRecord>(api, { bucket, folder: teardownsFolder(project, agentName) }),
    lastIn<Declaration>(api, { bucket, folder: recordsFolder(project, agentName) }),
    lastOutsideAccess(api, { bucket, placement }),
  ]);
  const last = chain.at(-1)?.object;
  if (last === undefined) {
    throw unknownAgent(registry, agentName);
  }
  const events = sinceJoined(chain.map(({ object }) => object));
  const facts = events.map(factsOf);
  const now = facts.at(-1)!;
  const status = statusAfter(last, outside);
  const isLeft = isGone(last);
  const suspension = suspensionIn(last);
  const torn = teardowns.filter(({ object }) => isTeardownRecord(object, { project, agentName })).at(-1);
  const trouble = troubleOf({ sequence: last.sequence, isLeft, isLeaving: isLeaving(last) }, torn?.name ?? '', torn?.object);
  const accounts = accountsIn(events);
  const present = isLeft ? undefined : now.account?.uniqueId;
  const agent: ShownAgent = {
    placement,
    status,
    ...suspension === undefined ? {} : { suspension },
    ...trouble === undefined ? {} : { trouble },
    ...outside === undefined || outside.former.length === 0 ? {} : { formerRevokers: outside.former },
    ...outside?.revocations === undefined ? {} : { revocations: outside.revocations },
    joinedAt: facts[0].time,
    owner: { stackName: stackOf(now.actor ?? '') },
    declared: {
      stage: now.stage ?? '',
      purpose: textOf(purpose),
      sponsor: { id: now.sponsorId ?? '', accountableName: textOf(sponsor?.accountableName), backupEmail: textOf(sponsor?.backupEmail) },
      expiresAt: now.expires ?? '',
      exceptions: [],
      ...outside === undefined ? {} : { revokers: outside.declared },
      access: { stages: accessOf(access), trusted: [] },
    },
    principals: Object.fromEntries(accounts.map(({ uniqueId, email, stage }) => [uniqueId, {
      roleArn: `//iam.googleapis.com/projects/${project}/serviceAccounts/${email}`, roleId: uniqueId, stage, status: uniqueId === present ? 'live' as const : 'retired' as const,
    }])),
    sequence: chain.length,
    lastHash: last.hash ?? GENESIS_HASH,
  };
  return { agent, events: chain.map(({ object }) => object) };
}

/** The declared access, stage by stage. */
function accessOf(access: unknown): ShownAccess[] {
  const all = (Array.isArray(access) ? access : []) as readonly ({ stages?: unknown; role?: unknown; kind?: unknown; resource?: unknown } | null)[];
  const each = all.flatMap((one) => [one?.stages ?? []].flat().map((stage) => (
    { stage: String(stage), grant: { actions: [String(one?.role)], resources: [`${String(one?.kind)} ${String(one?.resource)}`] } })));
  return [...new Set(each.map(({ stage }) => stage))].sort().map((stage) => (
    { stage, grants: each.filter((one) => one.stage === stage).map(({ grant }) => grant), omitted: 0 }));
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : 'not recorded';
}
