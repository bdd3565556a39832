import { aws_iam as iam } from 'aws-cdk-lib';
import { ReviewPageFacts } from './review-page-facts';

/** What an `AccessCertification` adds to its registry. */
export interface CertificationFacts {
  /** `ReviewSettings` of the engine. */
  readonly schedule: object;
  readonly reviewerRoleArns: readonly string[];
  readonly campaignRoleArns: readonly string[];
  readonly campaignKeyArn: string;
  readonly readsCosts: boolean;
  readonly page?: ReviewPageFacts;
}

/** Policies for people who take part in reviews. */
export interface CertificationPolicies {
  readonly mayReview: iam.IManagedPolicy;
  readonly mayRunCampaigns: iam.IManagedPolicy;
}
