import { RegistryNames, RegistryPlace } from './registry-names';

/** A statement as IAM reads it. */
export interface EngineStatement {
  readonly Sid: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: string[];
  readonly Resource?: string[];
  readonly NotResource?: string[];
  readonly Condition?: Record<string, Record<string, string | string[]>>;
}

/** What each role of the engine may do, and why it must. */
export interface EnginePermissions {
  /** Takes requests: writes them down, starts the state machine. */
  readonly request: EngineStatement[];
  /** Does the steps. */
  readonly steps: EngineStatement[];
  /** Runs the state machine. */
  readonly machine: EngineStatement[];
  /** Refuses that a registry with agents is deleted. */
  readonly guard: EngineStatement[];
}

export interface EnginePermissionsProps {
  readonly names: RegistryNames;
  readonly place: RegistryPlace;
  readonly deadLetterArn: string;
}

const IAM_WRITES = ['iam:Add*', 'iam:Attach*', 'iam:Change*', 'iam:Create*', 'iam:Deactivate*', 'iam:Delete*', 'iam:Detach*', 'iam:Put*', 'iam:Remove*', 'iam:Set*',
  'iam:Tag*', 'iam:Untag*', 'iam:Update*', 'iam:Upload*', 'iam:PassRole'];

/** The engine's permissions as data: they are deployed from here, and docs/permissions.md is printed from here. */
export function enginePermissions(props: EnginePermissionsProps): EnginePermissions {
  const { names, place } = props;
  const { partition, region, account } = place;
  const iam = (resource: string): string => `arn:${partition}:iam::${account}:${resource}`;
  const logGroup = (functionName: string): string => `arn:${partition}:logs:${region}:${account}:log-group:/aws/lambda/${functionName}:*`;
  const principals = iam(`role${names.path}*`);
  const users = iam(`user${names.path}*`);

  const common = (functionName: string): EngineStatement[] => [
    allow('OwnLogs', ['logs:CreateLogStream', 'logs:PutLogEvents'], [logGroup(functionName)]),
    // X-Ray knows no resources.
    allow('OwnTraces', ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], ['*']),
  ];

  return {
    request: [
      ...common(names.lifecycleFunction),
      {
        ...allow('StoreRequests', ['dynamodb:PutItem'], [names.tableArn(place)]),
        // Each call of this action brings the key, so that "for all of none" can't come to pass.
        Condition: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['request#*'] } },
      },
      allow('StartTransitions', ['states:StartExecution'], [names.stateMachineArn(place)]),
      allow('GiveUp', ['sqs:SendMessage'], [props.deadLetterArn]),
    ],
    steps: [
      ...common(names.stepsFunction),
      allow('Ledger', ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem', 'dynamodb:Query', 'dynamodb:ConditionCheckItem'], [names.tableArn(place)]),
      allow('Evidence', ['s3:PutObject', 's3:GetObject'], [`${names.bucketArn(place)}/certificates/*`]),
      allow('Announce', ['events:PutEvents'], [names.busArn(place)]),
      allow('AskStacks', ['cloudformation:DescribeStacks', 'cloudformation:ListStackResources'], [`arn:${partition}:cloudformation:${region}:${account}:stack/*`]),
      allow('AskHolders', ['states:DescribeExecution'], [`arn:${partition}:states:${region}:${account}:execution:${names.stateMachine}:*`]),
      // A principal that is gone has no path any more: without this, IAM would answer that reading it is not allowed, and not that it is gone.
      allow('LookAtRoles', ['iam:GetRole', 'iam:ListRolePolicies', 'iam:ListAttachedRolePolicies', 'iam:ListInstanceProfilesForRole'], [iam('role/*')]),
      allow('ActOnPrincipals', [
        'iam:PutRolePermissionsBoundary', 'iam:DeleteRolePermissionsBoundary', 'iam:DeleteRolePolicy', 'iam:DetachRolePolicy',
        'iam:UpdateAssumeRolePolicy', 'iam:SimulatePrincipalPolicy',
        // Only of what CloudFormation has given up, when an operator asks.
        'iam:DeleteRole',
      ], [principals]),
      {
        // Whatever it writes, it gives nothing to a principal that is denied everything.
        ...allow('CutSessionsOfQuarantined', ['iam:PutRolePolicy'], [principals]),
        Condition: { StringEquals: { 'iam:PermissionsBoundary': `arn:${partition}:iam::aws:policy/AWSDenyAll` } },
      },
      allow('EmptyInstanceProfiles', ['iam:RemoveRoleFromInstanceProfile'], [iam('instance-profile/*')]),
      allow('LookForUsers', ['iam:ListUserTags', 'iam:ListAccessKeys', 'iam:GetLoginProfile', 'iam:ListServiceSpecificCredentials',
        'iam:ListSigningCertificates', 'iam:ListSSHPublicKeys', 'iam:ListMFADevices', 'iam:ListGroupsForUser', 'iam:ListUserPolicies', 'iam:ListAttachedUserPolicies'], [iam('user/*')]),
      // IAM narrows this call to no resource; the engine asks for the registry's path.
      allow('ListUsers', ['iam:ListUsers'], ['*']),
      allow('ActOnUsers', [
        'iam:UpdateAccessKey', 'iam:DeleteAccessKey', 'iam:DeleteLoginProfile', 'iam:DeleteServiceSpecificCredential', 'iam:DeleteSigningCertificate',
        'iam:DeleteSSHPublicKey', 'iam:DeactivateMFADevice', 'iam:DeleteUserPolicy', 'iam:DetachUserPolicy', 'iam:DeleteUser',
      ], [users]),
      allow('TakeUsersOutOfGroups', ['iam:RemoveUserFromGroup'], [iam('group/*')]),
      allow('DeleteVirtualDevices', ['iam:DeleteVirtualMFADevice'], [iam('mfa/*')]),
      allow('OwnSecretsOfAgents', ['secretsmanager:DescribeSecret', 'secretsmanager:DeleteSecret', 'secretsmanager:RemoveRegionsFromReplication'],
        [`arn:${partition}:secretsmanager:${region}:${account}:secret:${names.registryName}/*`]),
      // Listing knows no resources; what it finds is reported.
      allow('LookForTaggedSecrets', ['secretsmanager:ListSecrets'], ['*']),
      {
        Sid: 'NothingElseInIam',
        Effect: 'Deny',
        Action: IAM_WRITES,
        NotResource: [principals, users, iam('instance-profile/*'), iam('group/*'), iam('mfa/*')],
      },
      // With it the engine would be a way to more than it has: it takes away and never gives.
      { Sid: 'NeverGrant', Effect: 'Deny', Action: ['iam:Attach*', 'iam:Create*', 'iam:PassRole', 'iam:Add*', 'iam:PutUserPolicy', 'sts:AssumeRole*'], Resource: ['*'] },
    ],
    machine: [
      allow('DoSteps', ['lambda:InvokeFunction'], [names.stepsFunctionArn(place)]),
      // Step Functions sets its log delivery up with these; none of them knows resources.
      allow('OwnLogDelivery', ['logs:CreateLogDelivery', 'logs:GetLogDelivery', 'logs:UpdateLogDelivery', 'logs:DeleteLogDelivery', 'logs:ListLogDeliveries',
        'logs:PutResourcePolicy', 'logs:DescribeResourcePolicies', 'logs:DescribeLogGroups'], ['*']),
      allow('OwnTraces', ['xray:PutTraceSegments', 'xray:PutTelemetryRecords', 'xray:GetSamplingRules', 'xray:GetSamplingTargets'], ['*']),
    ],
    guard: [
      ...common(names.guardFunction),
      {
        ...allow('ReadFleet', ['dynamodb:Query'], [names.tableArn(place)]),
        Condition: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['registry'] } },
      },
    ],
  };
}

function allow(Sid: string, Action: string[], Resource: string[]): EngineStatement {
  return { Sid, Effect: 'Allow', Action, Resource };
}
