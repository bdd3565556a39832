import { Template } from './template';

export const teardownIncomplete: Template = {
  to: () => ['operator'],
  brief: ({ agentName }) => `the teardown of ${agentName} is incomplete`,
  says: () => ({
    what: 'A teardown ended with something left. The event teardown-incomplete on the bus lists it.',
    toDo: 'Remove what is left, or the reason why it could not be removed, and let the agent leave again.',
  }),
};
