import * as fc from 'fast-check';
import { codeOf } from './code-of';
import { completeProfile, differenceFromProduction, PRODUCTION_PROFILE, RiskProfileProps, STAGING_PROFILE, TEST_PROFILE } from '../../src/core/risk-profile';

const NUMBERS = [
  ['longestTenureDays', 1, 3650],
  ['longestSessionMinutes', 60, 720],
  ['reviewIntervalDays', 1, 3650],
  ['longestIdleDays', 1, 3650],
] as const;
const days = fc.integer({ min: 1, max: 3650 });
const allowed: fc.Arbitrary<RiskProfileProps> = fc.record({
  longestTenureDays: days,
  longestSessionMinutes: fc.integer({ min: 60, max: 720 }),
  reviewIntervalDays: days,
  longestIdleDays: days,
  longLivedKeysAllowed: fc.boolean(),
  promotionNeedsApproval: fc.boolean(),
  cutBeforeGrant: fc.boolean(),
}, { requiredKeys: [] });

// [stage, profile, tenure, keys allowed, needs approval, cut before grant]
test.each([
  ['test', TEST_PROFILE, 180, true, false, true],
  ['staging', STAGING_PROFILE, 180, false, false, true],
  ['production', PRODUCTION_PROFILE, 365, false, true, false],
])('%s demands what the guide says', (_stage, profile, tenure, keys, approval, cut) => {
  expect(profile).toEqual({
    longestTenureDays: tenure,
    longestSessionMinutes: 60,
    reviewIntervalDays: 90,
    longestIdleDays: 30,
    longLivedKeysAllowed: keys,
    promotionNeedsApproval: approval,
    cutBeforeGrant: cut,
  });
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
    const { [name as keyof RiskProfileProps]: _out, ...rest } = props;
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
    expect(codeOf(() => completeProfile({ [name]: value } as RiskProfileProps))).toBe('RiskProfileInvalid');
  });
});

test('the error names the value, what it is of and what is allowed', () => {
  expect(() => completeProfile({ longestSessionMinutes: 721 })).toThrow('longestSessionMinutes 721 is not allowed: use a whole number from 60 to 720');
});
