import { differenceOf } from './access-difference';
import { StackContext } from './context';
import { inForce } from './stage-difference';
import { globCovers } from '../../../src/core/glob';
import { AccessRecord, Declared, ExceptionRecord } from '../../model/placement-state';
import { Refusal, refuse } from '../../model/plan';
import { Change, Join, LifecycleRequest } from '../../model/request';
import { phaseOf } from '../../model/stack-view';

const MOST_LINES = 3;
const LONGEST_LINE = 300;

/**
 * The refusal of a declaration that widens an agent, in a stage in which it may only be narrowed. A roll-back declares what was declared before, so it is never refused.
 *
 * @param before what the agent had, in its stage or in the one that it comes from; undefined if it joins
 */
export function checkNarrowing(
  before: Declared | undefined, { placement: { agentName }, intent: { declared } }: LifecycleRequest<Join | Change>, { stack, now }: StackContext,
): Refusal | undefined {
  const { stage, profile } = declared;
  // A profile that was stored before this demand existed doesn't have it.
  if ((profile as { onlyNarrows?: boolean }).onlyNarrows !== true || phaseOf(stack.status) === 'undoing-update') {
    return undefined;
  }
  if (before === undefined) {
    return refuse('StageNotForJoin', `agent ${agentName} can't join in stage ${stage}, in which an agent only loses access: let it join in another stage first`);
  }
  const lines = widening(before, declared, now);
  const more = lines.length > MOST_LINES ? `; and ${lines.length - MOST_LINES} more` : '';
  return lines.length === 0 ? undefined : refuse('AccessWidened',
    `agent ${agentName} can only be narrowed in stage ${stage}, and this deployment would add: ${lines.slice(0, MOST_LINES).map(cut).join('; ')}${more}: `
    + 'leave that out, or move the agent to another stage first');
}

/** What a declaration has more than another, one line each. What can't be compared counts as more. */
function widening(from: Declared, to: Declared, now: Date): string[] {
  const [before, after] = [inForce(from, to.stage), inForce(to, to.stage)];
  const { widened, notCompared } = differenceOf({ ...before, exceptions: [] }, { ...after, exceptions: [] });
  const unknown = notCompared.filter((stage) => digestIn(before.access, stage) !== digestIn(after.access, stage));
  // An end that is past is extended only by an operator's renewal, which is checked elsewhere.
  const isLater = Date.parse(to.expiresAt) > Date.parse(from.expiresAt) && Date.parse(from.expiresAt) > now.getTime();
  return [
    ...widened,
    ...unknown.map(() => 'access that is too long to be compared'),
    ...moreTrusted(from.access, to.access) ? ['another trust policy'] : [],
    ...to.exceptions.filter((one) => !from.exceptions.some((known) => covers(known, one))).map(({ actions, until }) => `exception until ${until}: ${actions.join(', ')}`),
    ...(to.delegates ?? []).filter((name) => from.delegates?.includes(name) !== true).map((name) => `delegation to agent ${name}`),
    ...from.access?.boundary !== undefined && from.access.boundary !== to.access?.boundary ? ['another permissions boundary, or none'] : [],
    ...isLater ? [`the end ${to.expiresAt}, after ${from.expiresAt}`] : [],
  ];
}

function digestIn(access: AccessRecord | undefined, stage: string): string | undefined {
  return access?.stages.find((one) => one.stage === stage)?.digest;
}

/** Whether a trust policy lets somebody in whom the earlier one kept out. Without the parts of both it must be the same. */
function moreTrusted(before: AccessRecord | undefined, after: AccessRecord | undefined): boolean {
  const [had, has] = [before?.trustParts, after?.trustParts];
  if (before?.trust === after?.trust) {
    return false;
  }
  return had === undefined || has === undefined
    || has.allows.some((part) => !had.allows.includes(part)) || had.denies.some((part) => !has.denies.includes(part));
}

function covers(known: ExceptionRecord, { actions, until }: ExceptionRecord): boolean {
  return Date.parse(until) <= Date.parse(known.until)
    && actions.every((action) => known.actions.some((pattern) => globCovers(pattern.toLowerCase(), action.toLowerCase())));
}

function cut(line: string): string {
  const points = [...line];
  return points.length > LONGEST_LINE ? `${points.slice(0, LONGEST_LINE).join('')}...` : line;
}
