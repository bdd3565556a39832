import { GrantRecord } from '../model/placement-state';

interface Statement {
  readonly Effect?: unknown;
  readonly Action?: unknown;
  readonly NotAction?: unknown;
  readonly Resource?: unknown;
  readonly NotResource?: unknown;
  readonly Condition?: unknown;
}

/** What policies allow, as IAM returns them. Anybody may have written one by hand. */
export function grantsIn(documents: readonly string[]): GrantRecord[] {
  return documents.flatMap((document) => {
    const { Statement: statements } = parsed(document);
    return listOf(statements).filter(isAllow).map(({ Action, NotAction, Resource, NotResource, Condition }) => ({
      actions: [...texts(Action), ...allBut(texts(NotAction))],
      resources: [...texts(Resource), ...allBut(texts(NotResource))],
      ...(Condition === undefined ? {} : { condition: JSON.stringify(Condition) }),
    }));
  });
}

function parsed(document: string): { readonly Statement?: unknown } {
  return (JSON.parse(document) as { Statement?: unknown } | null) ?? {};
}

function isAllow(statement: unknown): statement is Statement {
  return (statement as Statement | null)?.Effect === 'Allow';
}

function listOf(value: unknown): unknown[] {
  return value === undefined ? [] : Array.isArray(value) ? value : [value];
}

function texts(value: unknown): string[] {
  return listOf(value).map(String);
}

function allBut(patterns: readonly string[]): string[] {
  return patterns.length === 0 ? [] : [`all but ${patterns.join(', ')}`];
}
