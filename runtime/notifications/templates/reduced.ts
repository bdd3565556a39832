import { codeRows, listIn, Template, textIn } from './template';

export const reduced: Template = {
  to: () => ['sponsor', 'backup'],
  brief: ({ agentName, details }) => (listIn(details, 'denied').length === 0 ? `${agentName} got access back` : `${agentName} is denied access that it does not need`),
  says: ({ details }) => ({
    what: 'A reviewer decided that. It holds whatever is deployed, until another person gives it back.',
    rows: [
      ['Denied', listIn(details, 'denied').join(', ') || 'nothing'],
      ['Given back', listIn(details, 'givenBack').join(', ') || 'nothing'],
      ['Reason', textIn(details, 'reason')],
      ...codeRows(details),
    ],
    toDo: listIn(details, 'denied').length === 0 ? 'Nothing, unless the access is missing in the agent\'s code by now.' : 'Have the access removed from the agent\'s code. It stays denied until then and after.',
  }),
};
