import { CERTIFICATES, EVENT_COPIES, SNAPSHOTS } from '../../../contract/evidence-keys';
import { denyAllArn } from '../../../contract/policy-names';
import { requestKeys } from '../../../contract/request-id';
import { ResidueKind } from '../../../contract/residue';
import { agentTags } from '../../../contract/tags';
import { allow, FeatureContext, FeatureStatement, onRows } from '../feature';
import { machineStatements } from '../feature-machine';
import { WIPER_STATEMENTS } from '../wiper-statements.generated';
import { deniedCreations, neverCreateBesidesKeys } from './access-keys';

const IAM_WRITES = ['iam:Add*', 'iam:Attach*', 'iam:Change*', 'iam:Create*', 'iam:Deactivate*', 'iam:Delete*', 'iam:Detach*', 'iam:Put*', 'iam:Remove*', 'iam:Set*',
  'iam:Tag*', 'iam:Untag*', 'iam:Update*', 'iam:Upload*', 'iam:PassRole'];

/** The permissions of each role of the engine, and why each is needed. */
interface LifecyclePermissions {
  readonly request: FeatureStatement[];
  readonly steps: FeatureStatement[];
  readonly machine: FeatureStatement[];
}

/** The engine's permissions as data. They are deployed from here, and docs/permissions.md is printed from here. */
export function lifecyclePermissions(context: FeatureContext): LifecyclePermissions {
  const { names, place, settings: { naming, denyByInlinePolicy = false, sponsorDirectory, agenda } } = context;
  const { partition, region, account } = place;
  const iam = (resource: string): string => `arn:${partition}:iam::${account}:${resource}`;
  const principals = iam(`role${names.path}*`);
  const wipers = wiperStatements(context);

  return {
    request: [
      onRows([requestKeys('cloudformation')], allow('StoreRequests', ['dynamodb:PutItem'], [names.tableArn(place)])),
      allow('StartTransitions', ['states:StartExecution'], [names.stateMachineArn(place)]),
    ],
    steps: [
      allow('Ledger', ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem', 'dynamodb:Query', 'dynamodb:ConditionCheckItem'], [names.tableArn(place)]),
      allow('Evidence', ['s3:PutObject', 's3:GetObject'], [CERTIFICATES, EVENT_COPIES, SNAPSHOTS].map((prefix) => `${names.bucketArn(place)}/${prefix}*`)),
      allow('Announce', ['events:PutEvents'], [names.busArn(place)]),
      allow('AskStacks', ['cloudformation:DescribeStacks', 'cloudformation:DescribeStackResource', 'cloudformation:ListStackResources'], [`arn:${partition}:cloudformation:${region}:${account}:stack/*`]),
      allow('AskHolders', ['states:DescribeExecution', 'states:GetExecutionHistory'], [names.executionArns(place)]),
      // A deleted principal has no path. Without this statement IAM would deny the read instead of returning NoSuchEntity.
      allow('LookAtRoles', ['iam:GetRole', 'iam:ListRolePolicies', 'iam:ListAttachedRolePolicies'], [iam('role/*')]),
      // Long access continues in managed policies, which anyone who may change IAM could change.
      allow('ReadAccess', ['iam:GetPolicy', 'iam:GetPolicyVersion'], [iam(`policy${names.path}*`)]),
      allow('ActOnPrincipals', [
        'iam:PutRolePermissionsBoundary', 'iam:DeleteRolePermissionsBoundary', 'iam:DeleteRolePolicy', 'iam:DetachRolePolicy',
        'iam:UpdateAssumeRolePolicy', 'iam:SimulatePrincipalPolicy',
        // Used only for roles that no stack will delete.
        'iam:DeleteRole',
      ], [principals]),
      {
        // The principal is denied everything, so no policy that the engine could write would grant it anything.
        ...allow('CutSessionsOfQuarantined', ['iam:PutRolePolicy'], [principals]),
        Condition: { StringEquals: { 'iam:PermissionsBoundary': denyAllArn(partition) } },
      },
      {
        // The condition allows only the policy that denies everything. It is needed where the organisation forbids changes of boundaries.
        ...allow('DenyByPolicy', ['iam:AttachRolePolicy'], [principals]),
        Condition: { ArnEquals: { 'iam:PolicyARN': denyAllArn(partition) } },
      },
      {
        // IAM can't restrict the content of an inline policy. This statement is for the roles of delegates only, whose guards hold in any case.
        ...allow('CutDelegatedSessions', ['iam:PutRolePolicy'], [principals]),
        Condition: { StringEquals: { [`aws:ResourceTag/${agentTags(naming._tagPrefix).delegate}`]: 'true' } },
      },
      // IAM can't restrict the content of an inline policy: with this statement the engine's role could write any policy to a principal.
      ...(denyByInlinePolicy ? [allow('DenyByInlinePolicy', ['iam:PutRolePolicy'], [principals])] : []),
      ...(sponsorDirectory === undefined ? [] : [allow('AskAboutSponsors', ['lambda:InvokeFunction'], [names.sponsorFunctionArn(place)])]),
      ...(agenda.looksUpCosts === undefined ? [] : [allow('AskAboutCosts', ['lambda:InvokeFunction'], [names.costFunctionArn(place)])]),
      allow('AskThirdParties', ['lambda:InvokeFunction'], [names.revokerFunctionArn(place)]),
      // The engine proves at each join that it could revoke access again.
      allow('AskOwn', ['iam:SimulatePrincipalPolicy'], [names.roleArn(place, names.engineRole)]),
      ...wipers,
      ...neverOnOwn(context),
      {
        Sid: 'NothingElseInIam',
        Effect: 'Deny',
        Action: IAM_WRITES,
        NotResource: [...new Set([principals, ...wipers.filter(writesIam).flatMap(({ Resource = [] }) => Resource)])],
      },
      // The engine only revokes and never grants. Without this Deny it could be used to gain more permissions than its own.
      { Sid: 'NeverGrant', Effect: 'Deny', Action: ['iam:AttachUserPolicy', 'iam:AttachGroupPolicy', ...deniedCreations(context), 'iam:Add*', 'iam:PutUserPolicy'], Resource: ['*'] },
      ...neverCreateBesidesKeys(context),
      // EventBridge Scheduler demands it for switching a schedule off: the schedule names the agent's role. The engine may create no schedule.
      { ...allow('SwitchSchedules', ['iam:PassRole'], [principals]), Condition: { StringEquals: { 'iam:PassedToService': 'scheduler.amazonaws.com' } } },
      { Sid: 'NeverPassTo', Effect: 'Deny', Action: ['iam:PassRole'], Resource: ['*'], Condition: { StringNotEquals: { 'iam:PassedToService': 'scheduler.amazonaws.com' } } },
      { Sid: 'NeverPassOthers', Effect: 'Deny', Action: ['iam:PassRole'], NotResource: [principals] },
      // An adopted role is outside of the path. Its adopting stack creates a role that reaches it, and nothing else.
      allow('ReachAdopted', ['sts:AssumeRole'], [names.reachRoleArns(place)]),
      { Sid: 'NeverAssumeOthers', Effect: 'Deny', Action: ['sts:AssumeRole*'], NotResource: [names.reachRoleArns(place)] },
      { Sid: 'NeverAttach', Effect: 'Deny', Action: ['iam:AttachRolePolicy'], Resource: ['*'], Condition: { ArnNotEquals: { 'iam:PolicyARN': denyAllArn(partition) } } },
    ],
    machine: [
      allow('DoSteps', ['lambda:InvokeFunction'], [names.stepsFunctionArn(place)]),
      ...machineStatements(),
    ],
  };
}

/** A registry that wipes policies of resources could open its own ledger and evidence to others by them. */
function neverOnOwn({ names, place, settings: { wipes = [], ownKeyArn } }: FeatureContext): FeatureStatement[] {
  const { partition, region, account } = place;
  const own = (service: string, kind: string): string => `arn:${partition}:${service}:${region}:${account}:${kind}${names.prefix}*`;
  const edits = WIPER_STATEMENTS.filter(({ of, resources }) => of === ResidueKind.RESOURCE_POLICIES && !resources.includes('*')).flatMap(({ actions }) => actions);
  return !wipes.includes(ResidueKind.RESOURCE_POLICIES) ? [] : [{
    Sid: 'NeverEditOwnPolicies',
    Effect: 'Deny',
    Action: edits,
    Resource: [
      `arn:${partition}:s3:::${names.prefix}*`, own('dynamodb', 'table/'), own('events', 'event-bus/'), own('lambda', 'function:'), own('sqs', ''), ...ownKeyArn === undefined ? [] : [ownKeyArn],
    ],
  }];
}

/** What wipers, cuts and sources of use need in every registry. */
function wiperStatements(context: FeatureContext): FeatureStatement[] {
  return WIPER_STATEMENTS.filter(({ of }) => of === undefined).map((statement) => filledIn(context, statement));
}

/** A statement that runtime/aws declares, with its placeholders filled in. */
export function filledIn(
  { names, place, settings: { naming } }: FeatureContext,
  { sid, actions, resources, ofTagged }: { sid: string; actions: readonly string[]; resources: readonly string[]; ofTagged?: boolean },
): FeatureStatement {
  const values: Record<string, string> = { ...place, registry: names.registryName, path: names.path };
  const statement = allow(sid, [...actions], resources.map((resource) => resource.replace(/\{(\w+)\}/g, (_all, key: string) => values[key])));
  return ofTagged !== true ? statement
    : { ...statement, Condition: { StringEquals: { [`aws:ResourceTag/${agentTags(naming._tagPrefix).registry}`]: names.registryName } } };
}

function writesIam({ Action: actions }: FeatureStatement): boolean {
  return actions.some((action) => IAM_WRITES.some((pattern) => action.startsWith(pattern.replace('*', ''))));
}
