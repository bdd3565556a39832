/** A text as one word of bash or zsh. */
export function quoted(text: string): string {
  return `'${text.replaceAll('\'', '\'\\\'\'')}'`;
}

/** A text as one word of fish, in which a backslash escapes within quotes. */
export function quotedInFish(text: string): string {
  return `'${text.replace(/[\\']/g, (char) => `\\${char}`)}'`;
}
