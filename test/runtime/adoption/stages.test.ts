import { Duration } from 'aws-cdk-lib';
import { stagesOf, STANDARD_STAGES } from '../../../runtime/adoption';
import { stageCode, stageName } from '../../../runtime/adoption/code/stage-code';
import { AgentStage } from '../../../src/core';
import { differenceFromProduction } from '../../../src/core/risk-profile';

const CANARY = AgentStage.of('canary', { maxTenure: Duration.days(30), maxSessionDuration: Duration.hours(2), cutBeforeGrant: true });
const PLAIN = AgentStage.of('plain');

/** A registry whose engine has this text as its stages. */
const registryWith = (text: string | undefined) => stagesOf({
  account: '111122223333',
  region: 'eu-west-1',
  plain: {
    rest: async (service: string, path: readonly string[]) => {
      expect([service, path]).toEqual(['lambda', ['2015-03-31', 'functions', 'agents-nhi-lifecycle', 'configuration']]);
      return { Environment: { Variables: text === undefined ? {} : { STAGES: text } } };
    },
  } as unknown as Parameters<typeof stagesOf>[0]['plain'],
}, 'agents');
const textOf = (...stages: readonly AgentStage[]): string => (
  JSON.stringify(Object.fromEntries(stages.map(({ name, profile }) => [name, differenceFromProduction(profile)]))));

test('the stages of a registry are those of its engine, without those that nobody can join', async () => {
  const found = await registryWith(textOf(AgentStage.TEST, CANARY, AgentStage.DEPRECATED));

  expect(found).toEqual([AgentStage.TEST, CANARY].map(({ name, profile }) => ({ name, profile })));
});

test.each<[string, string | undefined]>([
  ['none', undefined],
  ['no JSON', '{'],
  ['a name that would leave its place in code', JSON.stringify({ 'x; process.exit(1)': {} })],
  ['an incomplete profile', JSON.stringify({ canary: { maxTenureDays: 'x' } })],
])('fails with StagesUnreadable when the function has %s', async (_, text) => {
  await expect(registryWith(text)).rejects.toMatchObject({ code: 'StagesUnreadable' });
});

test('fails with RegistryNotFound when there is no such registry, and with the error of AWS when it can\'t be read', async () => {
  const failing = (name: string) => stagesOf({
    account: '1', region: 'r', plain: { rest: async () => Promise.reject(Object.assign(new Error('no'), { name })) } as unknown as Parameters<typeof stagesOf>[0]['plain'],
  }, 'agents');

  await expect(failing('ResourceNotFoundException')).rejects.toMatchObject({ code: 'RegistryNotFound' });
  await expect(failing('AccessDeniedException')).rejects.toMatchObject({ name: 'AccessDeniedException' });
});

test('code states the stages that it uses, and the reference lists those that a registry does not have by itself', () => {
  expect(stageCode(STANDARD_STAGES)).toEqual({ constants: [], reference: '', uses: [] });
  expect(stageCode([PLAIN, AgentStage.TEST, CANARY, AgentStage.PILOT, AgentStage.PRODUCTION.withApproval(), CANARY])).toEqual({
    constants: [
      'const canaryStage = AgentStage.of(\'canary\', { maxTenure: Duration.days(30), maxSessionDuration: Duration.minutes(120), cutBeforeGrant: true });',
      'const plainStage = AgentStage.of(\'plain\');',
    ],
    reference: ', { stages: [canaryStage, AgentStage.PILOT, plainStage, AgentStage.PRODUCTION.withApproval()] }',
    uses: ['Duration'],
  });
  expect([CANARY, AgentStage.PRODUCTION].map(stageName)).toEqual(['canaryStage', 'AgentStage.PRODUCTION']);
});
