import { Duration } from 'aws-cdk-lib';
import { ENVIRONMENT } from '../../../contract/environment';
import { REVIEWS } from '../../../contract/evidence-keys';
import { PLACEMENT_ROW, REGISTRY_ROW, REVIEW_PAGE_ROW, REVIEWER_ROW } from '../../../contract/ledger-rows';
import { RegistryNames, RegistryPlace } from '../../../contract/registry-names';
import { requestKeys } from '../../../contract/request-id';
import { allow, FeatureStatement, RegistryFeature } from '../feature';

/** What people ask on the page. */
const PAGE_INTENTS = ['review', 'approve', 'confirm-revocation'];

/** The page on which sponsors review and decide. Part of a registry only if its `AccessCertification` has a `page`. */
export const reviewPage: RegistryFeature = {
  functions: ({ names, place }) => {
    const table = [names.tableArn(place)];
    // Every call of these actions has its keys, so ForAllValues can't be true for an empty set.
    const keyed = (statement: FeatureStatement, rows: string[]): FeatureStatement => (
      { ...statement, Condition: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': rows } } });
    return [{
      name: names.reviewPageFunction,
      handler: 'reviewPage',
      role: {
        name: names.reviewPageRole,
        service: 'lambda',
        purpose: 'Only with `page`: shows reviews to people and stores their decisions as requests to the engine, which checks them. It can\'t change an agent, and can\'t make links. It reads the '
          + 'secret of the client at the identity provider, if there is one.',
        statements: [
          keyed(allow('ReadAgents', ['dynamodb:GetItem', 'dynamodb:Query'], table), [`${PLACEMENT_ROW}*`]),
          keyed(allow('ReadWhoIsAsked', ['dynamodb:Query'], table), [`${REVIEWER_ROW}*`]),
          // One statement for both, because a decision and the mark of its link are one transaction. Nothing else may store requests with these keys, so the
          // engine believes them who has decided.
          keyed(allow('KeepSessionsAndDecisions', ['dynamodb:GetItem', 'dynamodb:PutItem'], table), [`${REVIEW_PAGE_ROW}*`, ...PAGE_INTENTS.map((intent) => requestKeys('page', intent))]),
          keyed(allow('EndSessions', ['dynamodb:DeleteItem'], table), [`${REVIEW_PAGE_ROW}*`]),
          allow('ReadWhatIsShown', ['s3:GetObject'], [`${names.bucketArn(place)}/${REVIEWS}*`]),
          allow('StartTransitions', ['states:StartExecution'], [names.stateMachineArn(place)]),
          allow('SeeOutcome', ['states:DescribeExecution'], [names.executionArns(place)]),
          linkKeyUse('CheckLinks', 'kms:VerifyMac', names, place),
        ],
      },
      timeout: Duration.seconds(20),
      keyUse: { dynamodb: 'write', s3: 'read' },
      environment: { [ENVIRONMENT.evidenceBucket]: names.bucket(place), [ENVIRONMENT.stateMachineArn]: names.stateMachineArn(place) },
    }];
  },
};

/** The list of all agents, for operators on the page. A policy of its own, because most registries name no operators for it. */
export function readFleet(names: RegistryNames, place: RegistryPlace): FeatureStatement {
  return { ...allow('ReadFleet', ['dynamodb:Query'], [names.tableArn(place)]), Condition: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': [REGISTRY_ROW] } } };
}

/** The use of the key by its alias, which the caller has to name. https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-request-alias */
export function linkKeyUse(sid: string, action: string, names: RegistryNames, { partition, region, account }: RegistryPlace): FeatureStatement {
  return {
    ...allow(sid, [action], [`arn:${partition}:kms:${region}:${account}:key/*`]),
    Condition: { StringEquals: { 'kms:RequestAlias': names.reviewLinkAlias } },
  };
}
