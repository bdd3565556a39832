import { createHash } from 'node:crypto';
import { GrantedRecord } from './granted';
import { canonicalJson } from '../../src/core/canonical-json';
import { globCovers } from '../../src/core/glob';
import { PeerCounts } from '../model/peers';
import { GrantRecord } from '../model/placement-state';
import { DeniedAction, ReviewItem } from '../model/review';
import { isKnownService, serviceOf } from '../model/services';
import { ServiceUse } from '../model/usage';

/** What differs between what is declared, granted and used of a service, and what other agents have. */
export type Finding = 'unused' | 'granted-not-declared' | 'declared-not-granted' | 'wider-than-peers';

/** How many of the other agents of the stage declare a service. */
export interface PeerShare {
  readonly having: number;
  readonly of: number;
}

/** One service of an agent's access: what is declared, what IAM grants, and whether it is used. */
export interface ShownItem extends ReviewItem {
  readonly declared: readonly GrantRecord[];
  /** From policies of the role, and from those of resources that name it. */
  readonly granted: readonly GrantedRecord[];
  readonly use: ServiceUse;
  /** Absent if the stage has too few other agents to say something. */
  readonly peers?: PeerShare;
  /** Actions that an earlier review denied. */
  readonly denied: readonly string[];
  readonly findings: readonly Finding[];
  /** Actions that IAM allows and that are not declared. */
  readonly notDeclared: readonly string[];
  /** Actions that are declared and that IAM does not allow. */
  readonly notGranted: readonly string[];
}

const DIGEST = 16;
/** With fewer, one agent more or less would decide what is wide. */
const FEWEST_PEERS = 10;

export interface Compared {
  readonly declared: readonly GrantRecord[];
  readonly granted: readonly GrantedRecord[];
  readonly uses: ReadonlyMap<string, ServiceUse>;
  readonly denied: readonly DeniedAction[];
  /** The other agents of the stage. */
  readonly peers: PeerCounts;
  /** What fewer per cent of them declare is wider than they are. 0: nothing is. */
  readonly peerSharePercent: number;
}

/** Compares the columns, one item for each service, sorted. */
export function itemsOf({ declared, granted, uses, denied, peers, peerSharePercent }: Compared): ShownItem[] {
  const allowed = declared.filter(({ effect }) => effect === undefined);
  const services = [...new Set([...allowed, ...granted].flatMap(({ actions }) => actions.map(serviceOf)))].sort();
  return services.map((service) => {
    const [ours, theirs] = [allowed, granted].map((grants) => ofService(grants, service));
    const notDeclared = uncovered(actionsOf(theirs), actionsOf(ours));
    const notGranted = uncovered(actionsOf(ours), actionsOf(theirs));
    const use = uses.get(service) ?? { verdict: 'unknown', evidence: 'IAM reports nothing about it' };
    const share = shareOf(service, peers);
    const findings: Finding[] = [
      ...(use.verdict === 'unused' ? ['unused' as const] : []),
      ...(notDeclared.length > 0 ? ['granted-not-declared' as const] : []),
      ...(notGranted.length > 0 ? ['declared-not-granted' as const] : []),
      ...(share !== undefined && share.having * 100 < share.of * peerSharePercent ? ['wider-than-peers' as const] : []),
    ];
    return {
      service,
      digest: createHash('sha256').update(canonicalJson(plain([service, ours, theirs]))).digest('hex').slice(0, DIGEST),
      hasFindings: findings.length > 0,
      declared: ours,
      granted: theirs,
      use,
      ...(share === undefined ? {} : { peers: share }),
      denied: denied.map(({ action }) => action).filter((action) => serviceOf(action) === service).sort(),
      findings,
      notDeclared,
      notGranted,
    };
  });
}

function shareOf(service: string, { agents, having }: PeerCounts): PeerShare | undefined {
  return agents >= FEWEST_PEERS && isKnownService(service) ? { having: having.get(service) ?? 0, of: agents } : undefined;
}

function ofService<G extends GrantRecord>(grants: readonly G[], service: string): G[] {
  return grants.flatMap((grant) => {
    const actions = grant.actions.filter((action) => serviceOf(action) === service);
    return actions.length === 0 ? [] : [{ ...grant, actions }];
  });
}

function actionsOf(grants: readonly GrantRecord[]): string[] {
  return [...new Set(grants.flatMap(({ actions }) => actions))].sort();
}

/** IAM compares actions without regard to case. */
function uncovered(actions: readonly string[], by: readonly string[]): string[] {
  return actions.filter((action) => !by.some((pattern) => globCovers(pattern.toLowerCase(), action.toLowerCase())));
}

function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value)) as unknown;
}
