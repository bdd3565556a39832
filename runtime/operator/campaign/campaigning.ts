import { Asking } from '../ask-engine';

/** What running a campaign needs besides the connection. */
export interface Campaigning extends Asking {
  /** Pages are read over minutes, and each has its time. */
  readonly clock: () => Date;
}

/** Agents that are named one by one where all of them would be too many to read. */
export const MOST_NAMED = 100;
