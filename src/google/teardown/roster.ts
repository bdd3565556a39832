import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Construct, IConstruct } from 'constructs';
import { findProblems } from './stack-checks';
import { addressesIn, Annotations, lazily, lazyList, TerraformData, TerraformResource, TerraformStack } from '../cdktf';

/*
 * Runs under Node at apply, before anything of a removed agent is destroyed. Terraform reads the environment from the present configuration: the block is still there,
 * only one of its instances is not.
 */
const CHECK = [
  'const agent = process.env.NHI_AGENT;',
  'if (!JSON.parse(process.env.NHI_AGENTS_NOW).includes(agent)) {',
  '  console.error("AgentRemovedUnretired: " + agent + " would be deleted without teardown, and what people gave it would stay: "',
  '    + "name it in RetiredAgents of this stack, then apply again");',
  '  process.exit(1);',
  '}',
].join('\n');

const ADDRESS = 'agents_roster';

/**
 * The agents of a stack, as a resource with an instance for each. A destroy-time provisioner is skipped in silence when its resource's block is gone from the configuration,
 * so the agent's own can't notice that the agent was removed; this block stays, loses the instance, and fails the apply. Nothing ever replaces an instance: one that was
 * destroyed to be made anew would be missing after an apply that failed in between, and its agent without guard.
 */
export class Roster extends Construct {
  /** That of a stack. */
  public static of(scope: IConstruct): Roster {
    const stack = TerraformStack.of(scope);
    return stack.node.tryFindChild('agent-roster') as Roster | undefined ?? new Roster(stack);
  }

  /** Address and account id, by name. */
  private readonly agents = new Map<string, { readonly address: string; readonly accountId: string }>();
  private readonly retired = new Set<string>();
  private readonly keys = new Set<TerraformResource>();
  private readonly constructs: IConstruct[] = [];

  private constructor(stack: TerraformStack) {
    super(stack as Construct, 'agent-roster');
    const list = new TerraformData(this, 'list', { input: '${each.key}' });
    // CDKTF's own argument takes an iterator only.
    list.addOverride('for_each', lazily(() => forEach([...this.agents.keys()])));
    // No agent's address: those begin with agent_.
    list.overrideLogicalId(ADDRESS);
    list.addOverride('provisioner', [{
      'local-exec': {
        when: 'destroy',
        interpreter: ['node', '-e'],
        command: CHECK,
        environment: {
          NHI_AGENT: '${self.input}',
          NHI_AGENTS_NOW: lazily(() => JSON.stringify([...this.agents.keys(), ...this.retired].sort())),
        },
      },
    }]);
    // All that the agents have, so that a removal that is refused has taken nothing yet.
    list.dependsOn = lazyList(() => this.constructs.flatMap((agent) => addressesIn(agent)));
    this.node.addValidation({
      validate: () => {
        this.warnOfLost(stack);
        return findProblems(stack, new Map([...this.agents.values()].map(({ address, accountId }) => [address, accountId])), this.keys);
      },
    });
  }

  /** Takes in an agent. */
  public add(agentName: string, address: string, accountId: string, agent: IConstruct): void {
    this.agents.set(agentName, { address, accountId });
    this.constructs.push(agent);
  }

  /** Lets an agent go. */
  public retire(agentName: string): void {
    this.retired.add(agentName);
  }

  /** Whether the stack declares the agent. */
  public has(agentName: string): boolean {
    return this.agents.has(agentName);
  }

  /** A key that was declared, checked and has no private part in the state. */
  public allowKey(key: TerraformResource): void {
    this.keys.add(key);
  }

  /** Where the last synthesis still lies, the loss shows before any apply. */
  private warnOfLost(stack: TerraformStack): void {
    for (const agent of agentsOfLastSynthesis(stack)) {
      if (!this.agents.has(agent) && !this.retired.has(agent)) {
        Annotations.of(this).addWarning(
          `AgentRemovedUnretired: agent ${agent} was in this stack at the last synthesis and is not any more: name it in RetiredAgents, or its deletion skips the teardown and the apply fails`);
      }
    }
  }
}

function forEach(names: string[]): string {
  return `\${toset(${JSON.stringify(names.sort())})}`;
}

function agentsOfLastSynthesis(stack: TerraformStack): string[] {
  const { outdir } = stack.node.root as { outdir?: string };
  const file = join(outdir ?? '', 'stacks', stack.node.id, 'cdk.tf.json');
  if (outdir === undefined || !existsSync(file)) {
    return [];
  }
  try {
    const set = JSON.parse(readFileSync(file, 'utf8')).resource.terraform_data[ADDRESS].for_each as string;
    return JSON.parse(set.slice('${toset('.length, -')}'.length)) as string[];
  } catch {
    // Of another edition, half written, or without agents: nothing to compare with.
    return [];
  }
}
