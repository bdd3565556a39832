/** A clock that stands still until everybody waits, and then goes to the first instant that somebody waits for. */
export class VirtualTime {
  public ms = Date.parse('2026-06-01T00:00:00Z');
  private readonly waiting: { readonly until: number; readonly wake: () => void }[] = [];

  public readonly now = (): Date => new Date(this.ms);

  public readonly pause = async (milliseconds: number): Promise<void> => new Promise((wake) => {
    this.waiting.push({ until: this.ms + milliseconds, wake });
  });

  /** Lets time pass until the work is done. */
  public async run(work: readonly Promise<unknown>[]): Promise<void> {
    let done = false;
    const all = Promise.all(work).finally(() => (done = true));
    while (!done) {
      // Every promise that can continue has done so before this one.
      await new Promise(setImmediate);
      const first = this.waiting.reduce<number>((found, { until }, index) => (found < 0 || until < this.waiting[found].until ? index : found), -1);
      if (first >= 0) {
        const [{ until, wake }] = this.waiting.splice(first, 1);
        this.ms = Math.max(this.ms, until);
        wake();
      }
    }
    await all;
  }
}
