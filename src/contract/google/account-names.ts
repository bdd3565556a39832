import { createHash } from 'node:crypto';

const AGENT_CHARACTERS = 14;
const STAGE_CHARACTERS = 4;
const HASH_CHARACTERS = 10;
const POOL_CHARACTERS = 15;

/**
 * The `account_id` of an agent in a stage: at most 30 of [a-z0-9-]. An agent's and a stage's name (48 and 15 characters) don't fit, so the id ends
 * with 50 bits of a hash over both. Google refuses a second account with the same id, so even after a collision two agents could not share an
 * account.
 */
export function accountId(agentName: string, stageName: string): string {
  return `${cut(agentName, AGENT_CHARACTERS)}-${cut(stageName, STAGE_CHARACTERS)}-${shortHash(`${agentName}/${stageName}`)}`;
}

/**
 * The id of an agent's workload identity pool, 4-32 characters. The stage is not part of it, because a deleted pool keeps its id for 30 days, and a
 * move must not need a second id. It has a prefix because Google reserves ids that begin with gcp-.
 */
export function poolId(agentName: string): string {
  return `agent-${cut(agentName, POOL_CHARACTERS)}-${shortHash(agentName)}`;
}

/** The full name of an agent's workload identity pool. */
export function poolName(agentName: string, project: string): string {
  return `projects/${project}/locations/global/workloadIdentityPools/${poolId(agentName)}`;
}

/** The email address of an account. For a project with a domain, project and domain are in reverse order. */
export function accountEmail(id: string, project: string): string {
  const [projectId, domain] = project.split(':').reverse();
  return `${id}@${projectId}${domain === undefined ? '' : `.${domain}`}.iam.gserviceaccount.com`;
}

/** The full name of an account. */
export function accountName(id: string, project: string): string {
  return `projects/${project}/serviceAccounts/${accountEmail(id, project)}`;
}

function cut(name: string, length: number): string {
  return name.slice(0, length).replace(/-+$/, '');
}

/** Ten characters of [a-v0-9], which Google allows in all names, with five bits each. */
export function shortHash(text: string): string {
  const bits = BigInt(`0x${createHash('sha256').update(text).digest('hex')}`);
  return bits.toString(32).padStart(52, '0').slice(-HASH_CHARACTERS);
}
