import { Stack, Token } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { Claims } from '../../core/claims';
import { InvalidInputError } from '../../core/errors';

const PLACEMENTS = new Claims();

/**
 * Claims an agent's name in an account. A second identity of the same name would be refused by the ledger, or get the first one's role. If the
 * account is known only at deployment, the agent's stage is compared as well.
 *
 * @throws InvalidInputError `PlacementTwice`
 */
export function claimPlacement(agent: IConstruct, registryName: string, agentName: string, stageName: string): void {
  // Roles belong to an account, not to a region.
  const { account } = Stack.of(agent);
  const place = Token.isUnresolved(account) ? `any account, stage ${stageName}` : `account ${account}`;
  PLACEMENTS.claim(agent, [registryName, agentName, place].join('|'), (first) => new InvalidInputError('PlacementTwice',
    `${agent.node.path}: agent ${agentName} is already declared at ${first} for ${place}: give this one another name; test and production side by side are two accounts`));
}
