import { listIn, Template } from './template';
import { readableInstant } from '../texts';

export const credentialOld: Template = {
  to: () => ['sponsor'],
  brief: ({ agentName }) => `${agentName} has credentials that are too old`,
  says: ({ details }) => ({
    what: `The agent has keys or secrets that are older than the ${Number(details.allowedDays)} days that its stage allows.`,
    rows: listIn(details, 'credentials').flatMap((one): [string, string][] => {
      const { name, since } = (one ?? {}) as Readonly<Record<string, unknown>>;
      return typeof name === 'string' && typeof since === 'string' ? [['In use since', `${readableInstant(since)}: ${name}`]] : [];
    }),
    toDo: 'Have the next "generation" given to each of them in the code, and deployed: another one replaces it. One that nobody uses any more is removed from the code.',
  }),
};
