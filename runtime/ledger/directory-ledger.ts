import { keys } from './keys';
import { Table } from './table';
import { DirectoryAnswer } from '../../src/contract/sponsor-directory';

/** What the directory said of a person, and when. */
export interface DatedAnswer extends DirectoryAnswer {
  readonly at: string;
}

const KEPT_SECONDS = 7_200;
/** In the place of an address: the last time that nobody could be asked about. */
const NOBODY = '';

/** The directory's last answers. Agents of one sponsor are due at the same time, and one answer is enough for all of them. */
export class DirectoryLedger {
  public constructor(private readonly table: Table) {}

  /** The stored answers by address, and the last failure of the directory as a whole. */
  public async answers(emails: readonly string[]): Promise<{ readonly known: ReadonlyMap<string, DatedAnswer>; readonly failure?: DatedAnswer }> {
    const wanted = [...emails, NOBODY].map((email) => ({ pk: keys.sponsor(email), sk: keys.sponsorAnswer }));
    const rows = await this.table.getTogether(wanted) as ({ answer: DatedAnswer } | undefined)[];
    const known = new Map(emails.flatMap((email, index) => (rows[index] === undefined ? [] : [[email, rows[index].answer] as const])));
    const failure = rows.at(-1)?.answer;
    return { known, ...(failure === undefined ? {} : { failure }) };
  }

  public save(answer: DatedAnswer, now: Date): Promise<unknown> {
    return this.put(answer.email, answer, now);
  }

  public saveFailure(evidence: string, now: Date): Promise<unknown> {
    return this.put(NOBODY, { email: NOBODY, status: 'no-answer', evidence, at: now.toISOString() }, now);
  }

  private put(email: string, answer: DatedAnswer, now: Date): Promise<unknown> {
    return this.table.put({ pk: keys.sponsor(email), sk: keys.sponsorAnswer, answer, ttl: Math.floor(now.getTime() / 1000) + KEPT_SECONDS });
  }
}
