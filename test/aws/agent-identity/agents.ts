import { App, AppProps, Environment, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Construct } from 'constructs';
import { ManagedAgentIdentity, ManagedAgentIdentityProps } from '../../../src/aws/agent-identity';
import { AgentRuntime } from '../../../src/aws/agent-runtime';
import { LifecycleRegistry } from '../../../src/aws/lifecycle-registry';
import { AgentStage, Expiry, Sponsor } from '../../../src/core';

export const ENV = { account: '111122223333', region: 'eu-west-1' };
export const ELSEWHERE = { account: '444455556666', region: 'eu-west-1' };
export const { TEST, STAGING, PRODUCTION } = AgentStage;
export const ADA = Sponsor.person({ name: 'Ada Park', email: 'ada.park@example.com', backupEmail: 'li.chen@example.com' });

/** A runtime without access of its own, so that only a test's grants are visible. */
export const BARE = AgentRuntime.ec2();

export function agentIn(scope: Construct, props: Partial<ManagedAgentIdentityProps> = {}, id = 'Bot'): ManagedAgentIdentity {
  const stack = Stack.of(scope);
  const registry = stack.node.tryFindChild('Registry') as LifecycleRegistry ?? LifecycleRegistry.fromRegistryName(stack, 'Registry', 'agents');
  return new ManagedAgentIdentity(scope, id, {
    registry,
    agentName: 'invoice-bot',
    purpose: 'Matches supplier invoices to purchase orders',
    sponsor: ADA,
    stage: TEST,
    expires: Expiry.on('2999-03-31'),
    runtime: BARE,
    ...props,
  });
}

export function stackOf(env: Environment | undefined = ENV, props: AppProps = {}): Stack {
  return new Stack(new App(props), 'Own', { env });
}

export function agent(props: Partial<ManagedAgentIdentityProps> = {}): { stack: Stack; bot: ManagedAgentIdentity; template: () => Template } {
  const stack = stackOf();
  const bot = agentIn(stack, props);
  return { stack, bot, template: () => Template.fromStack(stack) };
}

export interface Found { LogicalId: string; Properties: Record<string, any>; DependsOn?: string[] }

/** The only resource of a type whose logical id contains `part`. */
export function only(template: Template, type: string, part = ''): Found {
  const found = Object.entries(template.findResources(type)).filter(([id]) => id.includes(part));
  expect(found).toHaveLength(1);
  return { LogicalId: found[0][0], ...found[0][1] } as Found;
}

export function codeOf(action: () => unknown): string | undefined {
  try {
    action();
    return undefined;
  } catch (error) {
    return (error as { code?: string }).code ?? /^Error: (.*)$/s.exec(String(error))?.[1] ?? String(error);
  }
}

/** The error of the whole synthesis, or an empty text if it succeeds. */
export function synthError(stack: Stack): string {
  try {
    (stack.node.root as App).synth();
    return '';
  } catch (error) {
    return String(error);
  }
}
