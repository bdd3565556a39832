// No account has this number, so no real principal has such an ARN.
const MARK = 'arn:aws:iam::000000000000:role/dormant/';

/** The ARN of a dormant principal in policies that constructs write without asking the principal. */
export function markOf(name: string): string {
  return `${MARK}${name}`;
}

/** Whether a rendered value names a dormant principal. */
export function isDormantMark(rendered: unknown): boolean {
  return JSON.stringify(rendered ?? '').includes(MARK);
}
