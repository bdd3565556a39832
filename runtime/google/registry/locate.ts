import { GoogleRegistry } from './connect';
import { eventsFolder, REGISTRY_FOLDERS } from '../../../src/contract/google';
import { validateAgentName } from '../../../src/core/agent-name';
import { InvalidInputError } from '../../../src/core/errors';
import { Placement } from '../../../src/core/lifecycle-event';
import { inParallel } from '../in-parallel';
import { hasObjects, listFolders } from '../objects';

const AT_ONCE = 8;

/**
 * Finds the project of an agent. The cost depends on the number of projects, not on the number of agents.
 *
 * @throws InvalidInputError `AgentUnknown`, `ProjectAmbiguous`
 */
export async function placementOf(registry: GoogleRegistry, name: string): Promise<Placement> {
  const agentName = validateAgentName(name);
  if (registry.project !== undefined) {
    return { account: registry.project, agentName };
  }
  const { api, bucket } = registry;
  const found = await inParallel(await projectsOf(registry), AT_ONCE, async (project) => (
    await hasObjects(api, bucket, eventsFolder(project, agentName)) ? [project] : []));
  const [account, ...others] = found.flat();
  if (account === undefined) {
    throw unknownAgent(registry, agentName);
  }
  if (others.length > 0) {
    throw new InvalidInputError('ProjectAmbiguous', `the registry ${bucket} has an agent ${agentName} in each of ${[account, ...others].join(', ')}: name one with --google-project`);
  }
  return { account, agentName };
}

export function unknownAgent({ bucket, project }: GoogleRegistry, agentName: string): InvalidInputError {
  return new InvalidInputError('AgentUnknown', `the registry ${bucket} has no agent ${agentName}${project === undefined ? '' : ` in project ${project}`}: see nhi list`);
}

/** The projects in which the registry has or had agents. An old project's domain is a folder above it. */
async function projectsOf({ api, bucket }: GoogleRegistry): Promise<string[]> {
  const lastPart = (folder: string) => folder.split('/').at(-2)!;
  const folders = await listFolders(api, bucket, REGISTRY_FOLDERS.events);
  const projects = await inParallel(folders, AT_ONCE, async (folder) => (
    lastPart(folder).includes('.') ? (await listFolders(api, bucket, folder)).map((inner) => `${lastPart(folder)}:${lastPart(inner)}`) : [lastPart(folder)]));
  return projects.flat();
}
