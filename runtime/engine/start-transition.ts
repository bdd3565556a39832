import { createHash } from 'node:crypto';
import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { ExecutionInput } from './execution';
import { LifecycleRequest } from '../model/request';

/** Starts the transition of a stored request. Repeating the call for the same request starts no second transition. */
export async function startTransition(client: SFNClient, stateMachineArn: string, request: LifecycleRequest): Promise<void> {
  const { requestId, placement } = request;
  const input: ExecutionInput = { requestId, placement };
  try {
    await client.send(new StartExecutionCommand({ stateMachineArn, name: executionName(request), input: JSON.stringify(input) }));
  } catch (error) {
    if (!(error instanceof Error && error.name === 'ExecutionAlreadyExists')) {
      throw error;
    }
  }
}

/**
 * At most 80 characters, and the same for the same request. A name can't be used again for 90 days, so a retry by CloudFormation gets a different
 * name.
 */
export function executionName({ requestId, placement, origin }: LifecycleRequest): string {
  const digest = createHash('sha256').update(`${requestId}/${origin.kind}`).digest('hex').slice(0, 24);
  return `${placement.agentName}-${digest}`;
}
