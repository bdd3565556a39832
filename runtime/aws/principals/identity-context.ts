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

/** What functions need that recognize things of agents by their tags. */
export interface TaggedContext extends IdentityContext {
  /** Prefix of the keys of agents' tags, such as `agent:`. */
  readonly tagPrefix: string;
}
