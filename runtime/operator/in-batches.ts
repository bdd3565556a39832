/** Runs `work` for each item, at most `atOnce` at the same time, and returns the results in the order of the items. */
export async function inBatches<I, T>(items: readonly I[], atOnce: number, work: (item: I) => Promise<T>): Promise<T[]> {
  const results: T[] = new Array<T>(items.length);
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < items.length) {
      const index = next++;
      results[index] = await work(items[index]);
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker));
  return results;
}
