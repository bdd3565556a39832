/**
 * Every IAM action that changes something, by prefix, except `iam:PassRole`, which the agent's own guard covers.
 *
 * Reads stay possible, so that an agent can be granted reads of exact roles.
 */
export const IAM_WRITES = [
  'Accept', 'Add', 'Associate', 'Attach', 'Change', 'Create', 'Deactivate', 'Delete', 'Detach', 'Disable', 'Enable', 'Put', 'Reject', 'Remove', 'Reset',
  'Resync', 'Send', 'Set', 'Tag', 'Untag', 'Update', 'Upload',
].map((prefix) => `iam:${prefix}*`);

/** Services that administer identities, accounts and organisations. No agent needs them. */
export const IDENTITY_SERVICES = [
  'account:*',
  'identity-sync:*',
  'identitystore:*',
  'identitystore-auth:*',
  'organizations:*',
  'ram:*',
  'rolesanywhere:*',
  'signin:*',
  'sso:*',
  'sso-directory:*',
  'sso-oauth:*',
];

/** Actions by which a service gives access to an identity that IAM doesn't know. */
export const OTHER_DOORS = [
  'bedrock-agentcore:Create*CredentialProvider',
  'bedrock-agentcore:CreateWorkloadIdentity',
  'bedrock-agentcore:GetWorkloadAccessTokenForUserId',
  'eks:AssociateAccessPolicy',
  'eks:CreateAccessEntry',
  'eks:*PodIdentityAssociation',
  'lakeformation:*GrantPermissions',
  'logs:CallWithBearerToken',
  'logs:PutBearerTokenAuthentication',
];

/** Actions that make or widen a client of a user pool, which gets tokens for itself. */
export const MACHINE_CLIENTS = ['cognito-idp:AddUserPoolClientSecret', 'cognito-idp:CreateUserPoolClient', 'cognito-idp:UpdateUserPoolClient'];
