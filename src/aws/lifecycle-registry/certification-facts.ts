import { ReviewPageFacts } from './review-page-facts';

/** What an `AccessCertification` adds to its registry. */
export interface CertificationFacts {
  /** `ReviewSettings` of the engine. */
  readonly schedule: object;
  readonly reviewerRoleArns: readonly string[];
  readonly page?: ReviewPageFacts;
}
