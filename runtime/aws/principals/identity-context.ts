import { IAMClient } from '@aws-sdk/client-iam';

/** What functions that change identities need. */
export interface IdentityContext {
  readonly iam: IAMClient;
  readonly partition: string;
  /** Name of the registry. */
  readonly registry: string;
  /** Path of all principals and users of the registry, such as `/agents/`. */
  readonly registryPath: string;
}
