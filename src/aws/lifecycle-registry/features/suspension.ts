import { aws_cloudwatch as cloudwatch } from 'aws-cdk-lib';
import { engineMetric } from './lifecycle';
import { PLACEMENT_ROW, REGISTRY_ROW } from '../../../contract/ledger-rows';
import { METRICS } from '../../../contract/metrics';
import { requestKeys, vouchedRequestKeys } from '../../../contract/request-id';
import { allow, FeatureContext, FeatureStatement, onRows, OperatorPolicy, RegistryFeature } from '../feature';

/** Who may ask the engine to suspend, to resume and to offboard agents. The engine's lifecycle does it. */
export const suspension: RegistryFeature = {
  operatorPolicies: (context) => [maySuspend(context), mayResume(context), mayOffboard(context)],
  graphs: ({ names }) => [
    { title: 'Time until a drill\'s denial is confirmed, in milliseconds', metrics: [engineMetric(names, METRICS.suspensionLatency).with({ statistic: cloudwatch.Stats.MAXIMUM })] },
  ],
};

/** For principals that may suspend any agent: people, and machines that respond to an incident. */
function maySuspend(context: FeatureContext): OperatorPolicy {
  return { id: 'MaySuspend', name: context.names.maySuspendPolicy, purpose: 'For operators who may suspend agents', statements: mayAsk(context, ['suspend']) };
}

/**
 * For people who may resume agents. A person must decide to resume, so the policy works only for sessions of IAM Identity Center and for the named
 * break-glass roles, whatever it is attached to. https://docs.aws.amazon.com/singlesignon/latest/userguide/permissionsetsconcept.html
 */
function mayResume(context: FeatureContext): OperatorPolicy {
  const { names } = context;
  return { id: 'MayResume', name: names.mayResumePolicy, purpose: 'For operators who may resume agents', statements: mayAsk(context, ['resume'], onlyPeople(context)) };
}

/**
 * For people who may let agents leave without a deployment, which can't be undone. It works for people only, as `mayResume` does. Who may offboard may retry what
 * failed of it, and attest that access outside of AWS no longer exists. What will be done is read with the operator's own rights: the stacks that have the agent, and its roles.
 */
function mayOffboard(context: FeatureContext): OperatorPolicy {
  const { names, place } = context;
  const { partition, account, region } = place;
  // Who attests that access no longer exists is recorded, so the key of the request has the caller's own id.
  const confirming = onRows([vouchedRequestKeys('confirm-revocation')], allow('StoreConfirmation', ['dynamodb:PutItem'], [names.tableArn(place)]));
  return {
    id: 'MayOffboard',
    name: names.mayOffboardPolicy,
    purpose: 'For operators who may offboard agents',
    statements: [
      ...mayAsk(context, ['offboard', 'retry'], onlyPeople(context)),
      { ...confirming, Condition: { ...confirming.Condition, ...onlyPeople(context) } },
      allow('AskStacks', ['cloudformation:DescribeStacks', 'cloudformation:ListStackResources'], [`arn:${partition}:cloudformation:${region}:${account}:stack/*`]),
      allow('LookAtRoles', ['iam:GetRole'], [`arn:${partition}:iam::${account}:role/*`]),
    ],
  };
}

export function onlyPeople({ place: { partition, account }, settings: { breakGlassRoleArns } }: FeatureContext): NonNullable<FeatureStatement['Condition']> {
  return { ArnLike: { 'aws:PrincipalArn': [`arn:${partition}:iam::${account}:role/aws-reserved/sso.amazonaws.com/*`, ...breakGlassRoleArns] } };
}

/** A request's key states its intent, and the engine refuses a request whose content contradicts the key. The policy therefore restricts the key. */
function mayAsk({ names, place }: FeatureContext, intents: readonly string[], conditions: FeatureStatement['Condition'] = {}): FeatureStatement[] {
  const table = [names.tableArn(place)];
  const store = onRows(intents.map((intent) => requestKeys('operator', intent)), allow('StoreRequest', ['dynamodb:PutItem'], table));
  return [
    onRows([`${PLACEMENT_ROW}*`], allow('ReadAgents', ['dynamodb:GetItem'], table)),
    // To find those of a sponsor, in a stage or with a tag.
    onRows([REGISTRY_ROW], allow('ReadFleet', ['dynamodb:Query'], table)),
    allow('ReadTags', ['iam:ListRoleTags'], [`arn:${place.partition}:iam::${place.account}:role${names.path}*`]),
    { ...store, Condition: { ...store.Condition, ...conditions } },
    allow('StartRequest', ['states:StartExecution'], [names.stateMachineArn(place)]),
    allow('SeeOutcome', ['states:DescribeExecution'], [names.executionArns(place)]),
  ];
}
