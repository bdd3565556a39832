import { DeleteRolePolicyCommand, DetachRolePolicyCommand } from '@aws-sdk/client-iam';
import { reasonOf } from '../../../src/core/errors';
import { attachedTo, inlineOf, inspectPrincipal } from '../../aws/principals';
import { unlessGone } from '../../aws/principals/errors-of-iam';
import { AddedPolicies } from '../../model/drift';
import { PlacementState, PrincipalRecord } from '../../model/placement-state';
import { PlannedEvent } from '../../model/plan';
import { AGAIN_AFTER_MS } from '../agenda/drift';
import { instantAt } from '../agenda/instants';
import { Engine } from '../engine';
import { advance, ExecutionProgress, StepInput } from '../execution';
import { eventContext, loadPlannedRequest, stateOf } from '../loaded-request';

/**
 * Removes the policies of the plan from the present principal, then checks again. Only what the second look doesn't find is recorded as removed. What IAM
 * refuses to remove stays in the record with the reason, and is tried again later.
 */
export async function clean(engine: Engine, input: StepInput): Promise<ExecutionProgress> {
  const { plan, request, ...loaded } = await loadPlannedRequest(engine, input);
  const state = stateOf({ request, ...loaded });
  const principal = state.principals[state.present];
  const wanted = plan.clean ?? { inline: [], attached: [] };
  const failures = await removed(engine, principal, wanted);
  const remains = await remaining(engine, principal, wanted);
  const gone = linesOf(wanted).filter((line) => !remains.includes(line));
  const notRemoved = remains.map((line) => `${line} (${failures.get(line) ?? 'still there after it was removed'})`);
  await engine.ledger.commit(request.placement, state, { agenda: agendaAfter(engine, state, notRemoved) },
    gone.length === 0 ? [] : [removal(state, gone, remains, request.requestId)], eventContext(engine, request));
  return advance(input.progress!);
}

type Call = [line: string, make: () => Promise<unknown>];

/** Removes one after the other, and returns why some could not be removed. */
async function removed(engine: Engine, principal: PrincipalRecord, { inline, attached }: AddedPolicies): Promise<Map<string, string>> {
  const { roleName: RoleName } = principal;
  const calls: Call[] = [
    ...inline.map((PolicyName): Call => [inlineLine(PolicyName), () => engine.iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName }))]),
    ...attached.map((PolicyArn): Call => [attachedLine(PolicyArn), () => engine.iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn }))]),
  ];
  const failures = new Map<string, string>();
  for (const [line, call] of calls) {
    // Another role may have the name meanwhile.
    if (!(await inspectPrincipal(engine, principal)).present) {
      return failures;
    }
    try {
      await unlessGone(call);
    } catch (error) {
      failures.set(line, reasonOf(error));
    }
  }
  return failures;
}

async function remaining(engine: Engine, principal: PrincipalRecord, { inline, attached }: AddedPolicies): Promise<string[]> {
  if (!(await inspectPrincipal(engine, principal)).present) {
    return [];
  }
  const [names, arns] = await Promise.all([inlineOf(engine, principal.roleName), attachedTo(engine, principal.roleName)]);
  return [...inline.filter((name) => names.includes(name)).map(inlineLine), ...attached.filter((arn) => arns.includes(arn)).map(attachedLine)];
}

/** The next sweep checks the principal again, which clears the finding if nothing else is left of it. */
function agendaAfter(engine: Engine, { agenda }: PlacementState, notRemoved: readonly string[]): PlacementState['agenda'] {
  const { drift } = agenda ?? {};
  if (drift?.found === undefined) {
    return agenda;
  }
  const now = engine.now().getTime();
  const { notRemoved: _before, ...found } = drift.found;
  return {
    ...agenda,
    drift: {
      ...drift,
      checkAt: instantAt(now),
      found: { ...found, ...(notRemoved.length === 0 ? {} : { notRemoved }) },
      ...(notRemoved.length === 0 ? {} : { removeAgainAt: instantAt(now + AGAIN_AFTER_MS) }),
    },
  };
}

function removal(
  { declared: { stage }, present }: PlacementState, gone: readonly string[], remains: readonly string[], requestId: string,
): PlannedEvent {
  const details = { removed: [...gone], remains: [...remains] };
  return { name: 'drift-removed', stage, roleId: present, details, key: `drift-removed/${present}/${requestId}` };
}

function linesOf({ inline, attached }: AddedPolicies): string[] {
  return [...inline.map(inlineLine), ...attached.map(attachedLine)];
}

function inlineLine(name: string): string {
  return `inline policy ${name}`;
}

function attachedLine(arn: string): string {
  return `attached policy ${arn}`;
}
