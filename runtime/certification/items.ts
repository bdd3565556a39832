import { createHash } from 'node:crypto';
import { canonicalJson } from '../../src/core/canonical-json';
import { globCovers } from '../../src/core/glob';
import { GrantRecord } from '../model/placement-state';
import { DeniedAction, ReviewItem } from '../model/review';
import { ServiceUse } from '../model/usage';

/** What differs between what is declared, granted and used of a service. */
export type Finding = 'unused' | 'granted-not-declared' | 'declared-not-granted';

/** One service of an agent's access: what is declared, what IAM grants, and whether it is used. */
export interface ShownItem extends ReviewItem {
  readonly declared: readonly GrantRecord[];
  readonly granted: readonly GrantRecord[];
  readonly use: ServiceUse;
  /** Actions that an earlier review denied. */
  readonly denied: readonly string[];
  readonly findings: readonly Finding[];
  /** Actions that IAM allows and that are not declared. */
  readonly notDeclared: readonly string[];
  /** Actions that are declared and that IAM does not allow. */
  readonly notGranted: readonly string[];
}

/** Service of actions that belong to no single one: `*`, or all but some. */
const EVERY_SERVICE = '*';
const DIGEST = 16;

export interface Compared {
  readonly declared: readonly GrantRecord[];
  readonly granted: readonly GrantRecord[];
  readonly uses: ReadonlyMap<string, ServiceUse>;
  readonly denied: readonly DeniedAction[];
}

/** Compares the columns, one item for each service, sorted. */
export function itemsOf({ declared, granted, uses, denied }: Compared): ShownItem[] {
  const allowed = declared.filter(({ effect }) => effect === undefined);
  const services = [...new Set([...allowed, ...granted].flatMap(({ actions }) => actions.map(serviceOf)))].sort();
  return services.map((service) => {
    const [ours, theirs] = [allowed, granted].map((grants) => ofService(grants, service));
    const notDeclared = uncovered(actionsOf(theirs), actionsOf(ours));
    const notGranted = uncovered(actionsOf(ours), actionsOf(theirs));
    const use = uses.get(service) ?? { verdict: 'unknown', evidence: 'IAM reports nothing about it' };
    const findings: Finding[] = [
      ...(use.verdict === 'unused' ? ['unused' as const] : []),
      ...(notDeclared.length > 0 ? ['granted-not-declared' as const] : []),
      ...(notGranted.length > 0 ? ['declared-not-granted' as const] : []),
    ];
    return {
      service,
      digest: createHash('sha256').update(canonicalJson(plain([service, ours, theirs]))).digest('hex').slice(0, DIGEST),
      hasFindings: findings.length > 0,
      declared: ours,
      granted: theirs,
      use,
      denied: denied.map(({ action }) => action).filter((action) => serviceOf(action) === service).sort(),
      findings,
      notDeclared,
      notGranted,
    };
  });
}

/** The service of an action or of a pattern of actions. */
export function serviceOf(action: string): string {
  const [, service] = /^([a-z0-9-]+):/i.exec(action) ?? [];
  return service?.toLowerCase() ?? EVERY_SERVICE;
}

function ofService(grants: readonly GrantRecord[], service: string): GrantRecord[] {
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
