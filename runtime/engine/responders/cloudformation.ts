import { LIFECYCLE_ATTRIBUTES, physicalId, refusedId } from '../../../src/contract/lifecycle-resource';
import { mayHaveChanged } from '../../../src/contract/refusals';
import { checkResponseUrl, sendResponse } from '../../aws/cloudformation';
import { CloudFormationOrigin } from '../../model/request';
import { Engine } from '../engine';
import { Answered } from '../execution';
import { LoadedRequest } from '../loaded-request';

/** Sends the response to the URL in CloudFormation's event. */
export async function respondToCloudFormation(engine: Engine, loaded: LoadedRequest, { answered, code, message }: Answered): Promise<void> {
  const { stored: { responseUrl = '' }, request } = loaded;
  const origin = request.origin as CloudFormationOrigin;
  const outcome = await sendResponse(checkResponseUrl(responseUrl, engine.config.localEndpoint), {
    Status: answered,
    ...(answered === 'FAILED' ? { Reason: `${code}: ${message}` } : { Data: attributesOf(loaded) }),
    PhysicalResourceId: answered === 'FAILED' ? idAfterFailure(loaded, code ?? '') : idAfterSuccess(loaded),
    StackId: origin.stackId,
    RequestId: origin.eventId,
    LogicalResourceId: origin.logicalResourceId,
  });
  if (outcome === 'too-late') {
    engine.log.warn('CloudFormation no longer waits for the response', { requestId: request.requestId });
  }
}

function attributesOf({ request: { intent } }: LoadedRequest): Record<string, string> {
  return intent.kind === 'join' || intent.kind === 'change'
    ? { [LIFECYCLE_ATTRIBUTES.principalArn]: intent.principal.roleArn, [LIFECYCLE_ATTRIBUTES.principalId]: intent.principal.roleId }
    : {};
}

function idAfterSuccess(loaded: LoadedRequest): string {
  const { request: { placement, origin, intent }, plan } = loaded;
  const given = (origin as CloudFormationOrigin).physicalResourceId;
  if (intent.kind === 'withdraw') {
    return given ?? idOfRequest(loaded);
  }
  return plan?.answers === undefined ? idOfRequest(loaded) : physicalId(placement.agentName, plan.answers.stage, plan.answers.roleId);
}

/** A failed update keeps its physical id. A refused Create gets an id that shows the following Delete that nothing was changed. */
function idAfterFailure(loaded: LoadedRequest, code: string): string {
  const { requestId, origin, intent } = loaded.request;
  const given = (origin as CloudFormationOrigin).physicalResourceId;
  return given ?? (intent.kind === 'join' && !mayHaveChanged(code) ? refusedId(requestId) : idOfRequest(loaded));
}

function idOfRequest({ request: { placement, intent } }: LoadedRequest): string {
  switch (intent.kind) {
    case 'join':
    case 'change': return physicalId(placement.agentName, intent.declared.stage, intent.principal.roleId);
    case 'withdraw': return physicalId(placement.agentName, intent.stage, intent.principal);
    default: return placement.agentName;
  }
}
