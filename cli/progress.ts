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
