import { Expiry } from '../../src/core/expiry';
import { endsSoon, lastDayBefore, latestEnd } from '../../src/core/tenure';

const NOW = new Date('2026-06-01T12:00:00Z');

test('the last day that may be named ends no later than the latest end', () => {
  const latest = latestEnd({ maxTenureDays: 10 }, NOW);

  expect(latest).toEqual(new Date('2026-06-11T12:00:00Z'));
  expect(lastDayBefore(latest)).toBe('2026-06-10');
  expect(Expiry.on(lastDayBefore(latest)).epochSeconds * 1000).toBeLessThanOrEqual(latest.getTime());
  expect(Expiry.on('2026-06-11').epochSeconds * 1000).toBeGreaterThan(latest.getTime());
});

test.each([
  ['2026-07-01T12:00:00Z', true],
  ['2026-07-01T12:00:01Z', false],
  ['2026-06-01T12:00:01Z', true],
  ['2026-06-01T12:00:00Z', false],
  ['2026-01-01T00:00:00Z', false],
])('an end at %s is near: %s', (end, near) => expect(endsSoon(end, NOW)).toBe(near));
