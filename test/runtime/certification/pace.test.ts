import { withDecision } from '../../../runtime/certification';
import { PacedDecision, PaceRecord } from '../../../runtime/model/pace';
import { RubberStampSettings } from '../../../runtime/model/review';

const SETTINGS: RubberStampSettings = { reviews: 3, medianSeconds: 10, keepRate: 0.75 };
const START = Date.parse('2026-06-01T00:00:00Z');

/** Decisions about one review each, so many seconds apart. */
function decided(all: readonly (Partial<PacedDecision> & { readonly after: number })[], settings = SETTINGS, before?: PaceRecord): PaceRecord {
  let at = START;
  return all.reduce<PaceRecord | undefined>((record, { after, ...changes }, index) => {
    at += after * 1000;
    return withDecision(record, {
      person: 'ada@example.com', review: `agent-${index}`, request: `request-${index}`, at: new Date(at).toISOString(), seconds: 60, isKeep: true, hadFindings: false, ...changes,
    }, settings);
  }, before)!;
}

test.each<[string, Parameters<typeof decided>[0], number[]]>([
  ['as long as they were shown', [{ after: 100, seconds: 60 }, { after: 100, seconds: 30 }], [60, 30]],
  ['not longer than since the decision before, whatever the request says', [{ after: 100, seconds: 3_600 }, { after: 2, seconds: 3_600 }, { after: 1, seconds: 9_999 }], [3_600, 2, 1]],
  ['never less than nothing', [{ after: 100, seconds: -200 }], [0]],
  ['together for the parts of one review', [{ after: 100, review: 'a', seconds: 20 }, { after: 30, review: 'a', seconds: 50 }], [50]],
])('decisions took %s', (_what, all, seconds) => {
  expect(decided(all).reviews.map((one) => one.seconds)).toEqual(seconds);
});

test('a review is kept as a whole only if each decision about it keeps', () => {
  const [one] = decided([{ after: 9, review: 'a', isKeep: false }, { after: 9, review: 'a' }]).reviews;
  expect(one.keptAll).toBe(false);
  expect(decided([{ after: 9, review: 'a', hadFindings: true }, { after: 9, review: 'a' }]).reviews).toMatchObject([{ keptAll: true, hadFindings: true }]);
});

test('the same request counts once, and changes nothing', () => {
  const record = decided([{ after: 9 }]);
  expect(decided([{ after: 99 }], SETTINGS, record)).toBe(record);
});

test.each<[string, Parameters<typeof decided>[0], string[] | undefined]>([
  ['fast decisions', [{ after: 5 }, { after: 5 }, { after: 5 }], ['fast']],
  ['two fast decisions, which are too few', [{ after: 5 }, { after: 5 }], undefined],
  ['two fast ones of three', [{ after: 99 }, { after: 5 }, { after: 5 }], ['fast']],
  ['one fast one of three', [{ after: 99 }, { after: 99 }, { after: 5 }], undefined],
  ['decisions just at the limit', [{ after: 10, seconds: 10 }, { after: 10 }, { after: 10 }], undefined],
  ['everything kept without findings', [{ after: 99 }, { after: 99 }, { after: 99 }, { after: 99 }], undefined],
  ['everything kept in spite of findings', [{ after: 99, hadFindings: true }, { after: 99, hadFindings: true }, { after: 99, hadFindings: true }], ['keeps-findings']],
  ['findings of which some led to something', [{ after: 99, hadFindings: true }, { after: 99, hadFindings: true, isKeep: false }, { after: 99, hadFindings: true }], undefined],
  ['findings at the limit', [{ after: 99, hadFindings: true, isKeep: false }, { after: 99, hadFindings: true }, { after: 99, hadFindings: true }, { after: 99, hadFindings: true }], ['keeps-findings']],
])('%s', (_what, all, why) => {
  const { suspicion } = decided(all);
  expect(suspicion?.why).toEqual(why);
});

test('after a suspicion only later reviews count, and the request names which decision it was', () => {
  const record = decided([{ after: 5 }, { after: 5 }, { after: 5 }, { after: 5 }, { after: 5 }]);
  expect(record.suspicion).toMatchObject({ request: 'request-2', reviews: 3, medianSeconds: 5 });
  expect(decided(Array.from({ length: 6 }, () => ({ after: 5 }))).suspicion).toMatchObject({ request: 'request-5', reviews: 3 });
});

test('an even number of reviews has the middle of two as its median, and no more than 100 are kept', () => {
  const even = [1, 3, 5, 50].map((seconds) => ({ after: 99, seconds }));
  expect(decided(even, { ...SETTINGS, reviews: 4 }).suspicion?.medianSeconds).toBe(4);
  expect(decided(Array.from({ length: 130 }, () => ({ after: 99 }))).reviews).toHaveLength(100);
});
