import { dependantRows } from './dependency-leaves';
import { listIn, Template } from './template';

export const left: Template = {
  to: () => ['sponsor'],
  brief: ({ agentName }) => `${agentName} left`,
  says: ({ agentName, details }) => {
    const open = listIn(details, 'revocationsOpen').map(String);
    return open.length === 0
      ? { rows: dependantRows(details), what: 'The access of the agent was removed, and a second search confirmed it. Its decommission certificate is in the evidence. You are no longer accountable for it.' }
      : {
        rows: [['Not confirmed', open.join(', ')], ...dependantRows(details)],
        what: 'The access of the agent within its cloud was removed, and a second search confirmed it. It is not confirmed that its access outside of it no longer exists: the leave stays open until it is. The decommission certificate in the evidence names what is open.',
        toDo: `See what is open, and why, with nhi show ${agentName}.`,
      };
  },
};
