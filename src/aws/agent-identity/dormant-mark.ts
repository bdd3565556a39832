// No account has this number, so no principal of anybody's has such an ARN.
const MARK = 'arn:aws:iam::000000000000:role/dormant/';

/** The ARN under which a dormant principal reaches policies that are written without asking it. */
export function markOf(name: string): string {
  return `${MARK}${name}`;
}

/** Whether something rendered names a dormant principal. */
export function isDormantMark(rendered: unknown): boolean {
  return JSON.stringify(rendered ?? '').includes(MARK);
}
