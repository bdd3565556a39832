import { GetRoleCommand, IAMClient, ListAttachedRolePoliciesCommand, ListRolePoliciesCommand, ListRoleTagsCommand } from '@aws-sdk/client-iam';

/** A role as IAM returns it. */
interface RoleSeen {
  readonly boundary?: string;
  readonly inline: readonly string[];
  readonly attached: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
}

/** Reads a role from IAM. Returns undefined if it doesn't exist. */
export async function lookAtRole(iam: IAMClient, RoleName: string): Promise<RoleSeen | undefined> {
  try {
    const { Role: role } = await iam.send(new GetRoleCommand({ RoleName }));
    const { PolicyNames: inline = [] } = await iam.send(new ListRolePoliciesCommand({ RoleName }));
    const { AttachedPolicies: attached = [] } = await iam.send(new ListAttachedRolePoliciesCommand({ RoleName }));
    const { Tags: tags = [] } = await iam.send(new ListRoleTagsCommand({ RoleName }));
    return {
      ...(role?.PermissionsBoundary === undefined ? {} : { boundary: role.PermissionsBoundary.PermissionsBoundaryArn }),
      inline: [...inline].sort(),
      attached: attached.map(({ PolicyArn: arn = '' }) => arn).sort(),
      tags: Object.fromEntries(tags.map(({ Key: key = '', Value: value = '' }) => [key, value])),
    };
  } catch (error) {
    if (error instanceof Error && error.name === 'NoSuchEntityException') {
      return undefined;
    }
    throw error;
  }
}
