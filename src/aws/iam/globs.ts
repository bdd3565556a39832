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

/** Whether there is a text that both patterns cover. */
export function globsMeet(one: string, other: string): boolean {
  // reached[j]: whether the part of `one` read so far and the first j characters of `other` have a text in common.
  let reached = [true];
  for (let j = 1; j <= other.length; j++) {
    reached[j] = reached[j - 1] && other[j - 1] === '*';
  }
  for (const char of one) {
    const next = [reached[0] && char === '*'];
    for (let j = 1; j <= other.length; j++) {
      const its = other[j - 1];
      next[j] = char === '*' || its === '*'
        ? next[j - 1] || reached[j]
        : reached[j - 1] && (char === '?' || its === '?' || char === its);
    }
    reached = next;
  }
  return reached[other.length];
}

export function hasWildcard(text: string): boolean {
  return /[*?]/.test(text);
}
