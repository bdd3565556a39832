import { Duration, Token } from 'aws-cdk-lib';
import * as fc from 'fast-check';
import { codeOf, TOKENS } from './code-of';
import { DEPRECATED_PROFILE, PILOT_PROFILE, PRODUCTION_PROFILE, RiskProfile, STAGING_PROFILE, TEST_PROFILE } from '../../src/core/risk-profile';
import { AgentStage, StageProfile } from '../../src/core/stage';

test.each([
  [AgentStage.TEST, 'test', TEST_PROFILE],
  [AgentStage.STAGING, 'staging', STAGING_PROFILE],
  [AgentStage.PILOT, 'pilot', PILOT_PROFILE],
  [AgentStage.PRODUCTION, 'production', PRODUCTION_PROFILE],
  [AgentStage.DEPRECATED, 'deprecated', DEPRECATED_PROFILE],
])('%s is built in', (stage, name, profile) => {
  expect(stage.name).toBe(name);
  expect(`${stage}`).toBe(name);
  expect(stage.profile).toEqual(profile);
});

test('a stage of your own is as production, but for what is given', () => {
  expect(AgentStage.of('sandbox').profile).toEqual(PRODUCTION_PROFILE);
  expect(AgentStage.of('sandbox', { maxTenure: Duration.days(30), longLivedKeysAllowed: true }).profile).toEqual({ ...PRODUCTION_PROFILE, maxTenureDays: 30, longLivedKeysAllowed: true });
  expect(String(AgentStage.of('sandbox'))).toBe('sandbox');
});

test('only an agent that is deprecated can do nothing but lose, and no stage allows shorter sessions', () => {
  const { TEST, STAGING, PILOT, PRODUCTION, DEPRECATED } = AgentStage;
  expect([TEST, STAGING, PILOT, PRODUCTION, DEPRECATED].map(({ profile }) => profile.onlyNarrows)).toEqual([false, false, false, false, true]);
  expect(DEPRECATED.profile.maxSessionMinutes).toBe(60);
  expect(AgentStage.of('sunset', { onlyNarrows: true }).profile).toEqual({ ...PRODUCTION_PROFILE, onlyNarrows: true });
  expect(codeOf(() => AgentStage.of('sunset', { onlyNarrows: 'yes' as never }))).toBe('RiskProfileInvalid');
});

test('a stage with an approval is the same one otherwise', () => {
  expect(AgentStage.of('sandbox', { requiresApproval: true }).profile).toEqual({ ...PRODUCTION_PROFILE, requiresApproval: true });
  const production = AgentStage.PRODUCTION.withApproval();
  expect([production.name, production.profile]).toEqual(['production', { ...PRODUCTION_PROFILE, requiresApproval: true }]);
  expect(AgentStage.PRODUCTION.profile.requiresApproval).toBe(false);
  expect(codeOf(() => AgentStage.of('sandbox', { requiresApproval: 'yes' as never }))).toBe('RiskProfileInvalid');
});

test.each(['qa', 'q1', 'tests', 'preproduction', 'a'.repeat(15)])('%s is a name', (name) => {
  expect(AgentStage.of(name).name).toBe(name);
});

test.each(['', 'a', 'a'.repeat(16), '1qa', 'pre-production', 'QA', 'q_a', 'q a', 'qä', 'qa\n'])('fails when the name is %j', (name) => {
  expect(codeOf(() => AgentStage.of(name))).toBe('StageNameInvalid');
});

test('the error shows the name and says what is allowed', () => {
  expect(() => AgentStage.of('QA')).toThrow('stage name "QA" is not allowed: use 2-15 of [a-z0-9], beginning with a letter');
});

test.each(['test', 'staging', 'pilot', 'production', 'deprecated'])('fails when the name is %s, which is built in', (name) => {
  expect(codeOf(() => AgentStage.of(name))).toBe('StageNameReserved');
  expect(() => AgentStage.of(name)).toThrow(`AgentStage.${name.toUpperCase()}`);
});

test.each(TOKENS)('fails when the name is the token %s', (token) => {
  expect(codeOf(() => AgentStage.of(token))).toBe('LiteralRequired');
});

test.each<[StageProfile, Partial<RiskProfile>]>([
  [{ maxTenure: Duration.days(3_650) }, { maxTenureDays: 3_650 }],
  [{ maxTenure: Duration.hours(48) }, { maxTenureDays: 2 }],
  [{ maxIdle: Duration.hours(48) }, { maxIdleDays: 2 }],
  [{ maxKeyAge: Duration.days(30) }, { maxKeyAgeDays: 30 }],
  [{ reviewInterval: Duration.hours(48) }, { reviewIntervalDays: 2 }],
  [{ reviewInterval: Duration.days(366) }, { reviewIntervalDays: 366 }],
  [{ minimumSponsors: 1 }, { minimumSponsors: 1 }],
  [{ maxSessionDuration: Duration.minutes(60) }, { maxSessionMinutes: 60 }],
  [{ maxSessionDuration: Duration.seconds(5_400) }, { maxSessionMinutes: 90 }],
  [{ maxSessionDuration: Duration.hours(12) }, { maxSessionMinutes: 720 }],
])('whatever the unit, %j is understood', (profile, expected) => {
  expect(AgentStage.of('sandbox', profile).profile).toEqual({ ...PRODUCTION_PROFILE, ...expected });
});

const TOKEN = Token.asNumber({ Ref: 'Days' });

test.each<[string, StageProfile]>([
  ['no time', { maxTenure: Duration.days(0) }],
  ['a fraction of a day', { maxTenure: Duration.hours(36) }],
  ['too many days', { maxTenure: Duration.days(3_651) }],
  ['a token of days', { maxTenure: Duration.days(TOKEN) }],
  ['no time between reviews', { reviewInterval: Duration.days(0) }],
  ['reviews that are too far apart', { reviewInterval: Duration.days(367) }],
  ['a token of days between reviews', { reviewInterval: Duration.days(TOKEN) }],
  ['a session that is too short for IAM', { maxSessionDuration: Duration.minutes(59) }],
  ['one that is too long', { maxSessionDuration: Duration.minutes(721) }],
  ['a fraction of a minute', { maxSessionDuration: Duration.seconds(3_630) }],
  ['a token of minutes', { maxSessionDuration: Duration.minutes(TOKEN) }],
])('fails when the profile has %s', (_what, profile) => {
  expect(codeOf(() => AgentStage.of('sandbox', profile))).toBe('RiskProfileInvalid');
});

test('agent name and stage can be distinguished in a role name, which IAM accepts', () => {
  fc.assert(fc.property(fc.string({ unit: fc.constantFrom('a', '1', '-', 'B'), maxLength: 18 }), (name) => {
    const code = codeOf(() => AgentStage.of(name));
    const accepted = name.length >= 2 && name.length <= 15 && /^[a1]+$/.test(name) && name.startsWith('a');
    expect(code).toBe(accepted ? undefined : 'StageNameInvalid');
    if (accepted) {
      const roleName = `${'a'.repeat(46)}-b-${name}`;
      expect(roleName.slice(roleName.lastIndexOf('-') + 1)).toBe(name);
      expect(roleName.length).toBeLessThanOrEqual(64);
    }
  }), { numRuns: 1_000 });
});
