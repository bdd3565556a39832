import { IAMClient } from '@aws-sdk/client-iam';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SFNClient } from '@aws-sdk/client-sfn';
import { ENVIRONMENT } from '../../src/contract/environment';
import { METRICS } from '../../src/contract/metrics';
import { PlacementLedger, RequestLedger } from '../ledger';
import { compromiseEvent, reassertAfter, recordedCall, ResponderContext, Response, suspendNamed } from '../suspension';
import { client } from './clients';
import { required, roleNaming, tagPrefix } from './environment';
import { ledgerTable } from './table';
import { countOf, logger } from './telemetry';

let context: ResponderContext | undefined;

/** Responds to an event that a rule of `suspendOn` or the rule of the re-assertion has matched. */
export async function suspensionEvent(event: unknown): Promise<Response> {
  context ??= makeContext();
  const response = await respond(context, event);
  // Nothing of the event is logged: its content may be hostile.
  logger.info('asked' in response ? 'asked the engine' : 'ignored an event', { ...response });
  return response;
}

async function respond(responder: ResponderContext, event: unknown): Promise<Response> {
  const compromise = compromiseEvent.safeParse(event);
  if (compromise.success) {
    return suspendNamed(responder, compromise.data);
  }
  const call = recordedCall.safeParse(event);
  if (call.success) {
    return reassertAfter(responder, call.data, required(ENVIRONMENT.reassertRuleArn));
  }
  responder.count(METRICS.suspensionEventIgnored);
  return { ignored: 'it has another form' };
}

function makeContext(): ResponderContext {
  const table = ledgerTable();
  const registry = required(ENVIRONMENT.registryName);
  const stateMachineArn = required(ENVIRONMENT.stateMachineArn);
  return {
    registry,
    registryPath: required(ENVIRONMENT.registryPath),
    partition: required(ENVIRONMENT.partition),
    account: stateMachineArn.split(':')[4],
    ...roleNaming(),
    tagPrefix: tagPrefix(),
    ledger: new PlacementLedger(table),
    requests: new RequestLedger(table),
    iam: client(IAMClient),
    lambda: client(LambdaClient),
    stateMachine: client(SFNClient),
    stateMachineArn,
    now: () => new Date(),
    count: countOf(registry),
  };
}
