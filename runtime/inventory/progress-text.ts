import { Progress } from './read-account';

/** How far a listing is, how fast, and how long the rest will take. IAM does not count AWS's managed policies, so the total is an estimate. */
export function progressText(account: string, { done, before, expected }: Progress, elapsedMs: number): string {
  if (expected === undefined) {
    return `account ${account}: reading the first 1,000 roles, users and policies`;
  }
  const total = Math.max(expected, done);
  const rate = elapsedMs <= 0 ? 0 : ((done - before) * 1000) / elapsedMs;
  const left = rate === 0 ? '' : `, ${Math.round(rate).toLocaleString('en')}/s, about ${Math.ceil((total - done) / rate)} s left`;
  const resumed = before === 0 ? '' : `, ${before.toLocaleString('en')} from an earlier run`;
  return `account ${account}: ${done.toLocaleString('en')} of about ${total.toLocaleString('en')} roles, users and policies${resumed}${left}`;
}
