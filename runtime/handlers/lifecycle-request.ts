import { SFNClient } from '@aws-sdk/client-sfn';
import { client } from './clients';
import { required, stageProfiles } from './environment';
import { ledgerTable } from './table';
import { logger } from './telemetry';
import { InvalidInputError } from '../../src/core/errors';
import { checkResponseUrl, Envelope, envelope, parseRequest, sendAnswer } from '../custom-resource';
import { RequestLedger } from '../ledger';
import { LifecycleRequest, refusedId } from '../lifecycle/request';
import { startTransition } from '../steps';

/** CloudFormation's custom resource: checks the request, stores it, starts its transition. The state machine answers. */
export async function lifecycleRequest(event: unknown): Promise<void> {
  const parsed = envelope.safeParse(event);
  if (!parsed.success) {
    // Nobody can be answered: CloudFormation itself never sends this.
    throw new InvalidInputError('RequestInvalid', `not a request of a custom resource: ${parsed.error.issues.slice(0, 3).map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ')}`);
  }
  const url = checkResponseUrl(parsed.data.ResponseURL, process.env.AWS_ENDPOINT_URL);
  try {
    const registry = { name: required('REGISTRY_NAME'), path: required('REGISTRY_PATH'), stages: stageProfiles() };
    await start(parseRequest(parsed.data, registry), parsed.data);
  } catch (error) {
    // Anything but bad input may be over in a moment: Lambda tries an event again, and then it goes to the dead letters.
    if (!(error instanceof InvalidInputError)) {
      throw error;
    }
    logger.warn('refused', { code: error.code, reason: error.message });
    await sendAnswer(url, {
      // A Delete of what could never have joined must not keep its stack from going.
      Status: parsed.data.RequestType === 'Delete' && parsed.data.PhysicalResourceId?.startsWith(refusedId('')) ? 'SUCCESS' : 'FAILED',
      Reason: `${error.code}: ${error.message}`,
      PhysicalResourceId: parsed.data.PhysicalResourceId ?? refusedId(parsed.data.RequestId),
      StackId: parsed.data.StackId,
      RequestId: parsed.data.RequestId,
      LogicalResourceId: parsed.data.LogicalResourceId,
    });
  }
}

async function start(request: LifecycleRequest, event: Envelope): Promise<void> {
  const answerTo = { responseUrl: event.ResponseURL, requestIdOfCloudFormation: event.RequestId };
  await new RequestLedger(ledgerTable()).save({ request, answerTo }, new Date());
  await startTransition(client(SFNClient), required('STATE_MACHINE_ARN'), request);
  logger.info('started', { agent: request.placement.agentName, kind: request.kind, requestId: request.requestId });
}
