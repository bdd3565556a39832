import { createHash } from 'node:crypto';

interface LogicalIds {
  readonly role: string;
  readonly access: string;
  /** Of a managed policy that continues the access. */
  readonly accessPart: (number: number) => string;
  readonly lifecycle: string;
}

/** Logical ids contain the agent's name and stage but not the construct tree, so that renaming a construct doesn't create another identity. */
export function logicalIds(agentName: string, stageName: string): LogicalIds {
  const agent = `Agent${pascal(agentName)}`;
  const inStage = `${agent}${pascal(stageName)}`;
  const ofStage = hash(`${agentName}/${stageName}`);
  const access = `${inStage}Access${ofStage}`;
  return { role: `${inStage}Role${ofStage}`, access, accessPart: (number) => `${access}Part${number}`, lifecycle: `${agent}Lifecycle${hash(agentName)}` };
}

/** Logical ids allow only letters and digits, so `a-b` and `ab` would be equal. The hash distinguishes them. */
function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}

function pascal(name: string): string {
  return name.split('-').map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
}
