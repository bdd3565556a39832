import { IAMClient } from '@aws-sdk/client-iam';

/** What acting on identities needs. */
export interface IdentityContext {
  readonly iam: IAMClient;
  readonly partition: string;
  /** Name of the registry. */
  readonly registry: string;
  /** Path that all principals and users of the registry are under, such as `/agents/`. */
  readonly registryPath: string;
}
