import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { AgentStack } from './assembly';
import { ConnectOptions } from '../connection';
import { agentsIn, DeclaredAgent, resourcesIn } from './declared-agent';
import { InvalidInputError } from '../../../src/core/errors';
import { deployedTemplate, importersOf, nestedStacks } from '../importers';
import { explaining } from '../in-our-words';

/** The account of the credentials, and CloudFormation in a region. */
export interface DeployedReader {
  readonly account: string;
  /** @param region undefined: that of the environment */
  readonly cloudFormation: (region: string | undefined) => CloudFormationClient;
}

/**
 * Connects with the operator's own credentials. No registry is needed.
 *
 * @throws InvalidInputError `CallerUnknown`, and the codes of `inOurWords`; the clients throw these as well
 */
export async function connectDeployed({ registry, region }: ConnectOptions): Promise<DeployedReader> {
  const config = region === undefined ? {} : { region };
  const { Account: account, Arn: operator } = await explaining(new STSClient(config), { registry, region }).send(new GetCallerIdentityCommand({}));
  if (account === undefined) {
    throw new InvalidInputError('CallerUnknown', 'AWS returned no caller identity: check the credentials of the environment');
  }
  return {
    account,
    cloudFormation: (own) => {
      const where = { registry, operator, account, region: own ?? region };
      return explaining(new CloudFormationClient(own === undefined ? config : { region: own }), where);
    },
  };
}

/** What is deployed of stacks now. */
interface Deployed {
  readonly before: readonly AgentStack[];
  /** Stacks with agents in other accounts, which these credentials don't read. */
  readonly elsewhere: readonly AgentStack[];
}

/**
 * What is deployed of stacks now: their templates, as CloudFormation has them. A stack that doesn't exist has no agents.
 *
 * @throws InvalidInputError `TemplateUnreadable`
 */
export async function deployedOf({ account, cloudFormation }: DeployedReader, stacks: readonly AgentStack[]): Promise<Deployed> {
  const isOurs = (stack: AgentStack): boolean => stack.account === undefined || stack.account === account;
  const before: AgentStack[] = [];
  const kept = new Set(stacks.flatMap(({ agents }) => agents.map(({ agentName }) => agentName)));
  for (const stack of stacks.filter(isOurs)) {
    before.push({ ...stack, agents: await agentsOf(cloudFormation(stack.region), stack.stackName, kept) });
  }
  return { before, elsewhere: stacks.filter((stack) => !isOurs(stack) && stack.agents.length > 0) };
}

/** @param kept names of the agents that stay. Only of the others it is asked who imports from them. */
async function agentsOf(client: CloudFormationClient, stack: string, kept: ReadonlySet<string>): Promise<DeclaredAgent[]> {
  const text = await deployedTemplate(client, stack);
  if (text === undefined) {
    return [];
  }
  const resources = resourcesIn(stack, text);
  const agents: DeclaredAgent[] = [];
  for (const agent of agentsIn(stack, resources)) {
    const { agentName, declared: { stage } } = agent;
    agents.push(kept.has(agentName) ? agent : { ...agent, importers: await importersOf(client, text, { agentName, stage }) });
  }
  const nested = Object.values(resources).some(({ Type: type }) => type === 'AWS::CloudFormation::Stack') ? await nestedStacks(client, stack) : [];
  for (const id of nested) {
    agents.push(...await agentsOf(client, id, kept));
  }
  return agents;
}
