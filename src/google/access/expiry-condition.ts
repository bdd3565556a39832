import { Expiry } from '../../core';

/** A condition of an IAM binding. */
export interface IamCondition {
  readonly title: string;
  readonly description: string;
  readonly expression: string;
}

/** Ends a binding at the agent's end, without any code of ours. */
export function untilExpiry(expires: Expiry): IamCondition {
  return { title: 'agent-expiry', description: 'Until the end of the agent', expression: `request.time < timestamp("${expires.iso}")` };
}

/** Begins a binding at the agent's end, so that the janitor can't change the account before. */
export function fromExpiry(expires: Expiry): IamCondition {
  return { title: 'agent-expired', description: 'From the end of the agent on', expression: `request.time >= timestamp("${expires.iso}")` };
}
