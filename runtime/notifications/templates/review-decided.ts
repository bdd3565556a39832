import { codeRows, listIn, Template, textIn } from './template';

/** Only the request for a change: of all other decisions either nothing follows for the reader, or another event tells it. */
export const reviewDecided: Template = {
  to: ({ details }) => (details.verdict === 'request-change' ? ['sponsor', 'backup'] : []),
  brief: ({ agentName }) => `a reviewer asks for a change of the code of ${agentName}`,
  says: ({ details }) => ({
    what: 'The access of the agent is to be changed in its code. Until that is deployed, these services are not certified, and the deadline of the review stays.',
    rows: [
      ['Services', listIn(details, 'services').join(', ')],
      ['Reason', textIn(details, 'reason')],
      ['Asked by', textIn(details, 'by')],
      ...codeRows(details),
    ],
    toDo: 'Have these statements changed and deployed. What is changed is then shown to the reviewers again.',
  }),
};
