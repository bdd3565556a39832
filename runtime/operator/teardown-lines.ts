import { PlacementState } from '../model/placement-state';
import { Plan } from '../model/plan';

/** Says what a teardown does with each principal, and what it deletes by name. */
export function teardownLines(
  { principals, owner }: PlacementState, { retire, deletes = [], keepsDenied = [], secrets = [], providers = [] }: Plan,
): string[] {
  return [
    ...retire.map((roleId) => principals[roleId]).map(({ roleArn, roleId, status, reach }) => {
      const name = `${roleArn} (${roleId})`;
      return keepsDenied.includes(roleId) ? `  denied everything, and no one can assume it; stack ${owner.stackName} deletes it later: ${name}`
        : reach !== undefined ? `  denied everything, and left to its owner: ${name}`
          : deletes.includes(roleId) && status === 'retired' ? `  deleted: the role that stands in the place of ${name}`
            : `  denied everything, then deleted: ${name}`;
    }),
    ...secrets.map((name) => `  deleted: secret ${name}`),
    ...providers.map((name) => `  deleted: credential provider ${name}`),
  ];
}
