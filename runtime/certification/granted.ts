import { GrantRecord } from '../model/placement-state';

/** What one policy allows. */
export interface GrantedRecord extends GrantRecord {
  /** The policy that allows it. Absent for the access policy of the agent's own template. */
  readonly source?: string;
}

/** A policy as AWS returns it. */
export interface FoundPolicy {
  readonly document: string;
  readonly source?: string;
}

/** A statement as anybody may have written it. */
export interface Statement {
  readonly Effect?: unknown;
  readonly Principal?: unknown;
  readonly NotPrincipal?: unknown;
  readonly Action?: unknown;
  readonly NotAction?: unknown;
  readonly Resource?: unknown;
  readonly NotResource?: unknown;
  readonly Condition?: unknown;
}

/** What policies of a role allow. */
export function grantsIn(policies: readonly FoundPolicy[]): GrantedRecord[] {
  return policies.flatMap(({ document, source }) => allowing(document).map((statement) => grantOf(statement, source)));
}

/** The statements of a policy that allow something. */
export function allowing(document: string): Statement[] {
  const { Statement: statements } = (JSON.parse(document) as { Statement?: unknown } | null) ?? {};
  return listOf(statements).filter(isAllow);
}

export function grantOf({ Action, NotAction, Resource, NotResource, Condition }: Statement, source: string | undefined): GrantedRecord {
  return {
    actions: [...texts(Action), ...allBut(texts(NotAction))],
    resources: [...texts(Resource), ...allBut(texts(NotResource))],
    ...(Condition === undefined ? {} : { condition: JSON.stringify(Condition) }),
    ...(source === undefined ? {} : { source }),
  };
}

export function texts(value: unknown): string[] {
  return listOf(value).map(String);
}

function isAllow(statement: unknown): statement is Statement {
  return (statement as Statement | null)?.Effect === 'Allow';
}

function listOf(value: unknown): unknown[] {
  return value === undefined ? [] : Array.isArray(value) ? value : [value];
}

function allBut(patterns: readonly string[]): string[] {
  return patterns.length === 0 ? [] : [`all but ${patterns.join(', ')}`];
}
