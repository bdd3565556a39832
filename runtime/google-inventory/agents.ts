import { Account } from './facts';
import { accountEmail, accountId } from '../../src/contract/google';
import { InventoryRow } from '../inventory/model';

/** A registry's agent: its project, name and stage. */
export interface RegisteredAgent {
  readonly account: string;
  readonly agentName: string;
  readonly stage: string;
  /** Bucket of the registry. */
  readonly registry: string;
}

type Agent = NonNullable<InventoryRow['agent']>;

/** Agents of a registry by the addresses of their accounts. An address is made from the agent and its stage. */
export function agentsByAddress(agents: readonly RegisteredAgent[]): Map<string, Agent> {
  return new Map(agents.map(({ account, agentName: name, stage, registry }) => [accountEmail(accountId(name, stage), account), { name, registry }]));
}

/** The agent that an account's display name claims, if the address is made from the same. Anyone who may create accounts can imitate both. */
export function claimedAgent({ displayName, email, project }: Account): Agent | undefined {
  const [, name, stage] = /^([a-z0-9-]+), ([a-z0-9-]+), until /.exec(displayName) ?? [];
  return name !== undefined && email === accountEmail(accountId(name, stage), project) ? { name, registry: 'unknown' } : undefined;
}
