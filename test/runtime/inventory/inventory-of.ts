import { GetAccountAuthorizationDetailsResponse } from '@aws-sdk/client-iam';
import { ACCOUNT, generateAccount, GeneratedAccount, NOW } from './generated-account';
import { readReport } from '../../../runtime/inventory/credential-report';
import { Entities, entitiesOf } from '../../../runtime/inventory/entities';
import { Inventory, InventoryRow } from '../../../runtime/inventory/model';
import { Extras, rowsOf } from '../../../runtime/inventory/rows';

/** The inventory of a generated account, without IAM in between. */
export function inventoryOf(roles: number, users: number): Inventory {
  return { takenAt: NOW.toISOString(), accounts: [{ account: ACCOUNT }], unread: [], rows: rowsIn(generateAccount(roles, users)) };
}

export function rowsIn(account: GeneratedAccount, extras: Extras = {}): InventoryRow[] {
  return rowsOf({ entities: entitiesIn(account), report: readReport(account.report(), NOW) }, account.account, NOW, extras);
}

/** As the SDK reads IAM's answer. */
function entitiesIn({ roles, users, policies }: GeneratedAccount): Entities {
  const tags = (its: Readonly<Record<string, string>>) => Object.entries(its).map(([Key, Value]) => ({ Key, Value }));
  const attached = (arns: readonly string[]) => arns.map((PolicyArn) => ({ PolicyArn, PolicyName: PolicyArn.split('/').at(-1)! }));
  const page: GetAccountAuthorizationDetailsResponse = {
    RoleDetailList: roles.map((role) => ({
      RoleName: role.name,
      RoleId: role.id,
      Arn: role.arn,
      Path: role.path,
      CreateDate: new Date(role.createdAt),
      AssumeRolePolicyDocument: encodeURIComponent(role.trust),
      RolePolicyList: Object.entries(role.inline).map(([PolicyName, document]) => ({ PolicyName, PolicyDocument: encodeURIComponent(document) })),
      AttachedManagedPolicies: attached(role.attached),
      Tags: tags(role.tags),
      ...(role.boundary === undefined ? {} : { PermissionsBoundary: { PermissionsBoundaryArn: role.boundary } }),
      RoleLastUsed: role.lastUsedAt === undefined ? {} : { LastUsedDate: new Date(role.lastUsedAt), Region: 'eu-west-1' },
    })),
    UserDetailList: users.map((user) => ({
      UserName: user.name,
      UserId: user.id,
      Arn: user.arn,
      Path: '/',
      CreateDate: new Date(user.createdAt),
      GroupList: [...user.groups],
      AttachedManagedPolicies: attached(user.attached),
      Tags: tags(user.tags),
    })),
    GroupDetailList: [{ GroupName: 'admins', AttachedManagedPolicies: attached(['arn:aws:iam::aws:policy/AdministratorAccess']) }],
    Policies: Object.entries(policies).map(([Arn, document]) => (
      { Arn, PolicyVersionList: [{ IsDefaultVersion: true, Document: encodeURIComponent(document) }] })),
  };
  return entitiesOf(page);
}
