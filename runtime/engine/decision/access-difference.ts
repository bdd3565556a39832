import { withoutReaders } from '../../../src/contract/callers';
import { EVERY_STAGE } from '../../../src/contract/lifecycle-resource';
import { globCovers } from '../../../src/core/glob';
import { AccessRecord, Declared, ExceptionRecord, StageAccessRecord } from '../../model/placement-state';

/** A readable difference between two declarations. */
interface AccessDifference {
  readonly widened: readonly string[];
  readonly narrowed: readonly string[];
  /** Stages that are not compared because some of their grants are not known. */
  readonly notCompared: readonly string[];
}

/** One action on one resource. */
interface Unit {
  readonly stage: string;
  readonly effect: 'Allow' | 'Deny';
  readonly action: string;
  readonly resource: string;
  readonly condition: string;
}

/** A stage with more units than this is not compared, because their number is the product of actions and resources. */
const MOST_UNITS = 2_000;
const NOTHING: AccessRecord = { stages: [], policy: '', trust: '', trusted: [], guards: '' };

export function differenceOf(from: Declared, to: Declared): AccessDifference {
  const [before, after] = [from.access ?? NOTHING, to.access ?? NOTHING];
  const isCut = (access: StageAccessRecord): boolean => access.omitted > 0 || countOf(access) > MOST_UNITS;
  const notCompared = [...before.stages, ...after.stages].filter(isCut).map(({ stage }) => stage);
  const compared = ({ stages }: AccessRecord): Unit[] => stages.filter(({ stage }) => !notCompared.includes(stage)).flatMap(unitsOf);
  const [had, has] = [compared(before), compared(after)];
  const [gained, lost] = [linesOf(without(has, had)), linesOf(without(had, has))];
  const [trustedBefore, trustedAfter] = [withoutReaders(before.trusted), withoutReaders(after.trusted)];
  const [exceptionsHad, exceptionsHas] = [from.exceptions.map(exceptionLine), to.exceptions.map(exceptionLine)];
  return {
    widened: [
      ...gained.allows, ...lost.denies.map((line) => `${line}, which is denied no more`),
      ...added(exceptionsHad, exceptionsHas), ...added(trustedBefore, trustedAfter).map(trustLine),
    ],
    narrowed: [
      ...lost.allows, ...gained.denies.map((line) => `${line}, which is denied`),
      ...added(exceptionsHas, exceptionsHad), ...added(trustedAfter, trustedBefore).map(trustLine),
    ],
    notCompared: [...new Set(notCompared)].sort(),
  };
}

function countOf({ grants }: StageAccessRecord): number {
  return grants.reduce((sum, { actions, resources }) => sum + actions.length * resources.length, 0);
}

function unitsOf({ stage, grants }: StageAccessRecord): Unit[] {
  return grants.flatMap(({ effect, actions, resources, condition = '' }) =>
    actions.flatMap((action) => resources.map((resource): Unit => ({ stage, effect: effect ?? 'Allow', action, resource, condition }))));
}

/** Units that are neither in `others` nor covered by a pattern there. */
function without(units: readonly Unit[], others: readonly Unit[]): Unit[] {
  const known = new Set(others.map((unit) => JSON.stringify(unit)));
  return units.filter((unit) => !known.has(JSON.stringify(unit)) && !others.some((other) => covers(other, unit)));
}

function covers(other: Unit, unit: Unit): boolean {
  return other.effect === unit.effect
    && (other.stage === unit.stage || other.stage === EVERY_STAGE)
    && (other.condition === unit.condition || other.condition === '')
    && globCovers(other.action.toLowerCase(), unit.action.toLowerCase())
    && globCovers(other.resource, unit.resource);
}

/** Returns one line for each resource. */
function linesOf(units: readonly Unit[]): { readonly allows: string[]; readonly denies: string[] } {
  const lines = new Map<string, { unit: Unit; actions: string[] }>();
  for (const unit of units) {
    const { action, ...rest } = unit;
    const key = JSON.stringify(rest);
    lines.set(key, { unit, actions: [...lines.get(key)?.actions ?? [], action] });
  }
  const texts = (effect: Unit['effect']): string[] => [...lines.values()].filter(({ unit }) => unit.effect === effect)
    .map(({ unit: { stage, resource, condition }, actions }) =>
      `${stage === EVERY_STAGE ? 'in every stage' : `in ${stage}`}: ${actions.join(', ')} on ${resource}${condition === '' ? '' : ` if ${condition}`}`);
  return { allows: texts('Allow'), denies: texts('Deny') };
}

function exceptionLine({ actions, reason, until }: ExceptionRecord): string {
  return `exception until ${until}: ${actions.join(', ')}: ${reason}`;
}

function trustLine(principal: string): string {
  return `the role may be assumed by ${principal}`;
}

function added(before: readonly string[], after: readonly string[]): string[] {
  return after.filter((one) => !before.includes(one));
}
