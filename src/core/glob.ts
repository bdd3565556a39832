/**
 * Whether an IAM pattern matches everything that another pattern, or an exact text, matches. The time is proportional to the product of their lengths
 * for any input. A text that is not a pattern, such as `all but s3:*`, covers only itself.
 */
export function globCovers(pattern: string, text: string): boolean {
  if (pattern === text) {
    return true;
  }
  if (pattern.startsWith('all but ') || text.startsWith('all but ')) {
    return false;
  }
  let [at, star, resume] = [0, -1, 0];
  for (let index = 0; index < text.length;) {
    // A `?` in the pattern does not cover a `*` in the text, which stands for a run of characters.
    if (pattern[at] === '*') {
      [star, resume] = [at, index];
      at += 1;
    } else if (pattern[at] === text[index] || (pattern[at] === '?' && text[index] !== '*')) {
      at += 1;
      index += 1;
    } else if (star >= 0) {
      [at, resume] = [star + 1, resume + 1];
      index = resume;
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
