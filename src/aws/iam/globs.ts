export { globsMeet } from '../../core/glob';

/** Whether an IAM pattern (`*` any text, `?` one character) covers the text. Linear in time, so that a hostile pattern can't slow it down. */
export function globMatches(pattern: string, text: string): boolean {
  let at = 0;
  let star = -1;
  let resume = 0;
  for (let next = 0; next < text.length;) {
    if (pattern[at] === '*') {
      star = at++;
      resume = next;
    } else if (at < pattern.length && (pattern[at] === '?' || pattern[at] === text[next])) {
      at++;
      next++;
    } else if (star >= 0) {
      at = star + 1;
      next = ++resume;
    } else {
      return false;
    }
  }
  return /^\**$/.test(pattern.slice(at));
}

export function hasWildcard(text: string): boolean {
  return /[*?]/.test(text);
}
