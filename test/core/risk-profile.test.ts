import * as fc from 'fast-check';
import { codeOf } from './code-of';
import { completeProfile, DEPRECATED_PROFILE, differenceFromProduction, PILOT_PROFILE, PRODUCTION_PROFILE, RiskProfile, STAGING_PROFILE, TEST_PROFILE } from '../../src/core/risk-profile';

const NUMBERS = [
  ['maxTenureDays', 1, 3650],
  ['maxSessionMinutes', 60, 720],
  ['maxIdleDays', 1, 366],
  ['maxKeyAgeDays', 1, 366],
  ['minimumSponsors', 1, 2],
] as const;
const allowed: fc.Arbitrary<Partial<RiskProfile>> = fc.record({
  maxTenureDays: fc.integer({ min: 1, max: 3650 }),
  maxSessionMinutes: fc.integer({ min: 60, max: 720 }),
  longLivedKeysAllowed: fc.boolean(),
  cutBeforeGrant: fc.boolean(),
  maxIdleDays: fc.integer({ min: 1, max: 366 }),
  maxKeyAgeDays: fc.integer({ min: 1, max: 366 }),
  minimumSponsors: fc.integer({ min: 1, max: 2 }),
  reviewIntervalDays: fc.integer({ min: 1, max: 366 }),
  twoReviewers: fc.boolean(),
  requiresApproval: fc.boolean(),
  onlyNarrows: fc.boolean(),
}, { requiredKeys: [] });

// [stage, profile, tenure, keys allowed, cut before grant, idle, sponsors, review, only narrows]
test.each([
  ['test', TEST_PROFILE, 180, true, true, 30, 1, 90, false],
  ['staging', STAGING_PROFILE, 180, false, true, 30, 1, 90, false],
  ['pilot', PILOT_PROFILE, 90, false, false, 30, 2, 30, false],
  ['production', PRODUCTION_PROFILE, 365, false, false, 90, 2, 90, false],
  ['deprecated', DEPRECATED_PROFILE, 180, false, false, 30, 2, 90, true],
])('%s demands what the guide says', (_stage, profile, tenure, keys, cut, idle, sponsors, reviewIntervalDays, onlyNarrows) => {
  const others = { longLivedKeysAllowed: keys, cutBeforeGrant: cut, maxIdleDays: idle, maxKeyAgeDays: 90, minimumSponsors: sponsors };
  const reviews = { reviewIntervalDays, twoReviewers: false, requiresApproval: false, onlyNarrows };
  expect(profile).toEqual({ maxTenureDays: tenure, maxSessionMinutes: 60, ...others, ...reviews });
});

test('nothing given is production', () => {
  expect(completeProfile({})).toEqual(PRODUCTION_PROFILE);
});

test('what is given stays, what is left out is as in production', () => {
  fc.assert(fc.property(allowed, (props) => {
    expect(completeProfile(props)).toEqual({ ...PRODUCTION_PROFILE, ...props });
  }));
});

test('given as undefined is left out', () => {
  fc.assert(fc.property(allowed, fc.constantFrom(...Object.keys(PRODUCTION_PROFILE)), (props, name) => {
    const { [name as keyof RiskProfile]: _out, ...rest } = props;
    expect(completeProfile({ ...props, [name]: undefined })).toEqual(completeProfile(rest));
  }));
});

test('a complete profile stays as it is', () => {
  fc.assert(fc.property(allowed, (props) => {
    expect(completeProfile(completeProfile(props))).toEqual(completeProfile(props));
  }));
});

test('what is said of a profile gives it again, and nothing is said of production', () => {
  fc.assert(fc.property(allowed.map(completeProfile), (profile) => {
    expect(completeProfile(differenceFromProduction(profile))).toEqual(profile);
  }));
  expect(differenceFromProduction(PRODUCTION_PROFILE)).toEqual({});
});

describe.each(NUMBERS)('%s', (name, least, most) => {
  test.each([least, most])('%d is allowed', (value) => {
    expect(completeProfile({ [name]: value })[name]).toBe(value);
  });

  test.each([least - 1, most + 1, 0, -1, least + 0.5, NaN, Infinity, '90', null])('fails when it is %p', (value) => {
    expect(codeOf(() => completeProfile({ [name]: value } as Partial<RiskProfile>))).toBe('RiskProfileInvalid');
  });
});

test('the error names the value, what it is of and what is allowed', () => {
  expect(() => completeProfile({ maxSessionMinutes: 721 })).toThrow('maxSessionMinutes 721 is not allowed: use a whole number from 60 to 720');
});
