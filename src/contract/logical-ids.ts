import { createHash } from 'node:crypto';

/** Logical ids contain the agent's name and stage but not the construct tree, so that renaming a construct doesn't create another identity. */
export function logicalIds(agentName: string, stageName: string): { role: string; access: string; lifecycle: string; reach: string; expiry: string } {
  const agent = `Agent${pascal(agentName)}`;
  const inStage = `${agent}${pascal(stageName)}`;
  const ofStage = hash(`${agentName}/${stageName}`);
  return { role: `${inStage}Role${ofStage}`, access: `${inStage}Access${ofStage}`, lifecycle: `${agent}Lifecycle${hash(agentName)}`, reach: `${agent}Reach${hash(agentName)}`, expiry: `${agent}Expiry${hash(agentName)}` };
}

/** Logical ids allow only letters and digits, so `a-b` and `ab` would be equal. The hash distinguishes them. */
function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}

function pascal(name: string): string {
  return name.split('-').map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
}
