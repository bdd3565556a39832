import { IConstruct } from 'constructs';
import { Claims } from '../../core/claims';
import { InvalidInputError } from '../../core/errors';
import { TerraformStack } from '../cdktf';

const PLACEMENTS = new Claims();

/**
 * Claims an agent's name in a project, because a second agent would have the first one's account. Claims it in the stack as well, because addresses
 * in Terraform's state contain the agent's name.
 *
 * @throws InvalidInputError `PlacementTwice`
 */
export function claimPlacement(agent: IConstruct, agentName: string, project: string): void {
  const stack = TerraformStack.of(agent).node.path;
  for (const place of [`project ${project}`, `stack ${stack}`]) {
    PLACEMENTS.claim(agent, `${agentName} in ${place}`, (first) => new InvalidInputError('PlacementTwice',
      `${agent.node.path}: agent ${agentName} is already declared at ${first} for ${place}: give this one another name; test and production side by side are two projects in two stacks`));
  }
}
