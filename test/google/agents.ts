import { join } from 'node:path';
import { GoogleProvider } from '@cdktf/provider-google/lib/provider';
import { AppConfig, TerraformStack, Testing } from 'cdktf';
import 'cdktf/lib/testing/adapters/jest';
import { Construct } from 'constructs';
import { AgentStage, Expiry, Sponsor } from '../../src/core';
import { AgentRuntime, ManagedAgentIdentity, ManagedAgentIdentityProps } from '../../src/google';
import { PROGRAMS_CONTEXT } from '../../src/google/teardown/program-files';

Testing.setupJest();

export const { TEST, STAGING, PRODUCTION } = AgentStage;
export const ADA = Sponsor.person({ name: 'Ada Park', email: 'ada.park@example.com', backupEmail: 'li.chen@example.com' });
export const ACCOUNT = '${google_service_account.agent_invoice_bot.name}';

/** The part that all of the agent's grants have: they are created and destroyed with the teardown. */
export const WITH_TEARDOWN = {
  depends_on: ['terraform_data.agent_invoice_bot'],
  lifecycle: { replace_triggered_by: ['terraform_data.agent_invoice_bot.id'] },
};

export function appOf(config: AppConfig = {}) {
  return Testing.app({ ...config, stackTraces: false, context: { [PROGRAMS_CONTEXT]: join(__dirname, 'programs'), ...config.context } } as Parameters<typeof Testing.app>[0]);
}

export function stackOf(app: Construct = appOf(), id = 'own'): TerraformStack {
  const stack = new TerraformStack(app, id);
  new GoogleProvider(stack, 'google', { region: 'europe-west1' });
  return stack;
}

export function agentIn(scope: Construct, props: Partial<ManagedAgentIdentityProps> = {}, id = 'Bot'): ManagedAgentIdentity {
  return new ManagedAgentIdentity(scope, id, {
    project: 'acme-agents',
    agentName: 'invoice-bot',
    purpose: 'Matches supplier invoices to purchase orders',
    sponsor: ADA,
    stage: TEST,
    expires: Expiry.on('2999-03-31'),
    runtime: AgentRuntime.cloudRun(),
    ...props,
  });
}

export function agent(props: Partial<ManagedAgentIdentityProps> = {}) {
  const stack = stackOf();
  const bot = agentIn(stack, props);
  return { stack, bot, synth: () => Testing.synth(stack, true), resources: (type: string) => resources(stack, type) };
}

/** All rendered resources of a type, by address. */
export function resources(stack: TerraformStack, type: string): Record<string, Record<string, any>> {
  return JSON.parse(Testing.synth(stack, true)).resource?.[type] ?? {};
}

/** The agent's only resource of a type, without the janitor's. */
export function only(found: Record<string, Record<string, any>>): Record<string, any> {
  const own = Object.entries(found).filter(([address]) => address.startsWith('agent_'));
  expect(own).toHaveLength(1);
  return own[0][1];
}

export function codeOf(action: () => unknown): string | undefined {
  try {
    action();
    return undefined;
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
}
