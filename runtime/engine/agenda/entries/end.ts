import { AgendaEntry } from '../entry';
import { instantAt, laterOf } from '../instants';
import { dueOfTeardown, planTeardown } from '../teardown';

/** Tears down an agent after its end. The policies of its role deny everything since the end itself. */
export const end: AgendaEntry = {
  reason: 'end',
  removes: true,
  observes: 'stacks',
  dueAt: (state, { teardownAfterSeconds }) => {
    const { declared: { expiresAt, stage }, agenda: { warned } = {}, renewal } = state;
    // The delay begins when the end was notified. A sweep that comes late shortens nobody's time to object.
    if (warned?.end !== expiresAt || warned.secondsBefore > 0) {
      return undefined;
    }
    const at = instantAt(Date.parse(warned.at) + teardownAfterSeconds * 1000);
    return dueOfTeardown(state, expiresAt, laterOf(at, renewal?.stage === stage ? renewal.deployBy : undefined));
  },
  plan: (state, request, context) => planTeardown(state, request, context, { cause: 'end', subject: state.declared.expiresAt, what: 'has ended' }),
};
