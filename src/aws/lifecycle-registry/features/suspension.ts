import { aws_cloudwatch as cloudwatch } from 'aws-cdk-lib';
import { engineMetric } from './lifecycle';
import { PLACEMENT_ROW, REGISTRY_ROW } from '../../../contract/ledger-rows';
import { METRICS } from '../../../contract/metrics';
import { requestKeys } from '../../../contract/request-id';
import { allow, FeatureContext, FeatureStatement, onRows, OperatorPolicy, RegistryFeature } from '../feature';

/** Who may ask the engine to suspend and to resume agents. The engine's lifecycle does it. */
export const suspension: RegistryFeature = {
  operatorPolicies: (context) => [maySuspend(context), mayResume(context)],
  graphs: ({ names }) => [
    { title: 'Time until a drill\'s denial is confirmed, in milliseconds', metrics: [engineMetric(names, METRICS.suspensionLatency).with({ statistic: cloudwatch.Stats.MAXIMUM })] },
  ],
};

/** For principals that may suspend any agent: people, and machines that respond to an incident. */
function maySuspend(context: FeatureContext): OperatorPolicy {
  return { id: 'MaySuspend', name: context.names.maySuspendPolicy, purpose: 'For operators who may suspend agents', statements: mayAsk(context, 'suspend') };
}

/**
 * For people who may resume agents. A person must decide to resume, so the policy works only for sessions of IAM Identity Center and for the named
 * break-glass roles, whatever it is attached to. https://docs.aws.amazon.com/singlesignon/latest/userguide/permissionsetsconcept.html
 */
function mayResume(context: FeatureContext): OperatorPolicy {
  const { names, place: { partition, account }, settings: { breakGlassRoleArns } } = context;
  const people = { ArnLike: { 'aws:PrincipalArn': [`arn:${partition}:iam::${account}:role/aws-reserved/sso.amazonaws.com/*`, ...breakGlassRoleArns] } };
  return { id: 'MayResume', name: names.mayResumePolicy, purpose: 'For operators who may resume agents', statements: mayAsk(context, 'resume', people) };
}

/** A request's key states its intent, and the engine refuses a request whose content contradicts the key. The policy therefore restricts the key. */
function mayAsk({ names, place }: FeatureContext, intent: string, conditions: FeatureStatement['Condition'] = {}): FeatureStatement[] {
  const table = [names.tableArn(place)];
  const store = onRows([requestKeys('operator', intent)], allow('StoreRequest', ['dynamodb:PutItem'], table));
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
