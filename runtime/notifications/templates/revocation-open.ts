import { Template, textIn } from './template';

export const revocationOpen: Template = {
  to: () => ['sponsor', 'operator'],
  brief: ({ agentName }) => `access of ${agentName} at a third party may still work`,
  says: ({ agentName, details }) => ({
    what: `The agent left, and it is not confirmed that its access at ${textIn(details, 'revoker')} no longer exists. The registry tries again.`,
    toDo: `See why with nhi show ${agentName}. If you know that the access no longer exists, run nhi confirm ${agentName} ${textIn(details, 'revoker')} with a reason.`,
  }),
};
