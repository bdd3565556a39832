import { createHash } from 'node:crypto';
import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { SFNClient } from '@aws-sdk/client-sfn';
import { agentOf, agentWithCredential, ResolveContext } from './agent-of';
import { CompromiseEvent, RecordedCall } from './events';
import { namedPrincipal } from './named-principal';
import { METRICS, MetricName } from '../../src/contract/metrics';
import { CredentialKind } from '../../src/contract/own-credentials';
import { requestIdOf } from '../../src/contract/request-id';
import { Placement, placementKey } from '../../src/core/lifecycle-event';
import { startTransition } from '../engine/start-transition';
import { RequestLedger } from '../ledger';
import { credentialsOf } from '../model/own-credentials';
import { PlacementState, SuspensionStatus } from '../model/placement-state';
import { LifecycleRequest, Reassert, Suspend } from '../model/request';

export interface ResponderContext extends ResolveContext {
  readonly requests: RequestLedger;
  readonly lambda: LambdaClient;
  readonly stateMachine: SFNClient;
  readonly stateMachineArn: string;
  readonly now: () => Date;
  readonly count: (metric: MetricName) => void;
}

/** What became of an event. */
export type Response = { readonly asked: 'suspend' | 'reassert'; readonly agent: string } | { readonly ignored: string };

/**
 * Asks the engine to suspend the agent that an event names. An event that names no living agent of this registry is ignored and counted: its author
 * may have chosen its content. The same event asks once, however often it is delivered.
 */
export async function suspendNamed(context: ResponderContext, event: CompromiseEvent): Promise<Response> {
  const uniqueId = event.principalId === undefined ? undefined : event.principalId.split(':')[0];
  const principal = namedPrincipal(event.principal, event.account, uniqueId);
  const state = principal === undefined ? undefined : await agentOf(context, principal, uniqueId);
  if (state === undefined) {
    context.count(METRICS.suspensionEventIgnored);
    return { ignored: principal === undefined ? 'it names no principal' : 'it names no living agent of this registry' };
  }
  const reason = `Event ${printableId(event.eventId)} matched the rule ${event.suspendOn}`;
  return ask(context, state.placement, { kind: 'suspend', reason }, event.rule, `${event.suspendOn}/${event.eventId}`);
}

/** Asks the engine to deny an agent again what a suspension or a review denies, after a recorded call on something of it. Calls on anything else are ignored. */
export async function reassertAfter(context: ResponderContext, { account, detail }: RecordedCall, rule: string): Promise<Response> {
  if (detail.eventName === 'ImportApiKeys') {
    return account === context.account ? reassertWithKeys(context, rule, detail.eventID) : { ignored: 'it is of another account' };
  }
  const state = await touched(context, account, detail);
  if (state?.suspension === undefined && state?.reduction === undefined) {
    return { ignored: 'it touches no agent that is denied anything' };
  }
  return ask(context, state.placement, { kind: 'reassert' }, rule, detail.eventID);
}

const SUSPENDED: readonly SuspensionStatus[] = ['suspending', 'suspended', 'suspended-partly'];

/**
 * The names of imported keys are in a file that CloudTrail does not record, so every suspended agent that has keys is looked at. The call is a rare one.
 * https://docs.aws.amazon.com/apigateway/latest/api/API_ImportApiKeys.html
 */
async function reassertWithKeys(context: ResponderContext, rule: string, eventId: string): Promise<Response> {
  const asked: string[] = [];
  for (const { account, agentName } of (await context.ledger.fleet.living()).filter(({ status }) => SUSPENDED.includes(status))) {
    const state = await context.ledger.state({ account, agentName });
    if (state?.suspension !== undefined && credentialsOf(state).some(({ kind }) => kind === 'api-gateway-key')) {
      await ask(context, state.placement, { kind: 'reassert' }, rule, eventId);
      asked.push(agentName);
    }
  }
  return asked.length === 0 ? { ignored: 'no suspended agent has keys of API Gateway' } : { asked: 'reassert', agent: asked.join(' ') };
}

/** The kind of credentials that calls of a service change. */
const CREDENTIALS_IN: Readonly<Record<string, CredentialKind | undefined>> = { 'apigateway.amazonaws.com': 'api-gateway-key', 'rolesanywhere.amazonaws.com': 'roles-anywhere-profile' };

async function touched(
  context: ResponderContext, account: string, { eventSource = '', requestParameters, responseElements }: RecordedCall['detail'],
): Promise<PlacementState | undefined> {
  const credential = CREDENTIALS_IN[eventSource];
  if (credential !== undefined) {
    // The response has the name that it has now. A call without one, in either, is left to the sweep.
    const name = responseElements?.profile?.name ?? responseElements?.name ?? requestParameters?.createApiKeyInput?.name ?? requestParameters?.name;
    const state = name === undefined || account !== context.account ? undefined : await agentWithCredential(context, credential, name);
    return state?.suspension === undefined ? undefined : state;
  }
  const { roleName, userName, functionName, role } = requestParameters ?? {};
  if (roleName !== undefined) {
    return agentNamed(context, roleName, account);
  }
  if (userName !== undefined) {
    return agentNamed(context, userName, account, 'AIDA');
  }
  if (role !== undefined) {
    return agentNamed(context, role, account);
  }
  const name = functionName ?? responseElements?.functionArn;
  const holder = name === undefined ? undefined : await roleOf(context, name);
  return holder === undefined ? undefined : agentNamed(context, holder, account);
}

/** @param kind `AIDA` for the name of a user */
async function agentNamed(context: ResponderContext, text: string, account: string, kind?: 'AIDA'): Promise<PlacementState | undefined> {
  const principal = namedPrincipal(text, account, kind);
  return principal === undefined ? undefined : agentOf(context, principal);
}

async function roleOf({ lambda }: ResponderContext, FunctionName: string): Promise<string | undefined> {
  try {
    return (await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }))).Role;
  } catch (error) {
    // The function may be deleted by now. The name of a hostile event may be none.
    if (error instanceof Error && /^(ResourceNotFoundException|ValidationException|InvalidParameterValueException|AccessDeniedException)$/.test(error.name)) {
      return undefined;
    }
    throw error;
  }
}

async function ask(context: ResponderContext, placement: Placement, intent: Suspend | Reassert, arn: string, occasion: string): Promise<Response> {
  const unique = createHash('sha256').update(`${placementKey(placement)}/${occasion}`).digest('hex').slice(0, 32);
  const request: LifecycleRequest = {
    requestId: requestIdOf('event', intent.kind, unique), registry: context.registry, placement, origin: { kind: 'event', arn }, intent,
  };
  await context.requests.save({ request }, context.now());
  await startTransition(context.stateMachine, context.stateMachineArn, request);
  return { asked: intent.kind, agent: placement.agentName };
}

/** Ids of AWS's events are UUIDs. The sender of an event can't choose its id either. */
function printableId(eventId: string): string {
  return /^[\w-]{1,64}$/.test(eventId) ? eventId : 'without a valid id';
}
