import { AttachedPolicy, GetAccountAuthorizationDetailsResponse, PolicyDetail, RoleLastUsed, Tag } from '@aws-sdk/client-iam';

/** A policy as IAM returns it, decoded. */
export interface Policy {
  readonly name: string;
  readonly document: string;
}

/** A role as IAM's listing describes it. */
export interface RoleEntity extends Holder {
  readonly trust: string;
  readonly lastUsed?: { readonly at: string; readonly region?: string };
  readonly instanceProfiles: readonly string[];
}

export interface UserEntity extends Holder {
  readonly groups: readonly string[];
}

/** What has permissions: a role or a user. */
export interface Holder {
  readonly name: string;
  readonly arn: string;
  readonly id: string;
  readonly path: string;
  readonly createdAt: string;
  readonly inline: readonly Policy[];
  /** ARNs of managed policies. */
  readonly attached: readonly string[];
  /** ARN of the permissions boundary. */
  readonly boundary?: string;
  readonly tags: Readonly<Record<string, string>>;
}

interface GroupEntity {
  readonly name: string;
  readonly inline: readonly Policy[];
  readonly attached: readonly string[];
}

/** What one page of the listing has of an account. */
export interface Entities {
  readonly roles: readonly RoleEntity[];
  readonly users: readonly UserEntity[];
  readonly groups: readonly GroupEntity[];
  /** Default versions of managed policies, by ARN. */
  readonly policies: Readonly<Record<string, string>>;
}

/** Keeps what the inventory uses of a page. Members that IAM leaves out are empty. */
export function entitiesOf(page: GetAccountAuthorizationDetailsResponse): Entities {
  return {
    roles: (page.RoleDetailList ?? []).map((role) => ({
      ...holder(role.RoleName, role.RoleId, role, role.RolePolicyList),
      trust: decoded(role.AssumeRolePolicyDocument),
      ...lastUse(role.RoleLastUsed),
      instanceProfiles: (role.InstanceProfileList ?? []).map(({ InstanceProfileName: name = '' }) => name),
    })),
    users: (page.UserDetailList ?? []).map((user) => (
      { ...holder(user.UserName, user.UserId, user, user.UserPolicyList), groups: user.GroupList ?? [] })),
    groups: (page.GroupDetailList ?? []).map(({ GroupName: name = '', GroupPolicyList: inline, AttachedManagedPolicies: attached }) => (
      { name, inline: policies(inline), attached: arns(attached) })),
    policies: Object.fromEntries((page.Policies ?? []).flatMap(({ Arn: arn = '', PolicyVersionList: versions = [] }) => {
      const current = versions.find(({ IsDefaultVersion: isDefault }) => isDefault === true);
      return current?.Document === undefined ? [] : [[arn, decoded(current.Document)]];
    })),
  };
}

function lastUse({ LastUsedDate: at, Region: region }: RoleLastUsed = {}): Pick<RoleEntity, 'lastUsed'> {
  return at === undefined ? {} : { lastUsed: { at: at.toISOString(), ...(region === undefined ? {} : { region }) } };
}

/** All pages of an account as one. */
export function merged(pages: readonly Entities[]): Entities {
  return {
    roles: pages.flatMap(({ roles }) => roles),
    users: pages.flatMap(({ users }) => users),
    groups: pages.flatMap(({ groups }) => groups),
    policies: Object.assign({}, ...pages.map((page) => page.policies)) as Record<string, string>,
  };
}

export function countOf({ roles, users, groups, policies: documents }: Entities): number {
  return roles.length + users.length + groups.length + Object.keys(documents).length;
}

interface Detail {
  readonly Arn?: string;
  readonly Path?: string;
  readonly CreateDate?: Date;
  readonly AttachedManagedPolicies?: AttachedPolicy[];
  readonly PermissionsBoundary?: { PermissionsBoundaryArn?: string };
  readonly Tags?: Tag[];
}

function holder(name = '', id = '', detail: Detail, inline: PolicyDetail[] | undefined): Holder {
  const boundary = detail.PermissionsBoundary?.PermissionsBoundaryArn;
  return {
    name,
    id,
    arn: detail.Arn ?? '',
    path: detail.Path ?? '/',
    createdAt: detail.CreateDate?.toISOString() ?? '',
    inline: policies(inline),
    attached: arns(detail.AttachedManagedPolicies),
    ...(boundary === undefined ? {} : { boundary }),
    tags: Object.fromEntries((detail.Tags ?? []).map(({ Key: key = '', Value: value = '' }) => [key, value])),
  };
}

function policies(inline: PolicyDetail[] = []): Policy[] {
  return inline.map(({ PolicyName: name = '', PolicyDocument: document }) => ({ name, document: decoded(document) }));
}

function arns(attached: AttachedPolicy[] = []): string[] {
  return attached.map(({ PolicyArn: arn = '' }) => arn);
}

/** IAM encodes documents as in URLs. An emulator may return plain JSON, which can hold a lone `%`. */
function decoded(document = ''): string {
  try {
    return decodeURIComponent(document);
  } catch {
    return document;
  }
}
