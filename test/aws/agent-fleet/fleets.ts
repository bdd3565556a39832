import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { AgentFleet, AgentFleetProps } from '../../../src/aws/agent-fleet';
import { AgentDefaults } from '../../../src/aws/agent-identity';
import { LifecycleRegistry } from '../../../src/aws/lifecycle-registry';
import { ENV } from '../agent-identity/agents';

export type Row = Record<string, string>;

/** A row that is allowed. */
export const ROW: Row = {
  agentName: 'invoice-bot',
  purpose: 'Matches supplier invoices to purchase orders',
  sponsor: 'Ada Park',
  sponsorEmail: 'ada.park@example.com',
  sponsorBackup: 'li.chen@example.com',
  stage: 'test',
  expires: '2999-03-31',
  runtime: 'ec2',
  stack: 'one',
};

export function stacksOf(...names: string[]): Record<string, Stack> {
  const app = new App();
  return Object.fromEntries(names.map((name) => {
    const stack = new Stack(app, name, { env: ENV });
    AgentDefaults.of(stack).set({ registry: LifecycleRegistry.fromRegistryName(stack, 'Registry', 'agents') });
    return [name, stack];
  }));
}

export function fleetOf(rows: Row[], props: Partial<AgentFleetProps> = {}): AgentFleet {
  return AgentFleet.fromRows(rows, { stacks: stacksOf('one', 'two'), ...props });
}

/** A fleet of a file with this content. */
export function fleetOfFile(content: string | Buffer, props: Partial<AgentFleetProps> = {}): AgentFleet {
  const folder = mkdtempSync(join(tmpdir(), 'nhi-fleet-'));
  try {
    writeFileSync(join(folder, 'agents.csv'), content);
    return AgentFleet.fromCsv(join(folder, 'agents.csv'), { stacks: stacksOf('one', 'two'), ...props });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The lines that report faults; empty if there are none. */
export function faultsOf(make: () => unknown): string[] {
  try {
    make();
    return [];
  } catch (error) {
    const [first, ...faults] = (error as Error).message.split('\n  ');
    return (error as { code?: string }).code === 'FleetInvalid' ? faults : [first];
  }
}
