import { PrincipalRef } from '../../model/placement-state';

/** A principal that is torn down, as policies can name it. */
export interface DeadPrincipal extends Pick<PrincipalRef, 'roleArn' | 'roleId' | 'roleName'> {
  /** Whether a principal that stays has the same ARN. Only the id names the dead one then. */
  readonly isArnTaken: boolean;
}

/** A policy without what allows something to dead principals only. */
export interface EditedPolicy {
  readonly isChanged: boolean;
  /** Absent if no statement is left. */
  readonly document?: string;
  /** Sids of the statements that are dropped whole. Undefined for a statement without one, or with one that a statement has which stays. */
  readonly dropped: readonly (string | undefined)[];
  /** Whether a statement is changed that allows something to others too. */
  readonly isRewritten: boolean;
  /** What names a dead principal and stays, each with the reason. */
  readonly kept: readonly string[];
}

type Json = Readonly<Record<string, unknown>>;

/** Operators that demand one of their values. */
const DEMANDS = /^(?:forallvalues:|foranyvalue:)?(?:string(?:equals|equalsignorecase|like)|arn(?:equals|like))(?:ifexists)?$/;
/** The same, which a request that lacks the key does not meet: with only a dead principal as value, nobody else meets them. */
const DEMANDS_KEY = /^(?:foranyvalue:)?(?:string(?:equals|equalsignorecase|like)|arn(?:equals|like))$/;
const KEYS = ['aws:principalarn', 'aws:userid'];

const DENY = 'is a Deny: it allows nothing, and denies a later role of the same name too';
const OTHERS = 'names it in a way that concerns others too';

/**
 * Removes dead principals from what a resource's policy allows. Only their own names are removed, from lists of principals and from conditions that demand a principal; a statement that allows
 * nobody else is dropped. Everything else stays as it is, so that no other principal gains or loses anything.
 */
export function withoutPrincipals(document: string, dead: readonly DeadPrincipal[]): EditedPolicy {
  const policy = JSON.parse(document) as Json;
  const statements = listOf(policy.Statement) as Json[];
  const edited = statements.map((statement): { readonly statement: Json; readonly result?: Json } => ({ statement, result: statement.Effect === 'Allow' ? withoutNames(statement, dead) : statement }));
  const left = edited.map(({ result }) => result).filter((result) => result !== undefined);
  const isRewritten = edited.some(({ statement, result }) => result !== undefined && result !== statement);
  const dropped = edited.filter(({ result }) => result === undefined)
    .map(({ statement: { Sid: sid } }) => (sid === undefined || left.some((other) => other.Sid === sid) ? undefined : String(sid)));
  const isChanged = isRewritten || dropped.length > 0;
  return {
    isChanged,
    ...(left.length === 0 && isChanged ? {} : { document: isChanged ? JSON.stringify({ ...policy, Statement: left }) : document }),
    dropped,
    isRewritten,
    kept: left.flatMap((statement, index) => (
      textsIn(statement).some((text) => mentions(text, dead)) ? [`${nameOf(statement, index)} ${statement.Effect === 'Deny' ? DENY : OTHERS}`] : [])),
  };
}

/** The statement without the names. Undefined if it allows nobody else. The same object if it names none. */
function withoutNames(statement: Json, dead: readonly DeadPrincipal[]): Json | undefined {
  const principal = withoutPrincipal(statement.Principal, dead);
  const condition = withoutDemands(statement.Condition, dead);
  if (principal === NOBODY || condition === NOBODY) {
    return undefined;
  }
  return principal === statement.Principal && condition === statement.Condition ? statement
    : { ...statement, Principal: principal, ...(condition === undefined ? {} : { Condition: condition }) };
}

const NOBODY = Symbol('nobody else');

function withoutPrincipal(principal: unknown, dead: readonly DeadPrincipal[]): unknown {
  if (typeof principal === 'string') {
    return isNameOf(principal, dead) ? NOBODY : principal;
  }
  const { AWS: names, ...others } = (principal ?? {}) as Json;
  const left = listOf(names).filter((name) => !isNameOf(String(name), dead));
  if (left.length === listOf(names).length) {
    return principal;
  }
  return left.length > 0 ? { ...others, AWS: left } : Object.keys(others).length > 0 ? others : NOBODY;
}

function withoutDemands(condition: unknown, dead: readonly DeadPrincipal[]): unknown {
  let changed: Record<string, Json> | undefined;
  for (const [operator, keys] of Object.entries((condition ?? {}) as Record<string, Json>)) {
    for (const [key, value] of DEMANDS.test(operator.toLowerCase()) ? Object.entries(keys) : []) {
      const left = KEYS.includes(key.toLowerCase()) ? listOf(value).filter((one) => !isNameOf(String(one), dead)) : listOf(value);
      if (left.length === listOf(value).length) {
        continue;
      }
      if (left.length > 0) {
        changed = { ...changed ?? condition as Record<string, Json> };
        changed[operator] = { ...changed[operator], [key]: left };
      } else if (DEMANDS_KEY.test(operator.toLowerCase())) {
        return NOBODY;
      }
    }
  }
  return changed ?? condition;
}

/** Whether a text names a dead principal, one of its sessions or all of them, and nobody else. */
function isNameOf(text: string, dead: readonly DeadPrincipal[]): boolean {
  return dead.some(({ roleArn, roleId, roleName, isArnTaken }) => (
    text === roleId || text.startsWith(`${roleId}:`) || (!isArnTaken && (text === roleArn || text.startsWith(sessionsOf(roleArn, roleName))))));
}

/** Whether a text contains such a name. */
function mentions(text: string, dead: readonly DeadPrincipal[]): boolean {
  return isNameOf(text, dead) || dead.some(({ roleId }) => text.split(/[^A-Za-z0-9]/).includes(roleId));
}

function sessionsOf(roleArn: string, roleName: string): string {
  const [, partition, , , account] = roleArn.split(':');
  return `arn:${partition}:sts::${account}:assumed-role/${roleName}/`;
}

function nameOf({ Sid: sid }: Json, index: number): string {
  return sid === undefined ? `statement ${index + 1}` : `statement ${String(sid)}`;
}

function textsIn(value: unknown): string[] {
  return typeof value === 'string' ? [value] : typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

function listOf(value: unknown): unknown[] {
  return value === undefined ? [] : Array.isArray(value) ? value : [value];
}
