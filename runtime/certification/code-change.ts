import { DeclaredStage } from './declared-text';
import { ShownAccess } from './evidence-text';
import { deniedPattern } from './reduction-policy';
import { EVERY_STAGE } from '../../src/contract/lifecycle-resource';
import { globCovers } from '../../src/core/glob';
import { GrantRecord } from '../model/placement-state';
import { Verdict } from '../model/review';
import { serviceOf } from '../model/services';

/** What a reduction makes of one declared statement. */
export interface StatementChange {
  /** `*` for access that the agent has in every stage. */
  readonly stage: string;
  readonly resources: readonly string[];
  readonly condition?: string;
  /** Actions to remove from the code. */
  readonly remove: readonly string[];
  /** Patterns that cover a denied action and more: they are to be replaced by the actions that are needed. */
  readonly narrow: readonly string[];
  /** Actions that remain. */
  readonly keep: readonly string[];
}

/** The change of an agent's code after which it declares what a review left it. */
export interface CodeChange {
  readonly statements: readonly StatementChange[];
  /** Further statements. The events of an agent stay small. */
  readonly omitted: number;
  /** Only a part of the declared text is known here. */
  readonly isPartial: boolean;
}

const MOST_STATEMENTS = 20;
const MOST_LISTED = 30;

/** A stage with the text of its grants, as far as it is known. */
interface StageText {
  readonly stage: string;
  readonly grants: readonly GrantRecord[];
  /** Grants that the ledger leaves out. */
  readonly omitted?: number;
  readonly text?: DeclaredStage['text'];
}

/**
 * The declared statements that allow services, and what is to be done with each.
 *
 * @param present the stage that comes first
 * @param denied actions as the policy of the reduction has them, such as `s3:*`; the statements that allow something of them are shown
 * @param services without anything denied, the statements of these services are shown, and nothing is removed
 */
export function codeChange(
  stages: readonly StageText[], present: string, denied: readonly string[], services: readonly string[] = [],
): CodeChange {
  const order = (stage: string): number => (stage === present ? 0 : stage === EVERY_STAGE ? 1 : 2);
  const all = [...stages].sort((one, other) => order(one.stage) - order(other.stage)).flatMap(({ stage, grants }) => (
    grants.filter(({ effect }) => effect === undefined)
      .filter(({ actions }) => denied.length > 0 || actions.some((action) => services.includes(serviceOf(action))))
      .map(({ actions, resources, condition }): StatementChange => ({
        stage,
        resources: listed(resources),
        ...(condition === undefined ? {} : { condition }),
        ...changed(actions, denied),
      }))))
    .filter(({ remove, narrow }) => denied.length === 0 || remove.length + narrow.length > 0);
  return {
    statements: all.slice(0, MOST_STATEMENTS),
    omitted: Math.max(0, all.length - MOST_STATEMENTS),
    isPartial: stages.some(({ omitted = 0, text = 'known' }) => omitted > 0 || text !== 'known'),
  };
}

function changed(actions: readonly string[], denied: readonly string[]): Pick<StatementChange, 'remove' | 'narrow' | 'keep'> {
  const isIn = (pattern: string, action: string): boolean => globCovers(pattern.toLowerCase(), action.toLowerCase());
  const remove = actions.filter((action) => denied.some((pattern) => isIn(pattern, action)));
  const narrow = actions.filter((action) => !remove.includes(action) && denied.some((pattern) => isIn(action, pattern)));
  const keep = actions.filter((action) => !remove.includes(action) && !narrow.includes(action));
  return { remove: listed(remove), narrow: listed(narrow), keep: listed(keep) };
}

function listed(all: readonly string[]): string[] {
  return all.length > MOST_LISTED ? [...all.slice(0, MOST_LISTED), `and ${all.length - MOST_LISTED} more`] : [...all];
}

/** What the registry can't know of the source code. */
const WITHOUT_LINE = 'The registry knows what the code declares, and not in which line: look for the call that grants it.';
const PARTIAL = 'The registry knows a part of the declared text only: there may be more to change.';

/** What a reviewer decides, as far as code follows from it. */
interface Decided {
  readonly verdict: Verdict;
  readonly items?: readonly string[];
  readonly actions?: readonly string[];
}

/**
 * The change of the code that follows from a decision, as a difference of text: `-` before what is to be removed, `~` before what is to be narrowed. Empty for a decision from which none follows.
 */
export function linesOfDecision({ declared, stage, items, construct }: ShownAccess, decided: Decided): string[] {
  const change = changeOf(declared, stage, decided);
  if (change === undefined) {
    return [];
  }
  const denied = (decided.actions ?? []).map(deniedPattern);
  const covers = (action: string): boolean => denied.some((pattern) => globCovers(pattern.toLowerCase(), action.toLowerCase()));
  const elsewhere = items.flatMap(({ granted }) => granted).filter(({ source, actions }) => source !== undefined && actions.some(covers))
    .map(({ source, actions }) => `  ${actions.filter(covers).join(', ')} is allowed by ${source}: remove it there`);
  return [
    `In the code of ${construct ?? 'the agent'}:`,
    ...change.statements.flatMap(({ stage: where, resources, condition, remove, narrow, keep }) => [
      `${remove.length > 0 && keep.length + narrow.length === 0 ? '-' : ' '} ${placeOf(where)}, on ${resources.join(', ')}${condition === undefined ? '' : ` if ${condition}`}`,
      ...remove.map((action) => `-   ${action}`),
      ...narrow.map((action) => `~   ${action} (it covers what is denied and more: name the actions that are needed)`),
      ...keep.map((action) => `    ${action}`),
    ]),
    ...(change.omitted === 0 ? [] : [`  and ${change.omitted} more statements: nhi review show lists all that is declared`]),
    change.statements.length === 0 ? '  nothing: no statement that the registry knows declares it' : WITHOUT_LINE,
    ...(change.isPartial ? [PARTIAL] : []),
    ...(elsewhere.length === 0 ? [] : ['Outside of the code:', ...[...new Set(elsewhere)]]),
  ];
}

/** The same, a sentence for each statement, for events and mails. Undefined for a decision from which no change follows. */
export function sentencesOfDecision(stages: readonly StageText[], present: string, decided: Decided): string[] | undefined {
  const change = changeOf(stages, present, decided);
  const of = (verb: string, actions: readonly string[]): string[] => (actions.length === 0 ? [] : [`${verb} ${actions.join(', ')}`]);
  return change === undefined ? undefined : [
    ...change.statements.map(({ stage, resources, remove, narrow, keep }) => (
      `${placeOf(stage)}, on ${resources.join(', ')}: ${[...of('remove', remove), ...of('narrow', narrow), ...of(decided.verdict === 'reduce' ? 'keep' : 'now', keep)].join('; ')}`)),
    ...(change.omitted === 0 ? [] : [`and ${change.omitted} more statements`]),
    ...(change.isPartial ? [PARTIAL] : []),
  ];
}

function changeOf(stages: readonly StageText[], present: string, { verdict, items, actions = [] }: Decided): CodeChange | undefined {
  return verdict === 'reduce' ? codeChange(stages, present, actions.map(deniedPattern))
    : verdict === 'request-change' ? codeChange(stages, present, [], items) : undefined;
}

function placeOf(stage: string): string {
  return stage === EVERY_STAGE ? 'access in every stage' : `accessIn(${stage})`;
}
