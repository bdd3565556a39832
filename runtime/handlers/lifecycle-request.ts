import { SFNClient } from '@aws-sdk/client-sfn';
import { client } from './clients';
import { required, roleNaming, stageProfiles } from './environment';
import { ledgerTable } from './table';
import { logger } from './telemetry';
import { ENVIRONMENT } from '../../src/contract/environment';
import { isRefusedId, refusedId } from '../../src/contract/lifecycle-resource';
import { InvalidInputError } from '../../src/core/errors';
import { checkResponseUrl, Envelope, envelope, parseRequest, sendResponse } from '../aws/cloudformation';
import { startTransition } from '../engine/start-transition';
import { RequestLedger } from '../ledger';
import { LifecycleRequest } from '../model/request';

/** Handles CloudFormation's custom resource: checks the request, stores it and starts its transition. The state machine responds. */
export async function lifecycleRequest(event: unknown): Promise<void> {
  const parsed = envelope.safeParse(event);
  if (!parsed.success) {
    // There is no URL to respond to. CloudFormation itself never sends such an event.
    throw new InvalidInputError('RequestInvalid', `not a request of a custom resource: ${parsed.error.issues.slice(0, 3).map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ')}`);
  }
  const url = checkResponseUrl(parsed.data.ResponseURL, process.env.AWS_ENDPOINT_URL);
  try {
    const [, , , region, account] = required(ENVIRONMENT.stateMachineArn).split(':');
    const registry = {
      name: required(ENVIRONMENT.registryName),
      account,
      region,
      path: required(ENVIRONMENT.registryPath),
      ...roleNaming(),
      stages: stageProfiles(),
    };
    await start(parseRequest(parsed.data, registry), parsed.data);
  } catch (error) {
    // Any other error may be temporary. Lambda retries the event, and then sends it to the dead-letter queue.
    if (!(error instanceof InvalidInputError)) {
      throw error;
    }
    logger.warn('refused', { code: error.code, reason: error.reason });
    await sendResponse(url, {
      // The Delete of a resource that could never have joined must not keep its stack from being deleted.
      Status: parsed.data.RequestType === 'Delete' && isRefusedId(parsed.data.PhysicalResourceId) ? 'SUCCESS' : 'FAILED',
      Reason: error.message,
      PhysicalResourceId: parsed.data.PhysicalResourceId ?? refusedId(parsed.data.RequestId),
      StackId: parsed.data.StackId,
      RequestId: parsed.data.RequestId,
      LogicalResourceId: parsed.data.LogicalResourceId,
    });
  }
}

async function start(request: LifecycleRequest, { ResponseURL: responseUrl }: Envelope): Promise<void> {
  await new RequestLedger(ledgerTable()).save({ request, responseUrl }, new Date());
  await startTransition(client(SFNClient), required(ENVIRONMENT.stateMachineArn), request);
  logger.info('started', { agent: request.placement.agentName, intent: request.intent.kind, requestId: request.requestId });
}
