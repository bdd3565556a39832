import { GetRoleCommand, GetRolePolicyCommand } from '@aws-sdk/client-iam';
import { attachedTo, inlineOf } from './attached';
import { unlessGone } from './errors-of-iam';
import { IdentityContext } from './identity-context';
import { reaching } from './reach';
import { PrincipalRef } from '../../model/placement-state';

/** What IAM says of a principal: everything that decides what it may do. */
export interface PrincipalDescription {
  readonly roleId: string;
  readonly roleArn: string;
  readonly trust?: string;
  readonly boundary?: string;
  readonly maxSessionSeconds?: number;
  readonly tags: Readonly<Record<string, string>>;
  /** IAM's record of the last use, which is hours late. Absent if it has none. */
  readonly lastUsed?: { readonly at: string; readonly region?: string };
  /** Inline policies by name. */
  readonly inline: Readonly<Record<string, string>>;
  /** ARNs of attached policies. */
  readonly attached: readonly string[];
}

/** Reads a principal. Returns undefined if its role no longer exists. */
export async function describePrincipal(
  from: IdentityContext, principal: PrincipalRef,
): Promise<PrincipalDescription | undefined> {
  const { roleId, roleArn, roleName: RoleName } = principal;
  const context = reaching(from, principal);
  let described: PrincipalDescription | undefined;
  await unlessGone(async () => {
    const [{ Role: role }, names, attached] = await Promise.all([
      context.iam.send(new GetRoleCommand({ RoleName })), inlineOf(context, RoleName), attachedTo(context, RoleName),
    ]);
    if (role?.RoleId !== roleId) {
      return;
    }
    const inline = await Promise.all(names.map(async (PolicyName): Promise<[string, string]> => {
      const { PolicyDocument: document = '' } = await context.iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }));
      return [PolicyName, decodeURIComponent(document)];
    }));
    const {
      AssumeRolePolicyDocument: trust, PermissionsBoundary: boundary,
      MaxSessionDuration: maxSessionSeconds, Tags: tags = [], RoleLastUsed: used,
    } = role;
    described = {
      roleId,
      roleArn,
      ...(trust === undefined ? {} : { trust: decodeURIComponent(trust) }),
      ...(boundary?.PermissionsBoundaryArn === undefined ? {} : { boundary: boundary.PermissionsBoundaryArn }),
      ...(maxSessionSeconds === undefined ? {} : { maxSessionSeconds }),
      tags: Object.fromEntries(tags.map(({ Key: key = '', Value: value = '' }) => [key, value])),
      ...(used?.LastUsedDate === undefined ? {} : { lastUsed: { at: used.LastUsedDate.toISOString(), region: used.Region } }),
      inline: Object.fromEntries(inline),
      attached,
    };
  });
  return described;
}
