/** What an `AccessCertification` adds to its registry. */
export interface CertificationFacts {
  /** `ReviewSettings` of the engine. */
  readonly schedule: object;
  readonly reviewerRoleArns: readonly string[];
}
