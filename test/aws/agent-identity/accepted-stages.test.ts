import { Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { agent, agentIn, codeOf, only, stackOf } from './agents';
import { AgentRuntime } from '../../../src/aws/agent-runtime';
import { LifecycleRegistry, LifecycleRegistryReferenceProps } from '../../../src/aws/lifecycle-registry';
import { AccessProperties } from '../../../src/contract/lifecycle-resource';
import { AgentStage } from '../../../src/core';

const { TEST, PILOT, PRODUCTION, DEPRECATED } = AgentStage;
const SANDBOX = AgentStage.of('sandbox');

function joining(props: LifecycleRegistryReferenceProps, stage: AgentStage): string | undefined {
  const stack = stackOf();
  const registry = LifecycleRegistry.fromRegistryName(stack, 'Registry', 'agents', props);
  return codeOf(() => agentIn(stack, { registry, stage }));
}

test.each<[string, LifecycleRegistryReferenceProps, AgentStage, string | undefined]>([
  ['PILOT without being listed', {}, PILOT, 'StageUnknown'],
  ['DEPRECATED without being listed', {}, DEPRECATED, 'StageUnknown'],
  ['PILOT if it is listed', { stages: [PILOT] }, PILOT, undefined],
  ['DEPRECATED if it is listed', { stages: [DEPRECATED] }, DEPRECATED, undefined],
  ['production where only test is accepted', { acceptedStages: [TEST] }, PRODUCTION, 'StageUnknown'],
  ['test where only test is accepted', { acceptedStages: [TEST] }, TEST, undefined],
  ['a stage of its own where it is not accepted', { stages: [SANDBOX], acceptedStages: [TEST] }, SANDBOX, 'StageUnknown'],
])('an agent in %s', (_what, props, stage, code) => {
  expect(joining(props, stage)).toBe(code);
});

test('the refusal says what is allowed and what to do', () => {
  const stack = stackOf();
  const registry = LifecycleRegistry.fromRegistryName(stack, 'Registry', 'agents', { acceptedStages: [TEST] });
  expect(() => agentIn(stack, { registry, stage: PRODUCTION }))
    .toThrow('the registry agents has no stage "production": use test, deploy the agent to the account of that stage, or add the stage to the acceptedStages of the registry');
  expect(() => agentIn(stack, { registry, stage: PILOT }, 'Pilot')).toThrow('the registry agents has no stage "pilot": use test, or add it to the registry\'s stages');
});

test('access can be declared for a stage that only agents of other accounts are in, and stays dormant', () => {
  const stack = stackOf();
  const registry = LifecycleRegistry.fromRegistryName(stack, 'Registry', 'agents', { stages: [SANDBOX], acceptedStages: [TEST] });
  const bot = agentIn(stack, { registry });
  expect(codeOf(() => bot.accessIn(PRODUCTION, PILOT, DEPRECATED, SANDBOX))).toBeUndefined();
  expect(codeOf(() => bot.accessIn(AgentStage.of('other')))).toBe('StageUnknown');
  expect(codeOf(() => bot.accessIn(AgentStage.of('sandbox', { maxTenure: Duration.days(3) })))).toBe('StageDiffers');
});

describe('the trust policy of an agent that is deprecated', () => {
  const accessOf = (stage: AgentStage, runtime: AgentRuntime): AccessProperties => {
    const stack = stackOf();
    agentIn(stack, { registry: LifecycleRegistry.fromRegistryName(stack, 'Registry', 'agents', { stages: [DEPRECATED] }), stage, runtime });
    return only(Template.fromStack(stack), 'Custom::AgentLifecycle').Properties.Access as AccessProperties;
  };
  const lambda = AgentRuntime.lambda();

  test('is reported in parts, in this stage only', () => {
    expect(accessOf(DEPRECATED, lambda).TrustParts).toEqual({
      Allows: [expect.stringMatching(/^[0-9a-f]{64}$/)], Denies: expect.arrayContaining([expect.stringMatching(/^[0-9a-f]{64}$/)]) as string[],
    });
    expect(accessOf(PRODUCTION, lambda).TrustParts).toBeUndefined();
  });

  test('is the same as before, if the runtime is', () => {
    expect(accessOf(DEPRECATED, lambda).Trust).toBe(accessOf(PRODUCTION, lambda).Trust);
    expect(accessOf(DEPRECATED, AgentRuntime.ec2()).Trust).not.toBe(accessOf(PRODUCTION, lambda).Trust);
  });

  test('has another part with another caller, and the same without a change', () => {
    expect(accessOf(DEPRECATED, lambda).TrustParts).toEqual(accessOf(DEPRECATED, lambda).TrustParts);
    expect(accessOf(DEPRECATED, AgentRuntime.ec2()).TrustParts?.Allows).not.toEqual(accessOf(DEPRECATED, lambda).TrustParts?.Allows);
    expect(accessOf(DEPRECATED, AgentRuntime.ec2()).TrustParts?.Denies).toEqual(accessOf(DEPRECATED, lambda).TrustParts?.Denies);
  });
});

test('a session of it lasts an hour', () => {
  const stack: Stack = agent().stack;
  const registry = LifecycleRegistry.fromRegistryName(stack, 'Listed', 'agents', { stages: [DEPRECATED] });
  agentIn(stack, { registry, agentName: 'old-bot', stage: DEPRECATED }, 'Old');
  expect(only(Template.fromStack(stack), 'AWS::IAM::Role', 'OldBot').Properties.MaxSessionDuration).toBe(3_600);
});
