import { literal } from './literal';
import { AgentStage } from '../../../src/core';
import { differenceFromProduction, RiskProfile } from '../../../src/core/risk-profile';
import { STANDARD_STAGES, StageOfRegistry } from '../stages';

const BUILT_IN: readonly AgentStage[] = [AgentStage.TEST, AgentStage.STAGING, AgentStage.PILOT, AgentStage.PRODUCTION, AgentStage.DEPRECATED];
/** Members of a profile that are durations in code. The analysis of a risk is the registry's alone. */
const DURATIONS: readonly (readonly [member: keyof RiskProfile, property: string, unit: string])[] = [
  ['maxTenureDays', 'maxTenure', 'days'], ['maxSessionMinutes', 'maxSessionDuration', 'minutes'], ['maxIdleDays', 'maxIdle', 'days'], ['maxKeyAgeDays', 'maxKeyAge', 'days'], ['reviewIntervalDays', 'reviewInterval', 'days'],
];

/** How code names the stages of a registry, and states them in a reference to it. */
export interface StageCode {
  /** Constants of stages of the registry's own. */
  readonly constants: readonly string[];
  /** The last argument of the reference with a comma in front, or nothing if the registry needs no list for these stages. */
  readonly reference: string;
  readonly uses: readonly string[];
}

/** The stage in code. */
export function stageName({ name }: StageOfRegistry): string {
  return isBuiltIn(name) ? `AgentStage.${name.toUpperCase()}` : `${name}Stage`;
}

/** What the code of these stages needs: the same whatever other stages the registry has. */
export function stageCode(stages: readonly StageOfRegistry[]): StageCode {
  const used = [...new Map(stages.map((stage) => [stage.name, stage])).values()].sort((one, other) => (one.name < other.name ? -1 : 1));
  const own = used.filter(({ name }) => !isBuiltIn(name));
  const listed = used.flatMap((stage) => {
    const approved = isBuiltIn(stage.name) && stage.profile.requiresApproval;
    return STANDARD_STAGES.some(({ name }) => name === stage.name) && !approved ? [] : [`${stageName(stage)}${approved ? '.withApproval()' : ''}`];
  });
  const constants = own.map((stage) => `const ${stageName(stage)} = AgentStage.of(${literal(stage.name)}${profileText(stage.profile)});`);
  return {
    constants,
    reference: listed.length === 0 ? '' : `, { stages: [${listed.join(', ')}] }`,
    uses: constants.some((line) => line.includes('Duration.')) ? ['Duration'] : [],
  };
}

function isBuiltIn(name: string): boolean {
  return BUILT_IN.some((stage) => stage.name === name);
}

/** What differs from production, as properties of `AgentStage.of`. */
function profileText(profile: RiskProfile): string {
  const { targetedRiskAnalysis: _ofRegistry, ...difference } = differenceFromProduction(profile);
  const members = Object.entries(difference).map(([member, value]) => {
    const [, property, unit] = DURATIONS.find(([name]) => name === member) ?? [];
    return property === undefined ? `${member}: ${literal(value)}` : `${property}: Duration.${unit}(${literal(value)})`;
  });
  return members.length === 0 ? '' : `, { ${members.join(', ')} }`;
}
