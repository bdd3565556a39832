import { sessionOf } from './asked-by';
import { asking } from './promotion-record';
import { reasonOf } from '../../../src/core/errors';
import { requireReason } from '../../../src/core/reason';
import { shown } from '../../../src/core/shown';
import { digestOfPromotion } from '../../certification';
import { PlacementState } from '../../model/placement-state';
import { Decision, NOTHING_TO_DO, refuse } from '../../model/plan';
import { LifecycleRequest, RequestApproval } from '../../model/request';
import { mailboxOf } from '../../model/sponsor-of';
import { AttendContext } from '../agenda/entry';

/** A person asks for the approval of a move, before or after a deployment. Who asks is recorded, and can't approve. */
export function decideRequestApproval(
  state: PlacementState | undefined, request: LifecycleRequest<RequestApproval>, context: AttendContext,
): Decision {
  const { placement, placement: { agentName }, registry, intent: { stage, reason } } = request;
  if (state === undefined || state.status !== 'active') {
    return refuse('AgentUnknown', `agent ${agentName} ${state === undefined ? 'is not in the ledger' : `is ${state.status}`}: a deployment that needs an approval of its join asks for it itself`);
  }
  const { approvals = {} } = context.settings.review ?? {};
  const persons = typeof stage === 'string' && Object.hasOwn(approvals, stage) ? approvals[stage] : 0;
  if (persons === 0 || stage === state.declared.stage) {
    const stages = Object.keys(approvals).filter((one) => one !== state.declared.stage);
    return refuse('ApprovalNotNeeded', `agent ${agentName}, which is in ${state.declared.stage}, needs no approval for ${shown(stage)}: `
      + (stages.length === 0 ? 'no other stage of the registry requires one, or it has no AccessCertification' : `one is needed for ${stages.join(', ')}`));
  }
  try {
    requireReason(reason);
  } catch (error) {
    return refuse('ReasonInvalid', `nobody is asked to approve agent ${agentName}: ${reasonOf(error)}`);
  }
  const session = sessionOf(request);
  if (session === undefined || state.principals[session.roleId] !== undefined) {
    return refuse('ReviewerInvalid', 'who asks for an approval must be known: use a session of a role, whose name is your mail address');
  }
  const declared = { ...state.declared, stage };
  const { stackName } = state.owner;
  const digest = digestOfPromotion({ registry, placement, stackName, declared });
  const before = context.approval?.declined === undefined ? context.approval : undefined;
  const requesters = [...new Set([...before?.requesters ?? [], mailboxOf(session.sessionName)])];
  const approved = before?.digest === digest ? before.approvals : [];
  const asked = { digest, declared, stackName, persons, requesters, at: context.now.toISOString(), approvals: approved };
  return { ...NOTHING_TO_DO, transition: 'approval', ...asking(state, request, asked, session.sessionName, reason) };
}
