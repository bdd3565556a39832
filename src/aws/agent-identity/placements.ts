import { Stack, Token } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { InvalidInputError } from '../../core/errors';

const PLACED = new WeakMap<IConstruct, Map<string, string>>();

/**
 * One agent name, one account: another identity of the same name would be refused by the ledger, or take the first one's role.
 * Where the account is only known at deployment, the stage tells two apart.
 *
 * @throws InvalidInputError `PlacementTwice`
 */
export function claimPlacement(agent: IConstruct, registryName: string, agentName: string, stageName: string): void {
  const placed = PLACED.get(agent.node.root) ?? new Map<string, string>();
  PLACED.set(agent.node.root, placed);
  // Roles are the account's, whatever the region.
  const { account } = Stack.of(agent);
  const place = Token.isUnresolved(account) ? `any account, stage ${stageName}` : `account ${account}`;
  const key = [registryName, agentName, place].join('|');
  const first = placed.get(key);
  if (first !== undefined) {
    throw new InvalidInputError('PlacementTwice',
      `${agent.node.path}: agent ${agentName} is already declared at ${first} for ${place}: give this one another name; test and production side by side are two accounts`);
  }
  placed.set(key, agent.node.path);
}
