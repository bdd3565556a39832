import { Revocations, revocationsOnAws, revocationsOnGoogle } from './revocations';
import { Suspensions, suspensionsOnAws, suspensionsOnGoogle } from './suspensions';
import { AuditReport, Period, Reporting, takeReport } from '../runtime/audit';
import { LeaveEvidence, ToldEvidence } from '../runtime/evidence';
import {
  AgentSummary, connectGoogle, GoogleEvidence, googleCertificatesOf, GoogleRegistry, GoogleRegistryOptions, listAgents, ShownAgent,
  showAgentAndEvents, verifyAgent, verifyAgents,
} from '../runtime/google/registry';
import { takeGoogleReport } from '../runtime/google-audit';
import { PlacementState } from '../runtime/model/placement-state';
import {
  AgentDetails, certificatesOf, connect, connectDeployed, Connection, ConnectOptions, detailsOf, Detailing, FleetFilter,
  heldSweep, liftedLimit, listFleet, listOrphans,
  matching, OrphanRole, ShownPlacement, showPlacement, VerifiedPlacement,
  timelineOf, Verdict, verifyFleet, verifyPlacement,
} from '../runtime/operator';
import { InvalidInputError } from '../src/core/errors';

/** What verbs read from a registry and change in it, on either cloud. */
export interface Registry extends Suspensions, Revocations {
  list(filter: FleetFilter, now: Date): Promise<ShownPlacement[]>;
  /** Agents that a sweep holds back, if it does. Only a registry with an engine has sweeps. */
  heldSweep(): ReturnType<typeof heldSweep>;
  /** Until when the limit on leavers is lifted, if it is. Only a registry with an engine has one. */
  leaverLimitLifted(now: Date): ReturnType<typeof liftedLimit>;
  /** Roles that belong to no agent. Only a registry with an engine looks for them. */
  orphans(): Promise<OrphanRole[]>;
  /** An agent, and what else is known of it. On Google that is what happened to it. */
  show(agentName: string, detailing: Detailing): Promise<{ readonly agent: PlacementState | ShownAgent; readonly details: AgentDetails }>;
  certificates(agentName: string): Promise<Evidence>;
  verify(agentName: string, now: Date): Promise<VerifiedPlacement>;
  /** @param tell receives the number of verified chains and the total */
  verifyAll(now: Date, tell: (done: number, all: number) => void): Promise<Verdict[]>;
  report(period: Period, reporting: Reporting): Promise<AuditReport>;
}

/** Certificates of an agent of either cloud. */
export interface Evidence {
  readonly leaves: readonly (LeaveEvidence | GoogleEvidence['leaves'][number])[];
  readonly unknown: ToldEvidence['unknown'];
}

/** Which registry to read. */
export interface RegistryOptions extends ConnectOptions, Partial<GoogleRegistryOptions> {}

/** How to connect to a registry on each cloud. */
export interface Connects {
  readonly connect: typeof connect;
  readonly connectGoogle: typeof connectGoogle;
  readonly connectDeployed: typeof connectDeployed;
}

/**
 * Connects to the registry that the options name.
 *
 * @throws InvalidInputError `GoogleRegistryMissing`, and the codes of `connect` and `connectGoogle`
 */
export async function registryOf(options: RegistryOptions, outside: Connects): Promise<Registry> {
  const { googleRegistry, googleProject } = options;
  if (googleRegistry !== undefined) {
    return onGoogle(outside.connectGoogle({ googleRegistry, ...googleProject === undefined ? {} : { googleProject } }));
  }
  if (googleProject !== undefined) {
    throw new InvalidInputError('GoogleRegistryMissing', '--google-project selects agents of a registry on Google: name the registry with --google-registry gs://<bucket>');
  }
  return onAws(await outside.connect(options));
}

/**
 * Connects to a registry that has an engine, which makes changes.
 *
 * @throws InvalidInputError `NotOnGoogle`, and the codes of `connect`
 */
export async function engineOf(options: RegistryOptions, outside: Connects): Promise<Connection> {
  if (options.googleRegistry !== undefined || options.googleProject !== undefined) {
    throw new InvalidInputError('NotOnGoogle', 'a registry on Google has no engine that could change an agent, so only list, status, show, verify, certificate, report, suspend, resume, retry and confirm work with --google-registry: change the agent with Terraform');
  }
  return outside.connect(options);
}

function onAws(connection: Connection): Registry {
  return {
    ...suspensionsOnAws(connection),
    ...revocationsOnAws(connection),
    list: (filter, now) => listFleet(connection, filter, now),
    heldSweep: () => heldSweep(connection),
    leaverLimitLifted: (now) => liftedLimit(connection, now),
    orphans: () => listOrphans(connection),
    show: async (agentName, detailing) => {
      const agent = await showPlacement(connection, agentName);
      return { agent, details: await detailsOf(connection, agent, detailing) };
    },
    certificates: (agentName) => certificatesOf(connection, agentName),
    verify: (agentName, now) => verifyPlacement(connection, agentName, now),
    verifyAll: (now, tell) => verifyFleet(connection, now, tell),
    report: (period, reporting) => takeReport(connection, period, reporting),
  };
}

function onGoogle(registry: GoogleRegistry): Registry {
  return {
    ...suspensionsOnGoogle(registry),
    ...revocationsOnGoogle(registry),
    list: async (filter, now) => matching(endingIn(await listAgents(registry), filter, now), filter, now),
    heldSweep: async () => undefined,
    leaverLimitLifted: async () => undefined,
    orphans: async () => [],
    show: async (agentName, { live }) => {
      if (live) {
        throw new InvalidInputError('NotOnGoogle', 'what is granted and used is not read from Google: leave out --live');
      }
      const { agent, events } = await showAgentAndEvents(registry, agentName);
      return { agent, details: { timeline: timelineOf(events), certificates: [], notRead: [] } };
    },
    certificates: (agentName) => googleCertificatesOf(registry, agentName),
    verify: (agentName) => verifyAgent(registry, agentName),
    verifyAll: async (_now, tell) => (await verifyAgents(registry, tell)).map(({ agentName, chain, evidence }) => ({ agentName, chain, evidence })),
    report: (period, reporting) => takeGoogleReport(registry, period, reporting),
  };
}

const DAY_MS = 86_400_000;

/** Living agents whose end is within the days, the earliest first. A registry on AWS has an index for that. */
function endingIn(agents: readonly AgentSummary[], { ending }: FleetFilter, now: Date): readonly AgentSummary[] {
  return ending === undefined ? agents : agents
    .filter(({ status, expiresAt }) => status !== 'left' && Date.parse(expiresAt) <= now.getTime() + ending * DAY_MS)
    .sort((one, other) => Date.parse(one.expiresAt) - Date.parse(other.expiresAt));
}
