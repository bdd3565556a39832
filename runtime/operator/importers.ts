import { CloudFormationClient, GetTemplateCommand, ListImportsCommand, ListImportsCommandOutput, paginateListStackResources } from '@aws-sdk/client-cloudformation';
import * as z from 'zod';
import { logicalIds } from '../../src/contract/logical-ids';
import { reasonOf } from '../../src/core/errors';
import { isUnknown } from '../model/stack-view';

/** The stacks that import an output in which an agent is. */
export interface Importers {
  readonly stacks: readonly string[];
  /** Why they could not all be read, such as a missing right. */
  readonly notRead?: string;
}

interface DeployedAgent {
  readonly agentName: string;
  readonly stage: string;
}

const outputs = z.object({
  Outputs: z.record(z.string(), z.object({ Value: z.unknown(), Export: z.object({ Name: z.unknown() }).optional() })).default({}),
});

/** The template of a stack as it was deployed. Undefined if there is no such stack. */
export async function deployedTemplate(client: CloudFormationClient, StackName: string): Promise<string | undefined> {
  try {
    return (await client.send(new GetTemplateCommand({ StackName, TemplateStage: 'Original' }))).TemplateBody;
  } catch (error) {
    if (isUnknown(error)) {
      return undefined;
    }
    throw error;
  }
}

/** Ids of the stacks that a stack has nested. */
export async function nestedStacks(client: CloudFormationClient, StackName: string): Promise<string[]> {
  const ids: string[] = [];
  for await (const { StackResourceSummaries: resources = [] } of paginateListStackResources({ client }, { StackName })) {
    ids.push(...resources.filter(({ ResourceType: type, ResourceStatus: status }) => type === 'AWS::CloudFormation::Stack' && status !== 'DELETE_COMPLETE')
      .flatMap(({ PhysicalResourceId: id }) => id ?? []));
  }
  return ids;
}

/** Names of the exports of a template whose value refers to a resource of the agent. A name that is known only after deployment is not among them. */
function exportsOf(template: string, { agentName, stage }: DeployedAgent): string[] {
  const { role, access, lifecycle } = logicalIds(agentName, stage);
  const read = outputs.safeParse(JSON.parse(template));
  return Object.values(read.data?.Outputs ?? {}).flatMap(({ Value: value, Export: exported }) => {
    const text = JSON.stringify(value) ?? '';
    const isOfAgent = [role, access, lifecycle].some((id) => text.includes(`"${id}"`) || text.includes(`\${${id}`));
    return isOfAgent && typeof exported?.Name === 'string' ? [exported.Name] : [];
  });
}

/** Who imports from a template what it exports of an agent. */
export async function importersOf(client: CloudFormationClient, template: string, agent: DeployedAgent): Promise<Importers> {
  const found = new Set<string>();
  try {
    for (const name of exportsOf(template, agent)) {
      (await importsOf(client, name)).forEach((stack) => found.add(stack));
    }
    return { stacks: [...found].sort() };
  } catch (error) {
    return { stacks: [...found].sort(), notRead: reasonOf(error) };
  }
}

/** The same of an agent in a stack or in one that it has nested. */
export async function importersInStack(client: CloudFormationClient, stack: string, agent: DeployedAgent): Promise<Importers> {
  try {
    const template = await deployedTemplate(client, stack);
    const all = [template === undefined ? { stacks: [] } : await importersOf(client, template, agent)];
    for (const nested of template?.includes('AWS::CloudFormation::Stack') === true ? await nestedStacks(client, stack) : []) {
      all.push(await importersInStack(client, nested, agent));
    }
    const [notRead] = all.flatMap((one: Importers) => one.notRead ?? []);
    return { stacks: [...new Set(all.flatMap(({ stacks }) => stacks))].sort(), ...(notRead === undefined ? {} : { notRead }) };
  } catch (error) {
    return { stacks: [], notRead: reasonOf(error) };
  }
}

async function importsOf(client: CloudFormationClient, ExportName: string): Promise<string[]> {
  const stacks: string[] = [];
  let NextToken: string | undefined;
  try {
    do {
      const page: ListImportsCommandOutput = await client.send(new ListImportsCommand({ ExportName, NextToken }));
      stacks.push(...page.Imports ?? []);
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
  } catch (error) {
    // CloudFormation returns an error for an export that nobody imports.
    if (!(error instanceof Error && error.name === 'ValidationError' && /not imported by any stack/i.test(error.message))) {
      throw error;
    }
  }
  return stacks;
}

/** Lines about them, for people. */
export function importerLines({ stacks, notRead }: Importers): string[] {
  return [
    ...stacks.map((stack) => `stack ${stack} imports from it`),
    ...(notRead === undefined ? [] : [`unknown stacks, if any: what imports from it could not be read: ${notRead}`]),
  ];
}
