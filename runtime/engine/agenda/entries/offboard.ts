import { planOffboarding, teardownOf } from '../../decision/offboard';
import { AgendaEntry } from '../entry';
import { instantAt } from '../instants';
import { dueOfTeardown, planHeldBack } from '../teardown';

/** A teardown takes minutes, and its own execution retries what fails. */
const AFTER_MS = 3_600_000;

/** Continues the teardown of an agent that an operator let leave, if it did not come to its end. */
export const offboard: AgendaEntry = {
  reason: 'offboard',
  removes: true,
  observes: 'stacks',
  dueAt: (state) => {
    const { offboarding, status } = state;
    return offboarding === undefined || status !== 'leaving' ? undefined
      : dueOfTeardown(state, teardownOf(offboarding).subject, instantAt(Date.parse(offboarding.since) + AFTER_MS));
  },
  plan: (state, request, context) => {
    const offboarding = state.offboarding!;
    return context.leaversExceeded === undefined ? planOffboarding(state, request, context, offboarding)
      : planHeldBack(state, request, context, teardownOf(offboarding), context.leaversExceeded);
  },
};
