import { codeOf } from './code-of';
import { validateCampaignName } from '../../src/core/campaign-name';
import { isCurrent, TargetedRiskAnalysis } from '../../src/core/risk-analysis';
import { completeProfile, differenceFromProduction } from '../../src/core/risk-profile';
import { AgentStage } from '../../src/core/stage';

const reason = 'It pays invoices of up to 10,000 EUR';
const analysis = (changes: Partial<TargetedRiskAnalysis> = {}): TargetedRiskAnalysis => ({ reason, date: '2026-03-31', ...changes });

test('a stage has its analysis, and the engine reads it from what differs from production', () => {
  const { profile } = AgentStage.of('payments', { targetedRiskAnalysis: analysis() });
  expect(profile.targetedRiskAnalysis).toEqual(analysis());
  expect(completeProfile(differenceFromProduction(profile))).toEqual(profile);
  expect(AgentStage.of('other').profile).not.toHaveProperty('targetedRiskAnalysis');
});

test.each([
  ['the day itself', '2026-03-31T00:00:00Z', true],
  ['the evening before, where the day begins earlier', '2026-03-30T10:00:00Z', true],
  ['two days before', '2026-03-29T23:59:59Z', false],
  ['the last day of 12 months', '2027-03-31T23:59:59Z', true],
  ['the day after', '2027-04-01T00:00:00Z', false],
])('on %s', (_when, now, current) => {
  expect(isCurrent(analysis(), new Date(now))).toBe(current);
});

test.each<[string, unknown, string]>([
  ['no analysis', 'often', 'RiskAnalysisInvalid'],
  ['null', null, 'RiskAnalysisInvalid'],
  ['a short reason', analysis({ reason: 'risk' }), 'RiskAnalysisInvalid'],
  ['a long reason', analysis({ reason: 'x'.repeat(301) }), 'RiskAnalysisInvalid'],
  ['two lines', analysis({ reason: `${reason}\nand more` }), 'TextNotPlain'],
  ['no day', analysis({ date: '2026-02-30' }), 'RiskAnalysisInvalid'],
  ['another form', analysis({ date: '31.03.2026' }), 'RiskAnalysisInvalid'],
  ['a token', analysis({ date: '${Token[TOKEN.1]}' }), 'LiteralRequired'],
  ['no date', { reason }, 'TextRequired'],
])('fails with %s', (_what, given, code) => {
  expect(codeOf(() => AgentStage.of('payments', { targetedRiskAnalysis: given as TargetedRiskAnalysis }))).toBe(code);
});

test.each([['2026-q4', true], ['q4', false], ['-q4', false], ['q4-', false], ['q--4', false], ['Q4-2026', false], ['../q4', false], ['a'.repeat(49), false]])('%s as a campaign', (name, allowed) => {
  expect(allowed ? validateCampaignName(name) : codeOf(() => validateCampaignName(name))).toBe(allowed ? name : 'CampaignNameInvalid');
});
