/** An instant without fractions of a second. The index of due dates compares instants as texts. */
export function instantAt(epochMs: number): string {
  return new Date(Math.ceil(epochMs / 1000) * 1000).toISOString().replace('.000Z', 'Z');
}

/** The later one of two instants, of which one may be absent. */
export function laterOf(one: string, other: string | undefined): string {
  return other !== undefined && Date.parse(other) > Date.parse(one) ? instantAt(Date.parse(other)) : one;
}
