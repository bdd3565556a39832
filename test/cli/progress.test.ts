import { withProgress } from '../../cli/progress';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

async function told(takesMs: number): Promise<string[]> {
  const lines: string[] = [];
  const work = withProgress(() => 'reading', () => new Promise((resolve) => setTimeout(resolve, takesMs)), { tell: (line) => lines.push(line) });
  await jest.advanceTimersByTimeAsync(takesMs);
  await work;
  await jest.advanceTimersByTimeAsync(60_000);
  return lines;
}

test('what takes no two seconds tells nothing', async () => {
  expect(await told(1_999)).toEqual([]);
});

test('what takes longer tells so every two seconds, until it is done', async () => {
  expect(await told(6_500)).toEqual(['reading (2 s)', 'reading (4 s)', 'reading (6 s)']);
});

test('what fails tells nothing more', async () => {
  const lines: string[] = [];
  await expect(withProgress(() => 'reading', () => Promise.reject(new Error('no')), { tell: (line) => lines.push(line) })).rejects.toThrow('no');
  await jest.advanceTimersByTimeAsync(60_000);

  expect(lines).toEqual([]);
});
