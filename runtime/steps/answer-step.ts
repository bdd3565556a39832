import { Answer, checkResponseUrl, sendAnswer } from '../custom-resource';
import { publishOutbox, StoredRequest } from '../ledger';
import { Engine, eventContext, Run } from './engine';
import { loadRequest, loadTask } from './load-task';
import { physicalId, refusedId } from '../lifecycle/request';

/** Codes of refusals of a Create: nothing belongs to it. Everything else may have left something behind, and its Delete must look. */
const REFUSALS_OF_CREATE = ['AgentExpired', 'TenureExceeded', 'NameTaken', 'PrincipalRetired', 'AgentSuspended'];

/** What Step Functions says of a step that failed. */
export interface StepError {
  readonly Error?: string;
  readonly Cause?: string;
}

/** Tells CloudFormation that it is done, and lets others at the placement. */
export async function answerStep(engine: Engine, run: Run, execution: string): Promise<{ requestId: string; answered: string }> {
  const { stored, request, plan } = await loadTask(engine, run.requestId);
  const { failure } = plan;
  await send(engine, stored, {
    ...addressOf(stored),
    PhysicalResourceId: plan.physicalId,
    ...(failure === undefined
      ? { Status: 'SUCCESS', Data: { PrincipalArn: request.principal.roleArn, PrincipalId: request.principal.roleId } }
      : { Status: 'FAILED', Reason: `${failure.code}: ${failure.message}` }),
  });
  await engine.lock.release(request.placement, execution);
  return { requestId: run.requestId, answered: failure === undefined ? 'SUCCESS' : 'FAILED' };
}

/** Tells CloudFormation what went wrong and what remains. Nothing here may keep the answer from being sent. */
export async function answerFailedStep(
  engine: Engine, requestId: string, execution: string, error: StepError,
): Promise<{ requestId: string; answered: string }> {
  const stored = await loadRequest(engine, requestId);
  const { request } = stored;
  const code = error.Error ?? 'Unknown';
  if (code === 'TeardownIncomplete') {
    await tellIncomplete(engine, stored, messageOf(error)).catch((reason: unknown) => engine.log.warn('could not record that a teardown is incomplete', { reason: String(reason) }));
  }
  const fallback = request.kind === 'Create' && REFUSALS_OF_CREATE.includes(code)
    ? refusedId(requestId)
    : physicalId(request.placement.agentName, request.declared.stage, request.principal.roleId);
  await send(engine, stored, {
    ...addressOf(stored),
    Status: 'FAILED',
    Reason: `${code}: ${messageOf(error)}`,
    PhysicalResourceId: request.physicalResourceId ?? fallback,
  });
  await engine.lock.release(request.placement, execution);
  return { requestId, answered: 'FAILED' };
}

async function tellIncomplete(engine: Engine, { request }: StoredRequest, message: string): Promise<void> {
  engine.count('TeardownIncomplete');
  const state = await engine.ledger.state(request.placement);
  if (state !== undefined) {
    const event = { name: 'teardown-incomplete' as const, stage: state.declared.stage, details: { remains: message.slice(0, 8_000) }, key: `teardown-incomplete/${request.requestId}` };
    await engine.ledger.commit(request.placement, {}, [event], eventContext(engine, request));
    await publishOutbox(engine.table, engine.bus, engine.config.busName, request.placement);
  }
}

async function send(engine: Engine, stored: StoredRequest, answer: Answer): Promise<void> {
  const outcome = await sendAnswer(checkResponseUrl(stored.responseUrl, engine.config.localEndpoint), answer);
  engine.log.info('answered', { status: answer.Status, reason: answer.Reason, agent: stored.request.placement.agentName, outcome });
}

function addressOf({ request, requestIdOfCloudFormation }: StoredRequest): Pick<Answer, 'StackId' | 'RequestId' | 'LogicalResourceId'> {
  return { StackId: request.stackId, RequestId: requestIdOfCloudFormation, LogicalResourceId: request.logicalResourceId };
}

/** A Lambda function's error comes as JSON in the cause. */
function messageOf({ Cause: cause = '' }: StepError): string {
  try {
    const parsed = JSON.parse(cause) as { errorMessage?: unknown };
    return typeof parsed.errorMessage === 'string' ? parsed.errorMessage : cause;
  } catch {
    return cause;
  }
}
