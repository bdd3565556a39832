import { z } from 'zod';
import { handler } from '../kind';
import { Awaiting } from '../not-done';

const settings = z.object({ team: z.array(z.string()), steps: z.array(z.string()) });

/** Access that people revoke. Nobody but them can look, and the engine asks them by an event, so there is nothing to do here but to wait for them. */
export const human = handler(settings, () => {
  const wait = async (): Promise<never> => {
    throw new Awaiting('the team was asked to revoke it, and has not confirmed it');
  };
  return { look: wait, revoke: wait };
});
