import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';

const KEPT_MS = 400 * 86_400_000;

/** Remembers which orders were carried out, also over a restart, so that none is carried out twice. */
export class DoneOrders {
  private readonly done: Map<string, string>;

  public constructor(private readonly file: string) {
    this.done = new Map(existsSync(file) ? Object.entries(JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>) : []);
  }

  public has(id: string): boolean {
    return this.done.has(id);
  }

  public add(id: string, now: Date): void {
    this.done.set(id, now.toISOString());
    [...this.done].filter(([, at]) => now.getTime() - Date.parse(at) > KEPT_MS).forEach(([old]) => this.done.delete(old));
    // A process that dies while it writes leaves the file before or after, and no half of it.
    writeFileSync(`${this.file}.new`, JSON.stringify(Object.fromEntries(this.done)), { mode: 0o600 });
    renameSync(`${this.file}.new`, this.file);
  }
}
