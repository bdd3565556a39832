import { dependantRows } from './dependency-leaves';
import { Template } from './template';

export const left: Template = {
  to: () => ['sponsor'],
  brief: ({ agentName }) => `${agentName} left`,
  says: ({ details }) => ({ rows: dependantRows(details), what: 'The access of the agent was removed, and a second search confirmed it. Its decommission certificate is in the evidence. You are no longer accountable for it.' }),
};
