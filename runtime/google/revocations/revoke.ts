import { AskThirdParty } from './third-parties';
import { Placement } from '../../../src/core/lifecycle-event';
import { afterAttempt, RevocationRecord } from '../../model/revocation';
import { inParallel } from '../in-parallel';

/** What an attempt at third parties needs. */
export interface Asking {
  readonly ask: AskThirdParty;
  readonly registry: string;
  readonly placement: Placement;
  readonly now: () => number;
  readonly sleep: (milliseconds: number) => Promise<unknown>;
}

/** Between the attempts of a leave, while Terraform waits. */
export const WAITS_OF_LEAVE_MS: readonly number[] = [3_000, 15_000];
const AT_ONCE = 8;

/**
 * Asks third parties side by side to revoke what is open, and again after each wait, because most of what fails is over soon.
 *
 * @param waitsMs none asks once
 */
export async function askAll(asking: Asking, revocations: readonly RevocationRecord[], waitsMs: readonly number[]): Promise<RevocationRecord[]> {
  let records = [...revocations];
  let pending = new Set(records.filter(({ confirmed }) => confirmed === undefined).map(({ revoker }) => revoker.id));
  for (let tries = 0; pending.size > 0; tries += 1) {
    const tried = await inParallel(records, AT_ONCE, async (record) => (
      pending.has(record.revoker.id) ? attempt(asking, record) : { record, asksAgain: false }));
    records = tried.map(({ record }) => record);
    pending = new Set(tries >= waitsMs.length ? [] : tried.filter(({ asksAgain }) => asksAgain).map(({ record }) => record.revoker.id));
    if (pending.size > 0) {
      await asking.sleep(waitsMs[tries]);
    }
  }
  return records;
}

interface Attempted {
  readonly record: RevocationRecord;
  readonly asksAgain: boolean;
}

async function attempt({ ask, registry, placement, now }: Asking, before: RevocationRecord): Promise<Attempted> {
  const report = await ask(registry, placement, before);
  const record = afterAttempt(before, report, new Date(now()));
  // A third party that asks to be left alone is, and people need longer.
  return { record, asksAgain: report.outcome === 'open' && (report.retryAfterSeconds ?? 0) === 0 };
}
