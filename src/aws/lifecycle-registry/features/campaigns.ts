import { ACKNOWLEDGEMENTS, CAMPAIGNS, EVENT_COPIES, REVIEWS } from '../../../contract/evidence-keys';
import { PLACEMENT_ROW, REGISTRY_ROW } from '../../../contract/ledger-rows';
import { RegistryPlace } from '../../../contract/registry-names';
import { requestKeys } from '../../../contract/request-id';
import { allow, FeatureContext, OperatorPolicy } from '../feature';

/** Patterns of the roles of people: those of IAM Identity Center, and others that the user names. */
export function peopleOf({ partition, account }: RegistryPlace, others: readonly string[]): string[] {
  return [`arn:${partition}:iam::${account}:role/aws-reserved/sso.amazonaws.com/*`, ...others];
}

/**
 * For people who run campaigns. They store what they read and sign what they close, and can change nothing of an agent: the engine brings reviews forward, and takes no decision from
 * them.
 */
export function mayRunCampaigns({ names, place, settings: { campaignRoleArns = [], campaignKeyArn = '' } }: FeatureContext): OperatorPolicy {
  const table = [names.tableArn(place)];
  const bucket = names.bucketArn(place);
  // Every call of these actions has the key, so ForAllValues can't be true for an empty set.
  const keyed = (...keys: string[]) => ({ 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': keys } });
  const people = { ArnLike: { 'aws:PrincipalArn': peopleOf(place, campaignRoleArns) } };
  return {
    id: 'MayRunCampaigns',
    name: names.mayRunCampaignsPolicy,
    purpose: 'For people who open, close and verify campaigns of reviews',
    statements: [
      { ...allow('ReadLedger', ['dynamodb:GetItem', 'dynamodb:Query'], table), Condition: keyed(`${PLACEMENT_ROW}*`, REGISTRY_ROW) },
      // Neither action supports resources.
      allow('ListPrincipals', ['iam:ListRoles', 'iam:ListUsers'], ['*']),
      { ...allow('BringForward', ['dynamodb:PutItem'], table), Condition: { ...keyed(requestKeys('operator', 'bring-forward')), ...people } },
      allow('StartRequest', ['states:StartExecution'], [names.stateMachineArn(place)]),
      allow('SeeOutcome', ['states:DescribeExecution'], [names.executionArns(place)]),
      { ...allow('StoreCampaigns', ['s3:PutObject'], [`${bucket}/${CAMPAIGNS}*`]), Condition: people },
      allow('ReadEvidence', ['s3:GetObject', 's3:GetObjectVersion'], [CAMPAIGNS, ACKNOWLEDGEMENTS, REVIEWS, EVENT_COPIES].map((prefix) => `${bucket}/${prefix}*`)),
      allow('ListEvidence', ['s3:ListBucketVersions'], [bucket]),
      { ...allow('SignPackages', ['kms:Sign'], [campaignKeyArn]), Condition: people },
      allow('ReadKey', ['kms:GetPublicKey'], [campaignKeyArn]),
    ],
  };
}

/** For people of management. They read a campaign's package, and sign and store that they acknowledge it. */
export function mayAcknowledge({ names, place, settings: { managementRoleArns = [], campaignKeyArn = '' } }: FeatureContext): OperatorPolicy {
  const bucket = names.bucketArn(place);
  const people = { ArnLike: { 'aws:PrincipalArn': peopleOf(place, managementRoleArns) } };
  return {
    id: 'MayAcknowledge',
    name: names.mayAcknowledgePolicy,
    purpose: 'For people of management who acknowledge campaigns of reviews',
    statements: [
      { ...allow('StoreAcknowledgements', ['s3:PutObject'], [`${bucket}/${ACKNOWLEDGEMENTS}*`]), Condition: people },
      allow('ReadCampaigns', ['s3:GetObject', 's3:GetObjectVersion'], [CAMPAIGNS, ACKNOWLEDGEMENTS].map((prefix) => `${bucket}/${prefix}*`)),
      allow('ListEvidence', ['s3:ListBucketVersions'], [bucket]),
      { ...allow('SignAcknowledgements', ['kms:Sign'], [campaignKeyArn]), Condition: people },
      allow('ReadKey', ['kms:GetPublicKey'], [campaignKeyArn]),
    ],
  };
}
