import { withAdoption } from './adoption';
import { decideApprove } from './approve';
import { decideAttend } from './attend';
import { decideBringForward } from './bring-forward';
import { notCarriedOn } from './certified-period';
import { decideChange } from './change';
import { decideConfirmRevocation } from './confirm-revocation';
import { FinishContext, StackContext } from './context';
import { refusedCredential } from './credentials';
import { decideFinish } from './finish';
import { decideHearWorker } from './hear-worker';
import { decideJoin } from './join';
import { decideKeep } from './keep';
import { decideOffboard } from './offboard';
import { decideOfferTransfer } from './offer-transfer';
import { revokedMeanwhile } from './open-revocations';
import { stillReduced } from './reduction';
import { decideRenew } from './renew';
import { decideRequestApproval } from './request-approval';
import { decideRetry } from './retry';
import { decideReview } from './review';
import { tooManyRevokers } from './revokers';
import { longLivedKeys, profileOf } from './rules';
import { decideDrill, decideEndDrill, decideReassert, decideResume, decideSuspend } from './suspend';
import { decideWithdraw } from './withdraw';
import { everJoined, PlacementState } from '../../model/placement-state';
import { Decision } from '../../model/plan';
import { Change, Intent, Join, LifecycleRequest } from '../../model/request';
import { phaseOf } from '../../model/stack-view';
import { AttendContext } from '../agenda';

/** The context that the decision on each kind of intent needs. */
export type ContextOf<I extends Intent> = I extends { kind: 'finish' | 'offboard' } ? FinishContext : I extends { kind: 'attend' | 'retry' | 'review' | 'bring-forward' | 'request-approval' | 'approve' } ? AttendContext : StackContext;

type Decide = (state: PlacementState | undefined, request: LifecycleRequest<never>, context: never) => Decision;

const DECISIONS: { readonly [K in Intent['kind']]: Decide } = {
  'join': withProfile(decideJoin),
  'change': withProfile(decideChange),
  'withdraw': decideWithdraw,
  'finish': decideFinish,
  'offboard': decideOffboard,
  'retry': decideRetry,
  'offer-transfer': decideOfferTransfer,
  'renew': decideRenew,
  'suspend': decideSuspend,
  'resume': decideResume,
  'reassert': decideReassert,
  'drill': decideDrill,
  'end-drill': decideEndDrill,
  'attend': decideAttend,
  'keep': decideKeep,
  'review': decideReview,
  'bring-forward': decideBringForward,
  'request-approval': decideRequestApproval,
  'approve': decideApprove,
  'confirm-revocation': decideConfirmRevocation,
  'hear-worker': decideHearWorker,
};

/**
 * Decides what to do from the ledger's state, the request and what AWS reports. Pure: the same input gives the same decision.
 *
 * The decision reconciles. The kind of event is only a hint: CloudFormation can send events twice, late, in another order after a failure, or not at
 * all.
 */
export function decide<I extends Intent>(state: PlacementState | undefined, request: LifecycleRequest<I>, context: ContextOf<I>): Decision {
  const known = everJoined(state);
  const complete = { ...context, approval: state?.approval };
  return stillReduced(known, DECISIONS[request.intent.kind](known, request as LifecycleRequest<never>, complete as never));
}

/** The registry decides what a stage demands. What the agent's own stack declares about it is ignored. */
function withProfile<I extends Join | Change>(
  next: (state: PlacementState | undefined, request: LifecycleRequest<I>, context: StackContext) => Decision,
): Decide {
  return (state: PlacementState | undefined, request: LifecycleRequest<I>, context: StackContext) => {
    const profile = profileOf(state, request);
    if ('refused' in profile) {
      return profile;
    }
    // A roll-back declares what was accepted before. A refusal would leave the stack stuck, and what the deployment lifted would not be denied again.
    const isUndoing = phaseOf(context.stack.status) === 'undoing-update';
    const forbidden = isUndoing ? undefined : longLivedKeys(state, request, profile) ?? refusedCredential(state, request, profile, context);
    if (forbidden !== undefined) {
      return forbidden;
    }
    const profiled = { ...request, intent: { ...request.intent, declared: { ...request.intent.declared, profile } } };
    return (isUndoing ? undefined : tooManyRevokers(state, profiled) ?? revokedMeanwhile(state, profiled, context))
      ?? withAdoption(state, profiled, context, () => notCarriedOn(state, profiled, context, next(state, profiled, context)));
  };
}
