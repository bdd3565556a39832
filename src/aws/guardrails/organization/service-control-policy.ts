import { RegistryNames } from '../../../contract/registry-names';

/** Whom the policies let through, as ARNs that may contain wildcards. */
export interface Exempted {
  readonly deployers: readonly string[];
  readonly breakGlass: readonly string[];
  /** Users that may exist, with keys. */
  readonly users: readonly string[];
}

type Statement = Readonly<Record<string, unknown>>;

/** Any account of the organization. */
const ANYWHERE = { partition: '*', region: '*', account: '*' };

/** How calls begin that change or create a principal, a policy or a credential. A test compares them with IAM's actions. */
export const CHANGING_VERBS = ['Add', 'Attach', 'Change', 'Create', 'Deactivate', 'Delete', 'Detach', 'Enable', 'Put', 'Remove', 'Reset', 'Resync', 'Set', 'Tag', 'Untag', 'Update', 'Upload'];
const CHANGES = CHANGING_VERBS.map((verb) => `iam:${verb}*`);

/** Calls that change what runs as a role of the registry, or who may start it. */
const CODE_CHANGES = [
  'lambda:Add*', 'lambda:Create*', 'lambda:Delete*', 'lambda:Publish*', 'lambda:Put*', 'lambda:Remove*', 'lambda:Tag*', 'lambda:Untag*', 'lambda:Update*',
  'states:Create*', 'states:Delete*', 'states:Publish*', 'states:Tag*', 'states:Untag*', 'states:Update*',
];

const KEYS = [
  'iam:CreateAccessKey', 'iam:CreateLoginProfile', 'iam:CreateServiceSpecificCredential', 'iam:CreateUser', 'iam:ResetServiceSpecificCredential',
  'iam:UpdateLoginProfile', 'iam:UploadSSHPublicKey', 'iam:UploadSigningCertificate',
];

/**
 * Denies everyone but the deployment roles, the engine and the break-glass roles to change what belongs to a registry's agents. A service control policy binds the
 * member accounts' administrators too.
 */
export function serviceControlStatements(names: RegistryNames, { deployers, breakGlass, users }: Exempted): Statement[] {
  const iam = (resource: string): string => `arn:*:iam::*:${resource}`;
  const unless = (arns: readonly string[]): object => (arns.length === 0 ? {} : { Condition: { ArnNotLike: { 'aws:PrincipalArn': arns } } });
  const engine = [names.roleArn(ANYWHERE, names.engineRole), names.reachRoleArns(ANYWHERE)];
  return [
    {
      Sid: 'OnlyLifecycleChangesAgents',
      Effect: 'Deny',
      // Anyone who passes an agent's role to a workload of their own has the agent's access.
      Action: [...CHANGES, 'iam:PassRole'],
      Resource: [...['role', 'user', 'policy'].map((kind) => iam(`${kind}${names.path}*`)), iam(`role/${names.prefix}*`)],
      ...unless([...deployers, ...breakGlass, ...engine]),
    },
    {
      // The engine is let through. Anyone who replaces its code, its settings or its layers would act as the engine.
      Sid: 'RegistriesStay',
      Effect: 'Deny',
      Action: CODE_CHANGES,
      Resource: [`arn:*:lambda:*:*:function:${names.prefix}*`, `arn:*:states:*:*:stateMachine:${names.prefix}*`],
      ...unless([...deployers, ...breakGlass]),
    },
    {
      // Anyone who changes a role that is let through could use it. CDK's deploy role passes the deployment role to CloudFormation, so passing is allowed.
      Sid: 'LetThroughStay',
      Effect: 'Deny',
      Action: CHANGES,
      Resource: [...deployers, ...breakGlass],
      ...unless([...deployers, ...breakGlass]),
    },
    {
      Sid: 'BoundariesStay',
      Effect: 'Deny',
      Action: ['iam:DeleteRolePermissionsBoundary', 'iam:DeleteUserPermissionsBoundary', 'iam:PutRolePermissionsBoundary', 'iam:PutUserPermissionsBoundary'],
      Resource: '*',
      ...unless([...deployers, ...breakGlass, ...engine]),
    },
    {
      Sid: 'NoUsersAndKeys',
      Effect: 'Deny',
      Action: KEYS,
      // Of the registry's path, the first statement lets the deployment roles and the engine create them, and nobody else.
      NotResource: [...users, iam(`user${names.path}*`)],
      ...unless(breakGlass),
    },
  ];
}

/**
 * Denies everyone outside of the organization to assume a role of an agent, and to use the registry's bucket of evidence and its agents' secrets, whatever their own policies say. Tokens of
 * identity providers have no organization, so `sts:AssumeRoleWithWebIdentity` is not covered: the trust policy names the exact subject.
 */
export function resourceControlStatements(names: RegistryNames, organizationId: string): Statement[] {
  return [{
    Sid: 'AgentsStayInOrganization',
    Effect: 'Deny',
    Principal: '*',
    Action: ['sts:AssumeRole', 'sts:SetSourceIdentity', 'sts:TagSession', 's3:*', 'secretsmanager:*'],
    Resource: [`arn:*:iam::*:role${names.path}*`, `arn:*:s3:::${names.prefix}*`, `arn:*:secretsmanager:*:*:secret:${names.registryName}/*`],
    Condition: { StringNotEqualsIfExists: { 'aws:PrincipalOrgID': organizationId }, BoolIfExists: { 'aws:PrincipalIsAWSService': 'false' } },
  }];
}
