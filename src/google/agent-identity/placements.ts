import { IConstruct } from 'constructs';
import { InvalidInputError } from '../../core/errors';
import { TerraformStack } from '../cdktf';

const PLACED = new WeakMap<IConstruct, Map<string, string>>();

/**
 * One agent name, one project: a second would be the first one's account. And one a stack: addresses in Terraform's state are made of the agent's name.
 *
 * @throws InvalidInputError `PlacementTwice`
 */
export function claimPlacement(agent: IConstruct, agentName: string, project: string): void {
  const placed = PLACED.get(agent.node.root) ?? new Map<string, string>();
  PLACED.set(agent.node.root, placed);
  const stack = TerraformStack.of(agent).node.path;
  for (const place of [`project ${project}`, `stack ${stack}`]) {
    const key = `${agentName} in ${place}`;
    const first = placed.get(key);
    if (first !== undefined) {
      throw new InvalidInputError('PlacementTwice',
        `${agent.node.path}: agent ${agentName} is already declared at ${first} for ${place}: give this one another name; test and production side by side are two projects in two stacks`);
    }
    placed.set(key, agent.node.path);
  }
}
