/** A statement of a resolved policy document. */
export interface StatementJson {
  readonly effect: 'Allow' | 'Deny';
  readonly actions: string[];
  readonly notActions: string[];
  /** Strings or CloudFormation's intrinsics. */
  readonly resources: unknown[];
  readonly notResources: unknown[];
  readonly conditions?: Record<string, unknown>;
}

/** A statement of a resolved trust policy. It has principals instead of resources. */
export interface TrustStatementJson {
  readonly effect: 'Allow' | 'Deny';
  /** As in the document: `'*'` or `{ AWS: ..., Service: ..., Federated: ... }`. */
  readonly principal?: unknown;
  readonly notPrincipal?: unknown;
  readonly actions: string[];
  readonly notActions: string[];
  readonly conditions?: Record<string, unknown>;
}

/** Parses a resolved `PolicyDocument` or `PolicyStatement`. */
export function parseStatements(document: unknown): StatementJson[] {
  return rawStatements(document).map((raw) => ({
    ...common(raw),
    resources: list(raw.Resource),
    notResources: list(raw.NotResource),
  }));
}

export function parseTrustStatements(document: unknown): TrustStatementJson[] {
  return rawStatements(document).map((raw) => ({ ...common(raw), principal: raw.Principal, notPrincipal: raw.NotPrincipal }));
}

function common(raw: Record<string, unknown>) {
  return {
    // Anything that isn't clearly a Deny is checked.
    effect: raw.Effect === 'Deny' ? 'Deny' as const : 'Allow' as const,
    actions: list(raw.Action).map(text),
    notActions: list(raw.NotAction).map(text),
    conditions: isRecord(raw.Condition) ? raw.Condition : undefined,
  };
}

function rawStatements(document: unknown): Record<string, unknown>[] {
  const statements = isRecord(document) && 'Statement' in document ? document.Statement : document;
  return list(statements).filter(isRecord);
}

/** An intrinsic in place of an action becomes its JSON, which no rule accepts as an action. */
function text(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

export function list(value: unknown): unknown[] {
  return value === undefined ? [] : Array.isArray(value) ? value : [value];
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
