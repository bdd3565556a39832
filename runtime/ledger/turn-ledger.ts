import { keys } from './keys';
import { IS_NEW, Table } from './table';
import { StepDefinition, StepName, STEPS } from '../../src/contract/steps';

const DAY_SECONDS = 86_400;

/** Where a transition is: what its last step returned. */
export interface Turn<P> {
  readonly execution: string;
  /** Number of results that were recorded. */
  readonly version: number;
  readonly done: StepName;
  readonly progress: P;
  /** When the wait after that step is over. */
  readonly notBefore: string;
}

/** Which step of a transition is next. The caller of a step may be anybody, so the ledger says it and not the caller. */
export class TurnLedger<P extends { readonly waitSeconds: number }> {
  public constructor(private readonly table: Table) {}

  /** The turn of a request, and the execution that holds the lock of its agent, as of one moment. */
  public async read(
    requestId: string, placement: Parameters<typeof keys.placement>[0],
  ): Promise<{ readonly turn?: Turn<P>; readonly holder?: string }> {
    const [row, lock] = await this.table.getTogether([
      { pk: keys.work(requestId), sk: keys.turn }, { pk: keys.placement(placement), sk: keys.lock },
    ]) as [{ turn: Turn<P> }?, { execution: string }?];
    return { ...(row === undefined ? {} : { turn: row.turn }), ...(lock === undefined ? {} : { holder: lock.execution }) };
  }

  /** Records what a step returned. False if the step, or another one, was recorded since the turn was read. */
  public async advance(requestId: string, before: Turn<P> | undefined, { execution, done, progress }: Pick<Turn<P>, 'execution' | 'done' | 'progress'>, now: Date): Promise<boolean> {
    const version = (before?.version ?? 0) + 1;
    const { thenWaits = false }: StepDefinition = STEPS[done];
    const turn: Turn<P> = {
      execution,
      version,
      done,
      progress,
      notBefore: new Date(now.getTime() + 1000 * (thenWaits ? progress.waitSeconds : 0)).toISOString(),
    };
    const { written } = await this.table.put(
      { pk: keys.work(requestId), sk: keys.turn, turn, version, ttl: Math.floor(now.getTime() / 1000) + DAY_SECONDS },
      before === undefined ? IS_NEW : { expression: 'version = :version', values: { ':version': before.version } },
    );
    return written;
  }
}
