import * as z from 'zod';
import { Presence, PRESENCES, RevokerAction } from '../../../src/contract/revokers';
import { handler } from '../kind';
import { NotDone } from '../not-done';

const settings = z.object({ functionArn: z.string() });
const answer = z.object({ state: z.enum(PRESENCES) });

/** A function of the user. It receives the action and the agent, which the engine states, and returns the state that it sees. */
export const lambda = handler(settings, ({ functionArn }, { invoke, order, values }) => {
  const ask = async (action: RevokerAction): Promise<Presence> => {
    const { registry, account, agentName, revoker } = order;
    const said = answer.safeParse(await invoke(functionArn, { action, registry, account, agentName, revoker, subject: values.subject }));
    if (!said.success) {
      throw new NotDone(`the function returned something else than { "state": ... } with ${PRESENCES.join(', ')}`);
    }
    return said.data.state;
  };
  return { look: () => ask('look'), revoke: () => ask('revoke'), suspend: () => ask('suspend'), resume: () => ask('resume') };
});
