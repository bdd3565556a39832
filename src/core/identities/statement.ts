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

/** What a statement allows. */
export interface Granted {
  readonly actions: string[];
  readonly resources: string[];
  /** The statement's conditions, as JSON. */
  readonly condition?: string;
}

/** The statements of a policy that allow something. */
export function allowing(document: string): Statement[] {
  const { Statement: statements } = (JSON.parse(document) as { Statement?: unknown } | null) ?? {};
  return listOf(statements).filter(isAllow);
}

export function grantedBy({ Action, NotAction, Resource, NotResource, Condition }: Statement): Granted {
  return {
    actions: [...texts(Action), ...allBut(texts(NotAction))],
    resources: [...texts(Resource), ...allBut(texts(NotResource))],
    ...(Condition === undefined ? {} : { condition: JSON.stringify(Condition) }),
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
