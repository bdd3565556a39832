import { suspensionVerb } from './suspension';
import { Verb } from '../command';

export const suspend: Verb = {
  register: (nhi, shell) => suspensionVerb(nhi, shell, 'suspend', 'deny agents everything at once, until they are resumed; no deployment lifts it'),
};
