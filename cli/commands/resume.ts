import { suspensionVerb } from './suspension';
import { Verb } from '../command';

export const resume: Verb = {
  register: (nhi, shell) => suspensionVerb(nhi, shell, 'resume', 'end suspensions: what the agents were denied works again, as it was'),
};
