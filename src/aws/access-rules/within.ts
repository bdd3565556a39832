import { canonicalJson } from '../../core/canonical-json';
import { globCovers } from '../../core/glob';
import { globsMeet } from '../iam/globs';
import { isRecord, StatementJson } from '../iam/statement';

/** An action on a resource that is wanted and not allowed. */
export interface Beyond {
  readonly action: string;
  readonly resource: string;
}

/**
 * Finds what some statements allow and others don't. It counts as allowed if one statement without a condition allows the whole pattern of the action on
 * the whole pattern of the resource, and no Deny meets it. Several statements that cover it only together do not count, nor does a Deny whose condition
 * may never be true: the answer is never too generous.
 */
export function firstBeyond(wanted: readonly StatementJson[], allowed: readonly StatementJson[]): Beyond | undefined {
  const pairs = wanted.flatMap(({ actions, resources }) => actions.flatMap((action) => (
    resources.map((resource) => ({ action, resource: flat(resource) })))));
  return pairs.find((pair) => !allowed.some((one) => allows(one, pair)) || allowed.some((one) => mayDeny(one, pair)));
}

function allows({ effect, actions, resources, conditions }: StatementJson, { action, resource }: Beyond): boolean {
  return effect === 'Allow'
    && Object.keys(conditions ?? {}).length === 0
    && actions.some((pattern) => globCovers(pattern.toLowerCase(), action.toLowerCase()))
    && resources.some((pattern) => globCovers(flat(pattern), resource));
}

function mayDeny({ effect, actions, notActions, resources, notResources }: StatementJson, { action, resource }: Beyond): boolean {
  return effect === 'Deny'
    && mayMatch(action.toLowerCase(), lowerCase(actions), lowerCase(notActions))
    && mayMatch(resource, resources.map(flat), notResources.map(flat));
}

/** Whether a Deny on some patterns, or on all but some, may match a text or a part of what a pattern stands for. */
function mayMatch(text: string, patterns: readonly string[], spared: readonly string[]): boolean {
  return patterns.length === 0 ? !spared.some((pattern) => globCovers(pattern, text)) : patterns.some((pattern) => globsMeet(pattern, text));
}

function lowerCase(patterns: readonly string[]): string[] {
  return patterns.map((pattern) => pattern.toLowerCase());
}

/** An ARN as one text. What is known at deployment only stands in it as itself, so that it equals nothing else. */
function flat(value: unknown): string {
  if (typeof value === 'string') {
    return value;
  }
  const join = isRecord(value) && Array.isArray(value['Fn::Join']) ? value['Fn::Join'] as unknown[] : [];
  const [delimiter, parts] = join;
  return delimiter === '' && Array.isArray(parts) ? parts.map(flat).join('') : `<${canonicalJson(value)}>`;
}
