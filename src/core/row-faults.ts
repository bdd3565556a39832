import { InvalidInputError } from './errors';

/** Where a row is: its number among the rows, from 1, and its line in the file. */
export interface RowPlace {
  readonly row?: number;
  readonly line?: number;
}

/** Collects what is wrong with the rows of a table, so that all of it is reported at one time. */
export class RowFaults {
  private readonly found: { readonly row?: number; readonly text: string }[] = [];

  /**
   * @param source the table
   * @param code of the error that reports all faults
   * @param next what to do when they are corrected
   */
  public constructor(private readonly source: string, private readonly code: string, private readonly next: string) {}

  public get any(): boolean {
    return this.found.length > 0;
  }

  public add({ row, line }: RowPlace, column: string | undefined, code: string, reason: string): void {
    const place = [...(row === undefined ? [] : [`row ${row}`]), ...(line === undefined ? [] : [`line ${line}`]), ...(column === undefined ? [] : [`column ${column}`])];
    this.found.push({ row, text: `${place.length > 0 ? `${place.join(', ')}: ` : ''}${code}: ${reason}` });
  }

  /** Runs a check, and collects its `InvalidInputError`. */
  public collect<T>(place: RowPlace, column: string | undefined, check: () => T): T | undefined {
    try {
      return check();
    } catch (error) {
      if (!(error instanceof InvalidInputError)) {
        throw error;
      }
      this.add(place, column, error.code, error.reason);
      return undefined;
    }
  }

  /** @throws InvalidInputError with the code of the table, if anything was collected */
  public throwIfAny(rows: number): void {
    if (this.any) {
      const faulty = new Set(this.found.map(({ row }) => row).filter((row) => row !== undefined)).size;
      throw new InvalidInputError(this.code, [
        `${this.source}: ${counted(this.found.length, 'fault')}${rows > 0 ? ` in ${faulty} of ${counted(rows, 'row')}` : ''}: correct them all, then ${this.next}`,
        ...[...this.found].sort((a, b) => (a.row ?? 0) - (b.row ?? 0)).map(({ text }) => `  ${text}`),
      ].join('\n'));
    }
  }
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
