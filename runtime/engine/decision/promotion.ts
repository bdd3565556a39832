import { StackContext } from './context';
import { asking, stillValid } from './promotion-record';
import { digestOfPromotion } from '../../certification';
import { AskedApproval } from '../../model/approval';
import { Declared, PlacementState } from '../../model/placement-state';
import { Decision, Plan, Refusal, refuse } from '../../model/plan';
import { Change, Join, LifecycleRequest } from '../../model/request';

type Declaring = LifecycleRequest<Join | Change>;

/** How many people must approve a move into a stage with this profile. A profile that was stored before this demand existed doesn't have it. */
export function personsToApprove({ requiresApproval, twoReviewers }: Partial<Declared['profile']>): number {
  return requiresApproval !== true ? 0 : twoReviewers === true ? 2 : 1;
}

/**
 * Plans a move or a join. If its stage needs an approval, it is planned only with one of exactly what is declared, which the plan uses up before anything is granted. Without one the request is
 * refused, and the people who can approve are asked, once for each declaration.
 */
export function withApproval(state: PlacementState | undefined, request: Declaring, context: StackContext, plan: () => Plan): Decision {
  const { placement, registry, intent: { principal: { roleId }, declared } } = request;
  const persons = personsToApprove(declared.profile);
  if (persons === 0 || (state?.status === 'active' && state.declared.stage === declared.stage)) {
    return plan();
  }
  const { stack: { owner: { stackName } }, approval, reviews } = context;
  const digest = digestOfPromotion({ registry, placement, stackName, declared });
  const pending = state?.pending;
  if (pending?.phase === 'cutting' && pending.to === roleId && pending.approved === digest) {
    return begunWith(plan(), digest);
  }
  if (reviews === undefined) {
    return refuse('ApprovalMissing', `agent ${placement.agentName} can't get into ${declared.stage} without an approval, and nobody can approve: the registry ${registry} has no AccessCertification; `
      + 'add one and deploy the registry');
  }
  const valid = approval?.digest === digest && approval.declined === undefined ? stillValid(state, approval, context.now) : [];
  if (approval !== undefined && valid.length >= persons) {
    return using(plan(), declared, approval, valid.map(({ by }) => by), request.requestId);
  }
  return refusal(state, request, context, { ...base(approval, digest), digest, declared, stackName, persons, at: context.now.toISOString() });
}

/** What is kept of an earlier request: who asked, and what was answered to the same one. */
function base(before: AskedApproval<Declared> | undefined, digest: string): Pick<AskedApproval<Declared>, 'requesters' | 'approvals' | 'declined'> {
  const { requesters = [], approvals = [], declined } = before ?? {};
  return before?.digest === digest ? { requesters, approvals, ...(declined === undefined ? {} : { declined }) }
    : { requesters: declined === undefined ? requesters : [], approvals: [] };
}

function refusal(state: PlacementState | undefined, request: Declaring, { approval, now }: StackContext, wanted: AskedApproval<Declared>): Refusal {
  const { placement: { agentName } } = request;
  const { declared: { stage }, digest, persons, declined, approvals } = wanted;
  const isSame = approval?.digest === digest;
  const how = `its sponsor or backup looks at it and approves with "nhi approve ${agentName}", or on the page for reviewers, then deploy again; "nhi request-approval ${agentName} --stage ${stage}" asks them again`;
  if (declined !== undefined) {
    return refuse('ApprovalDeclined', `agent ${agentName} may not get into ${stage}: ${declined.by} declined it at ${declined.at} (${declined.reason}); `
      + `change what is declared and deploy, or ask again with "nhi request-approval ${agentName} --stage ${stage}"`);
  }
  const people = persons === 1 ? 'an approval' : `the approvals of ${persons} people`;
  const what = `agent ${agentName} can't get into ${stage} without ${people} of exactly what is declared (${digest})`;
  if (isSame && !approvals.some(({ until }) => Date.parse(until) <= now.getTime())) {
    // They were asked, and not all have answered.
    const count = stillValid(state, wanted, now).length;
    return refuse('ApprovalMissing', `${what}, and it has ${count === 0 ? 'none' : `${count}`}: ${how}`);
  }
  const end = `they are notified: ${how}`;
  const refused = isSame ? refuse('ApprovalExpired', `${what}, and it has expired; ${end}`)
    : (approval?.approvals.length ?? 0) > 0 ? refuse('ApprovalOutdated', `${what}, and what was approved is something else (${approval?.digest}); ${end}`)
      : refuse('ApprovalMissing', `${what}, and it has none; ${end}`);
  return { ...refused, records: asking(state, request, { ...wanted, approvals: [] }, 'deployment') };
}

/** The approval is used up in the transaction that stores the plan. The same request repeated has the stored plan, so it uses no other one. */
function using(plan: Plan, { stage, sponsor }: Declared, { digest }: AskedApproval<Declared>, by: readonly string[], requestId: string): Plan {
  const { note } = plan;
  return {
    ...begunWith({ ...plan, note: { ...note, approval: null } }, digest),
    noted: [{ name: 'approval-used', stage, sponsorId: sponsor.id, details: { digest, by: [...by] }, key: `approval-used/${requestId}` }],
  };
}

/** A move that has begun continues with the approval that it used up. */
function begunWith(plan: Plan, approved: string): Plan {
  const { note } = plan;
  return note?.pending == null ? plan : { ...plan, note: { ...note, pending: { ...note.pending, approved } } };
}
