import { createHash } from 'node:crypto';

/** Logical ids follow the agent's name and stage and not the construct tree: renaming a construct must not make another identity. */
export function logicalIds(agentName: string, stageName: string): { role: string; access: string; lifecycle: string } {
  const agent = `Agent${pascal(agentName)}`;
  const inStage = `${agent}${pascal(stageName)}`;
  const ofStage = hash(`${agentName}/${stageName}`);
  return { role: `${inStage}Role${ofStage}`, access: `${inStage}Access${ofStage}`, lifecycle: `${agent}Lifecycle${hash(agentName)}` };
}

/** CloudFormation allows letters and digits only, and so takes apart names for the same: the hash keeps `a-b` from `ab`. */
function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}

function pascal(name: string): string {
  return name.split('-').map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
}
