import * as fc from 'fast-check';
import { codeOf, TOKENS } from './code-of';
import { PRODUCTION_PROFILE, STAGING_PROFILE, TEST_PROFILE } from '../../src/core/risk-profile';
import { AgentStage } from '../../src/core/stage';

test.each([
  [AgentStage.TEST, 'test', TEST_PROFILE],
  [AgentStage.STAGING, 'staging', STAGING_PROFILE],
  [AgentStage.PRODUCTION, 'production', PRODUCTION_PROFILE],
])('%s is built in', (stage, name, profile) => {
  expect(stage.name).toBe(name);
  expect(`${stage}`).toBe(name);
  expect(stage.profile).toEqual(profile);
});

test('a stage of your own is as production, but for what is given', () => {
  expect(AgentStage.of('sandbox').profile).toEqual(PRODUCTION_PROFILE);
  expect(AgentStage.of('sandbox', { longestTenureDays: 30 }).profile).toEqual({ ...PRODUCTION_PROFILE, longestTenureDays: 30 });
  expect(String(AgentStage.of('sandbox'))).toBe('sandbox');
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

test.each(['test', 'staging', 'production'])('fails when the name is %s, which is built in', (name) => {
  expect(codeOf(() => AgentStage.of(name))).toBe('StageNameReserved');
  expect(() => AgentStage.of(name)).toThrow(`AgentStage.${name.toUpperCase()}`);
});

test.each(TOKENS)('fails when the name is the token %s', (token) => {
  expect(codeOf(() => AgentStage.of(token))).toBe('LiteralRequired');
});

test('fails when the profile is out of range', () => {
  expect(codeOf(() => AgentStage.of('sandbox', { longestSessionMinutes: 59 }))).toBe('RiskProfileInvalid');
  expect(codeOf(() => AgentStage.of('sandbox', { longestSessionMinutes: 60 }))).toBeUndefined();
});

test('agent name and stage can be told apart in a role name, which IAM takes', () => {
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
