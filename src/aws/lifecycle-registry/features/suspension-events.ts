import { aws_events as events, aws_events_targets as targets, Duration } from 'aws-cdk-lib';
import { ENVIRONMENT } from '../../../contract/environment';
import { PLACEMENT_ROW, REGISTRY_ROW } from '../../../contract/ledger-rows';
import { requestKeys } from '../../../contract/request-id';
import { ResidueKind } from '../../../contract/residue';
import { allow, FeatureContext, FeatureStatement, onRows, RegistryFeature } from '../feature';

/** Calls that can lift something of a suspension, by the service that makes them. CloudTrail's names of Lambda's calls end with an API version. */
const LIFTING = {
  'iam.amazonaws.com': [
    'AttachRolePolicy', 'CreateAccessKey', 'CreateServiceSpecificCredential', 'DeleteRolePermissionsBoundary', 'DeleteRolePolicy', 'DetachRolePolicy', 'PutRolePermissionsBoundary', 'PutRolePolicy',
    'UpdateAccessKey', 'UpdateAssumeRolePolicy', 'UpdateServiceSpecificCredential',
  ],
  'lambda.amazonaws.com': [
    'CreateEventSourceMapping', 'CreateFunction', 'DeleteFunctionConcurrency', 'PutFunctionConcurrency', 'UpdateEventSourceMapping', 'UpdateFunctionConfiguration',
  ],
} as const;

/** The same, of credentials that agents can have only in a registry that wipes this kind of residue. */
const SWITCHING: readonly { readonly of: ResidueKind; readonly service: string; readonly calls: readonly string[] }[] = [
  { of: ResidueKind.API_GATEWAY_KEYS, service: 'apigateway', calls: ['CreateApiKey', 'ImportApiKeys', 'UpdateApiKey'] },
  { of: ResidueKind.ROLES_ANYWHERE, service: 'rolesanywhere', calls: ['CreateProfile', 'EnableProfile', 'UpdateProfile'] },
];

/**
 * Events that suspend agents (`suspendOn`), and calls that lift something of a suspension: the engine denies again at once what they lifted.
 * CloudTrail delivers calls of IAM in us-east-1 only (`IamEventsForwarding`).
 */
export const suspensionEvents: RegistryFeature = {
  functions: (context) => [{
    name: context.names.suspensionFunction,
    handler: 'suspensionEvent',
    role: {
      name: context.names.suspensionRole,
      service: 'lambda',
      purpose: 'Asks the engine to suspend the agent that an event names, or to deny a suspended agent again. It may ask for nothing else, and it can\'t resume.',
      statements: statements(context),
    },
    timeout: Duration.minutes(2),
    keyUse: { dynamodb: 'write' },
    deadLetters: true,
    environment: {
      [ENVIRONMENT.stateMachineArn]: context.names.stateMachineArn(context.place),
      ...context.settings.naming._environment(),
      [ENVIRONMENT.reassertRuleArn]: context.names.ruleArn(context.place, context.names.reassertRule),
    },
  }],
  build: (scope, { names, place, functions, deadLetters: deadLetterQueue, settings: { wipes = [] } }) => {
    const switching = SWITCHING.filter(({ of }) => wipes.includes(of));
    return [new events.Rule(scope, 'Reassert', {
      ruleName: names.reassertRule,
      description: `Calls that may lift a suspension of an agent of ${names.registryName}`,
      eventPattern: {
        account: [place.account],
        source: ['aws.iam', 'aws.lambda', ...switching.map(({ service }) => `aws.${service}`)],
        detailType: ['AWS API Call via CloudTrail'],
        detail: {
          eventSource: [...Object.keys(LIFTING), ...switching.map(({ service }) => `${service}.amazonaws.com`)],
          eventName: [...Object.values(LIFTING), ...switching.map(({ calls }) => calls)].flat().map((prefix) => ({ prefix })),
          errorCode: [{ exists: false }],
          // The engine's own calls would make it deny again and again.
          userIdentity: { sessionContext: { sessionIssuer: { arn: [{ 'anything-but': { prefix: [names.roleArn(place, names.engineRole), names.reachRoleArns(place).replace('*', '')] } }, { exists: false }] } } },
        },
      },
      targets: [new targets.LambdaFunction(functions.get(names.suspensionFunction)!, { deadLetterQueue, retryAttempts: 8 })],
    })];
  },
};

function statements({ names, place, settings: { naming, wipes = [] } }: FeatureContext): FeatureStatement[] {
  const { partition, region, account } = place;
  const table = [names.tableArn(place)];
  return [
    onRows([`${PLACEMENT_ROW}*`], allow('ReadAgents', ['dynamodb:GetItem'], table)),
    // The event of an import names no key.
    ...wipes.includes(ResidueKind.API_GATEWAY_KEYS) ? [onRows([REGISTRY_ROW], allow('ReadFleet', ['dynamodb:Query'], table))] : [],
    onRows([requestKeys('event', 'suspend'), requestKeys('event', 'reassert')], allow('StoreRequests', ['dynamodb:PutItem'], table)),
    allow('StartTransitions', ['states:StartExecution'], [names.stateMachineArn(place)]),
    allow('ReadUsers', ['iam:GetUser', 'iam:GetAccessKeyLastUsed'], [`arn:${partition}:iam::${account}:user/*`]),
    // The path of a role with a generated name says which agent's it is.
    ...naming._generated ? [allow('ReadRoles', ['iam:GetRole'], [`arn:${partition}:iam::${account}:role/*`])] : [],
    allow('FindHolders', ['lambda:GetFunctionConfiguration'], [`arn:${partition}:lambda:${region}:${account}:function:*`]),
  ];
}
