import { UsageSource } from './source';
import { CutName } from '../../../src/contract/cuts';
import { CUTS } from '../cuts';

const SHOWN = 5;
/** They look at credentials and not at compute. */
const NOT_COMPUTE: readonly CutName[] = ['access-keys', 'api-gateway-keys', 'roles-anywhere-profiles'];
const COMPUTE = CUTS.filter(({ name }) => !NOT_COMPUTE.includes(name));

/**
 * What runs with the agent's role now: executions, tasks and instances. It counts as a use, also if it makes no call. What only waits to be invoked, such
 * as a function or a schedule, does not: it is named, so that its sponsor sees what a suspension will switch off.
 */
export const liveCompute: UsageSource = {
  name: 'live compute',
  needs: COMPUTE.flatMap(({ needs }) => needs),
  async read(context, { holdings }) {
    const on = await Promise.all(COMPUTE.map(async ({ find, name, isActing = false }) => (
      (await find(context, holdings)).filter(({ isCut }) => !isCut).map(({ id }) => ({ isActing, text: `${name} ${id}` })))));
    const running = on.flat().filter(({ isActing }) => isActing);
    const waiting = on.flat().filter(({ isActing }) => !isActing);
    return running.length > 0
      ? { verdict: 'used', evidence: `runs now: ${shown(running)}` }
      : { verdict: 'unused', evidence: waiting.length === 0 ? 'nothing holds the role' : `nothing runs; could be started: ${shown(waiting)}` };
  },
};

function shown(things: readonly { readonly text: string }[]): string {
  const first = things.slice(0, SHOWN).map(({ text }) => text).join(', ');
  return things.length > SHOWN ? `${first} and ${things.length - SHOWN} more` : first;
}
