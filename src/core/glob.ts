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
