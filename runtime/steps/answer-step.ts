import { Answer, checkResponseUrl, sendAnswer } from '../custom-resource';
import { publishOutbox, StoredRequest } from '../ledger';
import { Engine, eventContext, Run } from './engine';
import { loadRequest, loadTask } from './load-task';
import { physicalId, refusedId } from '../lifecycle/request';

/** Codes of refusals of a Create: nothing belongs to it. Everything else may have left something behind, and its Delete must look. */
const REFUSALS_OF_CREATE = ['AgentExpired', 'TenureExceeded', 'NameTaken', 'PrincipalRetired', 'AgentSuspended', 'StageUnknown'];

/** What Step Functions says of a step that failed. */
export interface StepError {
  readonly Error?: string;
  readonly Cause?: string;
}

/** What came of a request, as its execution says it. */
export interface Answered {
  readonly requestId: string;
  readonly answered: 'SUCCESS' | 'FAILED';
  readonly code?: string;
  readonly message?: string;
}

/** Tells CloudFormation that it is done, and lets others at the placement. */
export async function answerStep(engine: Engine, run: Run, execution: string): Promise<Answered> {
  const { stored, request, plan } = await loadTask(engine, run.requestId);
  const { failure } = plan;
  await send(engine, stored, {
    PhysicalResourceId: plan.physicalId,
    ...(failure === undefined
      ? { Status: 'SUCCESS', Data: { PrincipalArn: request.principal.roleArn, PrincipalId: request.principal.roleId } }
      : { Status: 'FAILED', Reason: `${failure.code}: ${failure.message}` }),
  });
  await engine.lock.release(request.placement, execution);
  return failure === undefined ? { requestId: run.requestId, answered: 'SUCCESS' } : { requestId: run.requestId, answered: 'FAILED', ...failure };
}

/** Tells CloudFormation what went wrong and what remains. Nothing here may keep the answer from being sent. */
export async function answerFailedStep(
  engine: Engine, requestId: string, execution: string, error: StepError,
): Promise<Answered> {
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
    Status: 'FAILED',
    Reason: `${code}: ${messageOf(error)}`,
    PhysicalResourceId: request.physicalResourceId ?? fallback,
  });
  await engine.lock.release(request.placement, execution);
  return { requestId, answered: 'FAILED', code, message: messageOf(error) };
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

async function send(engine: Engine, { request, answerTo }: StoredRequest, answer: Pick<Answer, 'Status' | 'Reason' | 'Data' | 'PhysicalResourceId'>): Promise<void> {
  const outcome = answerTo === undefined ? 'nobody waits' : await sendAnswer(checkResponseUrl(answerTo.responseUrl, engine.config.localEndpoint), {
    ...answer, StackId: request.stackId, RequestId: answerTo.requestIdOfCloudFormation, LogicalResourceId: request.logicalResourceId,
  });
  engine.log.info('answered', { status: answer.Status, reason: answer.Reason, agent: request.placement.agentName, outcome });
}

/** A Lambda function's error comes as JSON in the cause. */
export function messageOf({ Cause: cause = '' }: StepError): string {
  try {
    const parsed = JSON.parse(cause) as { errorMessage?: unknown };
    return typeof parsed.errorMessage === 'string' ? parsed.errorMessage : cause;
  } catch {
    return cause;
  }
}
