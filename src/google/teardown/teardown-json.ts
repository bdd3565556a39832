import { PlaceKind, TEARDOWN_VERSION, TeardownMessage } from '../../contract/google';

/** Input of a teardown. It may contain tokens. */
interface TeardownProps extends Omit<TeardownMessage, 'version' | 'projects' | 'folders' | 'resources'> {
  /** Where the agent has access. */
  readonly targets: readonly { readonly kind: PlaceKind; readonly name: string }[];
}

/**
 * The message as one text. A destroy-time provisioner may refer only to `self`, and Terraform would convert a list of different objects to one type.
 */
export function teardownJson({ targets, ownSecrets, ...identity }: TeardownProps): string {
  const namesOf = (kind: string) => targets.filter((target) => target.kind === kind).map(({ name }) => name);
  const resources = targets.filter(({ kind }) => kind !== 'project' && kind !== 'folder').map(({ kind, name }) => JSON.stringify([kind, name]));
  const message: TeardownMessage = {
    version: TEARDOWN_VERSION,
    ...identity,
    projects: distinct([identity.project, ...namesOf('project')]),
    folders: distinct(namesOf('folder')),
    resources: distinct(resources).map((pair) => JSON.parse(pair) as [PlaceKind, string]).map(([kind, name]) => ({ kind, name })),
    ownSecrets: distinct(ownSecrets),
  };
  return JSON.stringify(message);
}

function distinct(values: readonly string[]): string[] {
  return [...new Set(values)].sort();
}
