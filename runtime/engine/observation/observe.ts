import { observeAttend, observeNothing, observeRetry, observeReview } from './attend';
import { observeFinish } from './finish';
import { observeStack } from './stack';
import { everJoined, PlacementState } from '../../model/placement-state';
import { Intent, LifecycleRequest } from '../../model/request';
import { DecisionContext } from '../decision/context';
import { ContextOf } from '../decision/decide';
import { Engine } from '../engine';

type Observe = (engine: Engine, state: PlacementState | undefined, request: LifecycleRequest) => Promise<unknown>;

/** For each kind of intent, how AWS is observed before the decision. */
const OBSERVATIONS: { readonly [K in Intent['kind']]: Observe } = {
  'join': observeStack,
  'change': observeStack,
  'withdraw': observeStack,
  'finish': observeFinish,
  'offboard': observeFinish,
  'retry': observeRetry,
  'offer-transfer': onlyTheTime,
  'renew': onlyTheTime,
  'suspend': onlyTheTime,
  'resume': howReviewed,
  'reassert': onlyTheTime,
  'drill': onlyTheTime,
  'end-drill': onlyTheTime,
  'attend': observeAttend,
  'keep': onlyTheTime,
  'review': observeReview,
  'bring-forward': observeNothing,
  'request-approval': observeNothing,
  'approve': observeNothing,
  'confirm-revocation': onlyTheTime,
  'hear-worker': onlyTheTime,
};

async function onlyTheTime({ now }: Engine): Promise<DecisionContext> {
  return { now: now() };
}

async function howReviewed({ now, config: { agenda: { review: reviews } } }: Engine): Promise<DecisionContext> {
  return { now: now(), reviews };
}

export async function observe<I extends Intent>(
  engine: Engine, state: PlacementState | undefined, request: LifecycleRequest<I>,
): Promise<ContextOf<I>> {
  return await OBSERVATIONS[request.intent.kind](engine, everJoined(state), request) as ContextOf<I>;
}
