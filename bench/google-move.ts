import { join } from 'node:path';
import { AgentStage } from '../src/core';
import { LifecycleRegistry } from '../src/google';
import { identity, OWN_SECRET, PLACES, PROJECT, RECORDS } from '../test/e2e/google/bots';
import { synthesize } from '../test/e2e/google/synthesize';
import { tools, Workspace } from '../test/e2e/google/terraform';

/**
 * Moves agents to another stage with the real Terraform, the stand-in provider and a fake Google, and prints as JSON how long it took and how much of
 * it was the work of each program. Each agent has a registry, two grants in each stage and a secret of its own.
 */
const AGENTS = Number(process.argv[2] ?? 60);
const PROGRAMS: readonly (readonly [program: string, of: RegExp])[] = [
  ['preflight', /_preflight_/], ['enable', /_enabled_/], ['record', /_(?:events|leaver)_/], ['teardown', /^terraform_data\.agent_/],
];

interface Line {
  readonly '@timestamp': string;
  readonly 'type': string;
  readonly 'hook'?: { readonly resource: { readonly addr: string }; readonly provisioner?: string };
}

async function main(): Promise<void> {
  const workspace = await Workspace.open(await tools());
  try {
    const { documents, calls } = workspace.google;
    Object.entries(PLACES).forEach(([kind, name]) => documents.add(kind === 'bucket' ? `buckets/${name}` : name, kind));
    documents.add(OWN_SECRET, 'secret');
    documents.add(`buckets/${RECORDS}`, 'bucket');
    documents.add(`projects/${PROJECT}/topics/agents-lifecycle`, 'topic');
    await apply(workspace, AgentStage.TEST);
    calls.length = 0;
    const started = Date.now();
    const lines = await apply(workspace, AgentStage.PRODUCTION);
    const ms = Date.now() - started;
    const ours = calls.filter(({ agent }) => agent === 'teardown').length;
    console.log(JSON.stringify({ agents: AGENTS, ms, ourCalls: ours, providerCalls: calls.length - ours, programs: durations(lines) }));
  } finally {
    await workspace.close();
  }
}

async function apply(workspace: Workspace, stage: AgentStage): Promise<Line[]> {
  workspace.directory = await synthesize(join(workspace.root, 'out'), (stack) => {
    const registry = LifecycleRegistry.fromRegistryName(stack, 'Registry', { project: PROJECT });
    for (let i = 0; i < AGENTS; i += 1) {
      const { access } = identity(stack, `agent-${i}`, stage, { registry });
      access.toProject('acme-test', 'roles/bigquery.dataViewer');
      access.toSecret(PLACES.secret, 'roles/secretmanager.secretAccessor');
    }
  });
  await workspace.must('init', '-input=false');
  const out = await workspace.must('apply', '-auto-approve', '-input=false', '-json');
  return out.split('\n').filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as Line);
}

/** How often each program ran, and how long it took on average, as Terraform saw it. */
function durations(lines: readonly Line[]): Record<string, { runs: number; ms: number }> {
  const begun = new Map<string, number>();
  const took = new Map<string, number[]>();
  for (const { type, hook, ...line } of lines) {
    const address = hook?.resource.addr ?? '';
    if (type === 'provision_start') {
      begun.set(address, Date.parse(line['@timestamp']));
    } else if (type === 'provision_complete') {
      const program = PROGRAMS.find(([, of]) => of.test(address))?.[0] ?? 'other';
      took.set(program, [...took.get(program) ?? [], Date.parse(line['@timestamp']) - begun.get(address)!]);
    }
  }
  const mean = (all: readonly number[]): number => Math.round(all.reduce((sum, ms) => sum + ms, 0) / all.length);
  return Object.fromEntries([...took].map(([program, each]) => [program, { runs: each.length, ms: mean(each) }]));
}

void main();
