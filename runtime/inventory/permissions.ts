/** What an inventory reads besides roles and users. */
export interface InventoryScope {
  /** Name of the role in each account of the organization. */
  readonly roleName?: string;
  readonly lastAccessed?: boolean;
  readonly creators?: boolean;
  readonly serviceCredentials?: boolean;
}

const BASE = ['iam:GenerateCredentialReport', 'iam:GetAccountAuthorizationDetails', 'iam:GetAccountSummary', 'iam:GetCredentialReport'];
const LAST_ACCESSED = ['iam:GenerateServiceLastAccessedDetails', 'iam:GetServiceLastAccessedDetails'];
const CREATORS = ['cloudformation:DescribeStacks', 'cloudtrail:LookupEvents'];
const SERVICE_CREDENTIALS = ['iam:ListServiceSpecificCredentials'];

/** The identity policy that an inventory needs, and no more. It changes nothing but the date of IAM's own reports. */
export function inventoryPolicy({ roleName, lastAccessed, creators, serviceCredentials }: InventoryScope): object {
  const actions = [
    ...BASE,
    ...lastAccessed === true ? LAST_ACCESSED : [],
    ...creators === true ? CREATORS : [],
    ...serviceCredentials === true ? SERVICE_CREDENTIALS : [],
  ].sort();
  return {
    Version: '2012-10-17',
    Statement: [
      { Sid: 'Inventory', Effect: 'Allow', Action: actions, Resource: '*' },
      ...(roleName === undefined ? [] : [
        { Sid: 'Accounts', Effect: 'Allow', Action: 'organizations:ListAccounts', Resource: '*' },
        { Sid: 'InventoryRoles', Effect: 'Allow', Action: 'sts:AssumeRole', Resource: `arn:aws:iam::*:role/${roleName}` },
      ]),
    ],
  };
}
