/** What a grant is on. */
export interface GrantTarget {
  /** As the teardown program knows it. */
  readonly kind: string;
  /** Full name, as in `projects/acme/secrets/erp`; of a project or bucket its id. May hold a token. */
  readonly name: string;
}
