import { Stack } from 'aws-cdk-lib';
import { AgentFleetProps } from './agent-fleet-props';
import { COLUMNS, RUNTIMES } from './columns';
import { AgentStage } from '../../core';
import { InvalidInputError } from '../../core/errors';
import { requireInstance } from '../../core/instance';
import { requireList } from '../../core/kind';
import { shown } from '../../core/shown';
import { requirePlainText } from '../../core/text';
import { requireStageList } from '../../core/value-classes';
import { AgentRuntime } from '../agent-runtime/agent-runtime';

/** CloudFormation's limit of resources in a stack, divided by the resources of an agent. */
const MOST_AGENTS = 166;
const DEFAULT_AGENTS = 150;

/** The checked code of a fleet: what the names in its rows stand for. */
export interface FleetCode {
  readonly stacks: ReadonlyMap<string, Stack>;
  readonly spreadOver: readonly string[];
  readonly agentsPerStack: number;
  readonly access: readonly string[];
  readonly runtimes: ReadonlyMap<string, () => AgentRuntime>;
  readonly stages: ReadonlyMap<string, AgentStage>;
  readonly ownColumns: readonly string[];
}

/** @throws InvalidInputError `FleetStacksMissing`, `StackUnknown`, `AgentsPerStackInvalid`, `OwnColumnTaken`, `WrongClass`, `WrongType` */
export function fleetCode(props: AgentFleetProps): FleetCode {
  const stacks = new Map(Object.entries(props?.stacks ?? {}));
  if (stacks.size === 0) {
    throw new InvalidInputError('FleetStacksMissing', 'the fleet has no stacks: give at least one, stacks: { finance: stack }');
  }
  stacks.forEach((stack, name) => {
    if (!Stack.isStack(stack)) {
      throw new InvalidInputError('WrongClass', `stacks.${name} must be a Stack, received ${shown(stack)}`);
    }
  });
  const spreadOver = props.spreadOver ?? (stacks.size === 1 ? [...stacks.keys()] : []);
  for (const name of requireList('spreadOver', spreadOver)) {
    if (!stacks.has(name)) {
      throw new InvalidInputError('StackUnknown', `spreadOver names ${shown(name)}: use names of stacks: ${[...stacks.keys()].join(', ')}`);
    }
  }
  const agentsPerStack = props.agentsPerStack ?? DEFAULT_AGENTS;
  if (!Number.isInteger(agentsPerStack) || agentsPerStack < 1 || agentsPerStack > MOST_AGENTS) {
    throw new InvalidInputError('AgentsPerStackInvalid', `agentsPerStack ${shown(agentsPerStack)} is not allowed: use a whole number from 1 to ${MOST_AGENTS}`);
  }
  const ownColumns = requireList('ownColumns', props.ownColumns).map((column) => requirePlainText('an own column', column));
  const taken = ownColumns.find((column) => Object.hasOwn(COLUMNS, column));
  if (taken !== undefined) {
    throw new InvalidInputError('OwnColumnTaken', `the own column ${shown(taken)} is a column of every fleet: use another name`);
  }
  const runtimes = Object.entries(props.runtimes ?? {}).map(([name, runtime]): [string, () => AgentRuntime] => {
    const checked = requireInstance(`runtimes.${name}`, runtime, AgentRuntime, 'a method of AgentRuntime');
    return [name, () => checked];
  });
  const stages = [AgentStage.TEST, AgentStage.STAGING, AgentStage.PRODUCTION, ...requireStageList('stages', props.stages ?? [])];
  return {
    stacks,
    spreadOver,
    agentsPerStack,
    access: requireList('access', props.access).map((name) => requirePlainText('a name of access', name)),
    runtimes: new Map([...Object.entries(RUNTIMES), ...runtimes]),
    stages: new Map(stages.map((stage) => [stage.name, stage])),
    ownColumns,
  };
}
