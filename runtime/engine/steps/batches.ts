import { wipersOf } from '../../aws/wipers';
import { Plan } from '../../model/plan';
import { Engine } from '../engine';
import { Batch } from '../execution';

/** Batches of wipers that a plan needs: those for principals, in a leave also those for the agent as a whole, and those of the credentials that it ends. */
export function batchesOf({ wipes }: Pick<Engine, 'wipes'>, { scope, retire, credentials = [] }: Plan): Batch[] {
  const wipers = wipersOf(wipes);
  const [principals, agent] = [retire.length > 0 || scope === 'agent', scope === 'agent'];
  const namesOf = (all: typeof wipers): string[] => all.map(({ name }) => name);
  const others = wipers.filter(({ ofAgent, ends }) => (ofAgent ? !agent : !principals) && credentials.some(({ kind }) => kind === ends));
  return [
    ...(principals ? [{ name: 'principals', wipers: namesOf(wipers.filter(({ ofAgent }) => !ofAgent)) }] : []),
    ...(agent ? [{ name: 'agent', wipers: namesOf(wipers.filter(({ ofAgent }) => ofAgent)) }] : []),
    ...(others.length > 0 ? [{ name: 'credentials', wipers: namesOf(others) }] : []),
  ];
}
