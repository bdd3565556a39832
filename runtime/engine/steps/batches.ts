import { wipersOf } from '../../aws/wipers';
import { Plan } from '../../model/plan';
import { Engine } from '../engine';
import { Batch } from '../execution';

/** Batches of wipers that a plan needs: those for principals, and in a leave also those for the agent as a whole. */
export function batchesOf({ wipes }: Pick<Engine, 'wipes'>, { scope, retire }: Plan): Batch[] {
  const namesOf = (ofAgent: boolean): string[] => wipersOf(wipes).filter((wiper) => wiper.ofAgent === ofAgent).map(({ name }) => name);
  return [
    ...(retire.length === 0 && scope !== 'agent' ? [] : [{ name: 'principals', wipers: namesOf(false) }]),
    ...(scope === 'agent' ? [{ name: 'agent', wipers: namesOf(true) }] : []),
  ];
}
