import { createHash } from 'node:crypto';
import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { LifecycleRequest } from '../lifecycle/request';

/** Starts the transition of a request that the ledger has. The same request starts one, however often it comes. */
export async function startTransition(client: SFNClient, stateMachineArn: string, request: LifecycleRequest): Promise<void> {
  try {
    await client.send(new StartExecutionCommand({
      stateMachineArn,
      name: executionName(request),
      input: JSON.stringify({ requestId: request.requestId }),
    }));
  } catch (error) {
    if (!(error instanceof Error && error.name === 'ExecutionAlreadyExists')) {
      throw error;
    }
  }
}

/** At most 80 characters, and the same for the same request: a name can't be used again for 90 days, so a retry by CloudFormation is another. */
export function executionName(request: LifecycleRequest): string {
  const digest = createHash('sha256').update(`${request.requestId}/${request.principal.roleId}`).digest('hex').slice(0, 24);
  return `${request.placement.agentName}-${digest}`;
}
