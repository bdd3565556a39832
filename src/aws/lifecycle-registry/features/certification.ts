import { mayAcknowledge, mayRunCampaigns, peopleOf } from './campaigns';
import { engineMetric } from './lifecycle';
import { REVIEWS } from '../../../contract/evidence-keys';
import { PLACEMENT_ROW, REGISTRY_ROW } from '../../../contract/ledger-rows';
import { METRICS } from '../../../contract/metrics';
import { vouchedRequestKeys } from '../../../contract/request-id';
import { allow, FeatureContext, OperatorPolicy, RegistryFeature } from '../feature';

/** Reviews of agents' access. Part of a registry only if it has an `AccessCertification`. */
export const certification: RegistryFeature = {
  operatorPolicies: (context) => [mayReview(context), mayRunCampaigns(context), mayAcknowledge(context)],
  alarms: ({ names }) => [{
    id: 'RubberStampSuspected',
    metric: engineMetric(names, METRICS.rubberStampSuspected),
    description: 'a reviewer decides faster than anybody can read, or keeps whatever was found; the event rubber-stamp-suspected names the person',
  }],
  engine: (context) => {
    const { names, place, settings: { readsCosts = false } } = context;
    const policies = [place.account, 'aws'].map((owner) => `arn:${place.partition}:iam::${owner}:policy/*`);
    return [
      // IAM can't restrict the content of an inline policy: with this statement the engine's role could write any policy to a principal.
      allow('DenyByReview', ['iam:PutRolePolicy'], [`arn:${place.partition}:iam::${place.account}:role${names.path}*`]),
      allow('ShowReviewers', ['s3:PutObject', 's3:GetObject'], [`${names.bucketArn(place)}/${REVIEWS}*`]),
      // Of any policy, because anybody may have attached any.
      allow('ReadAttachedPolicies', ['iam:GetPolicy', 'iam:GetPolicyVersion'], policies),
      // Cost Explorer can't restrict what is asked.
      ...(readsCosts ? [allow('ReadCosts', ['ce:GetCostAndUsage'], ['*'])] : []),
    ];
  },
};

/**
 * For people who may decide reviews, and ask for and approve moves. A caller can store requests with the own `aws:userid` only, so a request's key proves who stored it: the role's unique id and the name of the session.
 * For sessions of these roles an identity provider sets that name. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
 */
function mayReview({ names, place, settings: { reviewerRoleArns = [] } }: FeatureContext): OperatorPolicy {
  const table = [names.tableArn(place)];
  // Every call of these actions has the key, so ForAllValues can't be true for an empty set.
  const keyed = (...keys: string[]) => ({ 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': keys } });
  const people = { ArnLike: { 'aws:PrincipalArn': peopleOf(place, reviewerRoleArns) } };
  return {
    id: 'MayReview',
    name: names.mayReviewPolicy,
    purpose: 'For people who may decide reviews, and ask for and approve moves',
    statements: [
      { ...allow('ReadAgents', ['dynamodb:GetItem'], table), Condition: keyed(`${PLACEMENT_ROW}*`) },
      { ...allow('ReadFleet', ['dynamodb:Query'], table), Condition: keyed(REGISTRY_ROW) },
      allow('ReadWhatIsShown', ['s3:GetObject'], [`${names.bucketArn(place)}/${REVIEWS}*`]),
      { ...allow('StoreDecision', ['dynamodb:PutItem'], table), Condition: { ...keyed(...['review', 'request-approval', 'approve'].map(vouchedRequestKeys)), ...people } },
      allow('StartRequest', ['states:StartExecution'], [names.stateMachineArn(place)]),
      allow('SeeOutcome', ['states:DescribeExecution'], [names.executionArns(place)]),
    ],
  };
}
