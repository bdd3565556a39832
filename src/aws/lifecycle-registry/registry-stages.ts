import { AgentStage } from '../../core';
import { InvalidInputError } from '../../core/errors';
import { shown } from '../../core/shown';

const ALWAYS_DEFINED = [AgentStage.TEST, AgentStage.STAGING, AgentStage.PRODUCTION];
const IF_LISTED = [AgentStage.PILOT, AgentStage.DEPRECATED];

/** Every stage that access can be declared for, whether agents of this account may be in it or not. */
export function declarableStages(defined: readonly AgentStage[]): AgentStage[] {
  return [...defined, ...IF_LISTED.filter(({ name }) => !defined.some((known) => known.name === name))];
}

/**
 * The stages that a registry defines. A built-in stage can be replaced only by itself with an approval: `of` refuses its name.
 *
 * @throws InvalidInputError `StageTwice`
 */
export function definedStages(path: string, extra: readonly AgentStage[]): AgentStage[] {
  const stages = [...ALWAYS_DEFINED];
  for (const stage of extra) {
    const builtIn = stages.findIndex((known) => known.name === stage.name && ALWAYS_DEFINED.includes(known));
    if (builtIn >= 0 && stage.profile.requiresApproval) {
      stages[builtIn] = stage;
      continue;
    }
    if (stages.some((known) => known.name === stage.name)) {
      throw new InvalidInputError('StageTwice', `${path}: the stage ${JSON.stringify(stage.name)} is defined twice: list each additional stage once; test, staging and production are always defined, and can be replaced by themselves withApproval()`);
    }
    stages.push(stage);
  }
  return stages;
}

/**
 * The defined stages that agents may be in.
 *
 * @param accepted undefined: all of them
 * @throws InvalidInputError `StageMissing`, `StageUnknown`, `StageTwice`
 */
export function acceptedStages(path: string, defined: readonly AgentStage[], accepted: readonly AgentStage[] | undefined): AgentStage[] {
  if (accepted === undefined) {
    return [...defined];
  }
  if (accepted.length === 0) {
    throw new InvalidInputError('StageMissing', `${path}: acceptedStages names no stage: name one or more, such as AgentStage.TEST, or leave it out`);
  }
  const found = accepted.map(({ name }) => {
    const stage = defined.find((known) => known.name === name);
    if (stage === undefined) {
      throw new InvalidInputError('StageUnknown', `${path}: acceptedStages has ${shown(name)}, and the registry defines ${defined.map((known) => known.name).join(', ')}: add it to stages`);
    }
    return stage;
  });
  const twice = found.find((stage, index) => found.indexOf(stage) !== index);
  if (twice !== undefined) {
    throw new InvalidInputError('StageTwice', `${path}: acceptedStages has ${shown(twice.name)} twice: list each stage once`);
  }
  return found;
}
