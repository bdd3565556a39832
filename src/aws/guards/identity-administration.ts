/**
 * Everything in IAM that changes something, by prefix, except `iam:PassRole`: that is the per-agent guard's.
 *
 * Reads stay possible, so that an agent can be allowed to look at exact roles.
 */
export const IAM_WRITES = [
  'Accept', 'Add', 'Associate', 'Attach', 'Change', 'Create', 'Deactivate', 'Delete', 'Detach', 'Disable', 'Enable', 'Put', 'Reject', 'Remove', 'Reset',
  'Resync', 'Send', 'Set', 'Tag', 'Untag', 'Update', 'Upload',
].map((prefix) => `iam:${prefix}*`);

/** Services that administer identities, accounts and organisations: nothing in them is an agent's business. */
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

/** Ways in a service to let an identity in that IAM doesn't know of. */
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
