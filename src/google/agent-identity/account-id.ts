import { createHash } from 'node:crypto';

const AGENT_CHARACTERS = 14;
const STAGE_CHARACTERS = 4;
const HASH_CHARACTERS = 10;
const POOL_CHARACTERS = 15;

/**
 * The `account_id` of an agent in a stage: at most 30 of [a-z0-9-]. Names of 48 and 15 characters can't be told apart in 30, so what makes it unique is
 * 50 bits of a hash over both; Google refuses a second account of the same id, so even a collision could not make one account of two agents.
 */
export function accountId(agentName: string, stageName: string): string {
  return `${cut(agentName, AGENT_CHARACTERS)}-${cut(stageName, STAGE_CHARACTERS)}-${hash(`${agentName}/${stageName}`)}`;
}

/**
 * The id of an agent's workload identity pool, 4-32 characters. Not of its stage: a deleted pool keeps its id for 30 days, and a move must not need it anew.
 * The prefix is there as Google keeps ids that begin with gcp- for itself.
 */
export function poolId(agentName: string): string {
  return `agent-${cut(agentName, POOL_CHARACTERS)}-${hash(agentName)}`;
}

function cut(name: string, length: number): string {
  return name.slice(0, length).replace(/-+$/, '');
}

/** Ten of [a-v0-9], five bits each: of the alphabet that Google allows everywhere. */
export function hash(text: string): string {
  const bits = BigInt(`0x${createHash('sha256').update(text).digest('hex')}`);
  return bits.toString(32).padStart(52, '0').slice(-HASH_CHARACTERS);
}
