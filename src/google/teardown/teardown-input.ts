import { GrantTarget } from '../access/grant-target';

/** What the teardown program is told in NHI_TEARDOWN. It is kept in Terraform's state, so that it wipes by what was deployed, not by what is declared now. */
export interface TeardownInput {
  readonly agentName: string;
  readonly stage: string;
  /** YYYY-MM-DDTHH:mm:ssZ. */
  readonly expires: string;
  readonly project: string;
  readonly accountEmail: string;
  readonly accountUniqueId: string;
  readonly targets: readonly GrantTarget[];
  readonly ownSecrets: readonly string[];
}

/** One text: a destroy-time provisioner may refer to `self` only, and Terraform would make one type of a list of different objects. */
export function teardownJson({ targets, ...input }: TeardownInput): string {
  const namesOf = (kind: string) => targets.filter((target) => target.kind === kind).map(({ name }) => name);
  return JSON.stringify({
    version: 1,
    agentName: input.agentName,
    stage: input.stage,
    expires: input.expires,
    project: input.project,
    accountEmail: input.accountEmail,
    accountUniqueId: input.accountUniqueId,
    projects: distinct([input.project, ...namesOf('project')]),
    folders: distinct(namesOf('folder')),
    resources: distinct(targets.filter(({ kind }) => kind !== 'project' && kind !== 'folder').map(({ kind, name }) => JSON.stringify([kind, name])))
      .map((pair) => JSON.parse(pair) as string[])
      .map(([kind, name]) => ({ kind, name })),
    ownSecrets: distinct(input.ownSecrets),
    hmac: true,
  });
}

function distinct(values: readonly string[]): string[] {
  return [...new Set(values)].sort();
}
