import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Construct, IConstruct } from 'constructs';
import { requireProvisioners, requireRoom } from './rendered-checks';
import { findProblems } from './stack-checks';
import { addressesIn, afterRender, Annotations, lazily, lazyList, RenderedStack, TerraformData, TerraformResource, TerraformStack } from '../cdktf';

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
 * The agents of a stack, as a resource with one instance for each. Terraform silently skips a destroy-time provisioner if its resource's block was
 * removed from the configuration, so an agent's own provisioner can't detect that the agent was removed. This block stays, loses the instance, and
 * fails the apply. No instance is ever replaced: if an apply failed between its destruction and its creation, the instance would be missing, and its
 * agent would have no guard.
 */
export class Roster extends Construct {
  /** Returns the roster of a stack. */
  public static of(scope: IConstruct): Roster {
    const stack = TerraformStack.of(scope);
    return stack.node.tryFindChild('agent-roster') as Roster | undefined ?? new Roster(stack);
  }

  /** Address and account id of each agent, by its name. */
  private readonly agents = new Map<string, { readonly address: string; readonly accountId: string }>();
  private readonly retired = new Set<string>();
  /** Destroy-time provisioners, by the address of their resource. */
  private readonly atDestroy = new Map<string, object>();
  private readonly keys = new Set<TerraformResource>();
  private readonly constructs: IConstruct[] = [];

  private constructor(stack: TerraformStack) {
    super(stack as Construct, 'agent-roster');
    const list = new TerraformData(this, 'list', { input: '${each.key}' });
    // CDKTF's own argument accepts only an iterator.
    list.addOverride('for_each', lazily(() => forEach([...this.agents.keys()])));
    // Can't be an agent's address, because those begin with agent_.
    list.overrideLogicalId(ADDRESS);
    this.runAtDestroy(list, ADDRESS, {
      'local-exec': {
        when: 'destroy',
        interpreter: ['node', '-e'],
        command: CHECK,
        environment: {
          NHI_AGENT: '${self.input}',
          NHI_AGENTS_NOW: lazily(() => JSON.stringify([...this.agents.keys(), ...this.retired].sort())),
        },
      },
    });
    // Depends on all resources of the agents, so that a refused removal has deleted nothing yet.
    list.dependsOn = lazyList(() => this.constructs.flatMap((agent) => addressesIn(agent)));
    afterRender(stack, (rendered) => this.checkRendered(stack, rendered));
    this.node.addValidation({
      validate: () => {
        this.warnOfLost(stack);
        return findProblems(stack, new Map([...this.agents.values()].map(({ address, accountId }) => [address, accountId])), this.keys);
      },
    });
  }

  /** Adds an agent. */
  public add(agentName: string, address: string, accountId: string, agent: IConstruct): void {
    this.agents.set(agentName, { address, accountId });
    this.constructs.push(agent);
  }

  /** Adds a destroy-time provisioner to a resource, and checks that no override changes or removes it. */
  public runAtDestroy(resource: TerraformData, address: string, provisioner: object): void {
    resource.addOverride('provisioner', [provisioner]);
    this.atDestroy.set(address, provisioner);
  }

  /** Marks an agent as retired. */
  public retire(agentName: string): void {
    this.retired.add(agentName);
  }

  /** Whether the stack declares the agent. */
  public has(agentName: string): boolean {
    return this.agents.has(agentName);
  }

  /** Allows a key that was declared and checked, and whose private half is not in the state. */
  public allowKey(key: TerraformResource): void {
    this.keys.add(key);
  }

  /** Checks the output, because overrides can remove what the constructs declare. */
  private checkRendered(stack: TerraformStack, { resource = {} }: RenderedStack): void {
    const blocks = resource.terraform_data ?? {};
    requireProvisioners(stack, this.atDestroy, blocks);
    requireRoom(stack, [...this.agents.keys(), ...this.retired], blocks);
  }

  /** If the last synthesis still exists, compares it to warn about lost agents before any apply. */
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
    // The file is from another version, incomplete, or has no agents: there is nothing to compare.
    return [];
  }
}
