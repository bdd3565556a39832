import { CutContext } from './cut-context';
import { Holdings } from './holdings';
import { CutName } from '../../../src/contract/cuts';
import { WiperStatement } from '../wipers';

/** Something of the agent that a cut switches off. */
export interface Cuttable {
  /** Its name, ARN or path. Never a secret. */
  readonly id: string;
  /** Whether it is off, by this cut or by anybody else. */
  readonly isCut: boolean;
  /** What a resumption puts back, as the cut's own text. Null if nothing can be put back, because what was stopped has ended. */
  readonly was: string | null;
  /** Why it could not be looked at. It is not switched off then, because nobody would know how to put it back, and counts as on. */
  readonly unseen?: string;
}

/** What a cut has changed or is about to change. */
export type CutChange = Pick<Cuttable, 'id' | 'was'>;

/**
 * One means of a suspension: it finds one kind of thing that acts for the agent, switches it off, and puts it back as it was. All parts may be
 * repeated at any time.
 */
export interface Cut {
  readonly name: CutName;
  /** Whether what it finds acts now, and does not only wait to be invoked: an agent with such a thing is in use. */
  readonly isActing?: true;
  /** Permissions that it needs. `npx projen generate` copies them into the registry's construct. A sid that a wiper declares too is granted once. */
  readonly needs: readonly WiperStatement[];
  find(context: CutContext, holdings: Holdings): Promise<Cuttable[]>;
  apply(context: CutContext, id: string, holdings: Holdings): Promise<unknown>;
  /**
   * Puts back what was there. Leaves alone what is not off any more, because somebody else changed it since. Absent if nothing can be put back.
   * A text that it returns says why it left something as it is, and that no repetition would change that.
   */
  restore?(context: CutContext, change: { readonly id: string; readonly was: string }, holdings: Holdings): Promise<unknown>;
}
