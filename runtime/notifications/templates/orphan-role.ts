import { Template, textIn } from './template';

export const orphanRole: Template = {
  to: () => ['operator'],
  brief: () => 'a role belongs to no agent',
  says: ({ details }) => ({
    what: 'The path of the registry has a role that the registry does not know. It was not changed.',
    rows: [['Role', textIn(details, 'roleArn')], ['Id', textIn(details, 'roleId')], ['Created at', textIn(details, 'createdAt')]],
    toDo: 'Find out who created it, and delete it, or move it to another path.',
  }),
};
