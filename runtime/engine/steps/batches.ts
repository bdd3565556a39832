import { WIPERS } from '../../aws/wipers';
import { Plan } from '../../model/plan';
import { Batch } from '../execution';

/** Batches of wipers that a plan needs: those for principals, and in a leave also those for the agent as a whole. */
export function batchesOf({ scope, retire }: Plan): Batch[] {
  const wipersOf = (ofAgent: boolean): string[] => WIPERS.filter((wiper) => wiper.ofAgent === ofAgent).map(({ name }) => name);
  return [
    ...(retire.length === 0 && scope !== 'agent' ? [] : [{ name: 'principals', wipers: wipersOf(false) }]),
    ...(scope === 'agent' ? [{ name: 'agent', wipers: wipersOf(true) }] : []),
  ];
}
