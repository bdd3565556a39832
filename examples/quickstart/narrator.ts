const TICK_MS = 120;
const FRAMES = ['|', '/', '-', '\\'];
const SLOW_MS = 2_000;

/** Reports progress: a moving line on a terminal, whole lines elsewhere. */
export class Narrator {
  private readonly terminal = process.stdout.isTTY === true && process.env.NO_COLOR === undefined;
  private readonly started = Date.now();

  public chapter(text: string): void {
    process.stdout.write(`\n${this.paint('1', text)}\n`);
  }

  public ok(text: string): void {
    process.stdout.write(`  ${this.paint('32', 'ok')}  ${text}\n`);
  }

  public note(text: string): void {
    process.stdout.write(text.split('\n').map((line) => `      ${line}\n`).join(''));
  }

  public failed(text: string): void {
    process.stderr.write(`\n  ${this.paint('31', 'FAILED')}  ${text}\n`);
  }

  /** Runs work that may take long, and shows progress meanwhile. */
  public async during<T>(text: string, work: () => Promise<T>): Promise<T> {
    const begun = Date.now();
    let frame = 0;
    const seconds = (): string => `${Math.round((Date.now() - begun) / 1000)} s`;
    const spinner = this.terminal
      ? setInterval(() => process.stdout.write(`\r  ${FRAMES[frame++ % FRAMES.length]}   ${text} (${seconds()})`), TICK_MS)
      : setTimeout(() => process.stdout.write(`  ..  ${text}\n`), SLOW_MS);
    try {
      return await work();
    } finally {
      clearInterval(spinner);
      if (this.terminal) {
        process.stdout.write('\r\x1b[K');
      }
      this.ok(`${text} (${seconds()})`);
    }
  }

  public end(): void {
    this.chapter(`Done in ${Math.round((Date.now() - this.started) / 1000)} s.`);
  }

  private paint(code: string, text: string): string {
    return this.terminal ? `\x1b[${code}m${text}\x1b[0m` : text;
  }
}
