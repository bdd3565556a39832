/** Delay before the first line of progress, and between lines. */
const TELL_EVERY_MS = 2_000;

interface Progress {
  readonly tell: (line: string) => void;
  readonly everyMs?: number;
}

/** Runs `work`. If it takes long, reports what is running and for how long. */
export async function withProgress<T>(what: () => string, work: () => Promise<T>, { tell, everyMs = TELL_EVERY_MS }: Progress): Promise<T> {
  let ticks = 0;
  const timer = setInterval(() => tell(`${what()} (${Math.round((++ticks * everyMs) / 1000)} s)`), everyMs);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}

const SHOW_EVERY_MS = 100;

/** One line of a terminal, which is written again as work goes forward. Elsewhere than at a terminal nothing is written. */
export class LiveLine {
  private shownAt?: number;

  /** @param columns width of the terminal; absent if it is not a terminal */
  public constructor(
    private readonly output: { write(text: string): unknown }, private readonly columns: number | undefined, private readonly now: () => Date,
  ) {}

  public show(text: string): void {
    const at = this.now().getTime();
    if (this.columns === undefined || (this.shownAt !== undefined && at - this.shownAt < SHOW_EVERY_MS)) {
      return;
    }
    this.shownAt = at;
    this.output.write(`${START_OF_CLEAR_LINE}${[...text].slice(0, this.columns - 1).join('')}`);
  }

  public clear(): void {
    if (this.shownAt !== undefined) {
      this.output.write(START_OF_CLEAR_LINE);
    }
  }
}

const START_OF_CLEAR_LINE = '\r\u001b[2K';
