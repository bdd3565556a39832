/** Who deploys the compute with the account, and where. */
export interface AttachedRuntimeOptions {
  /**
   * The identity that deploys it, if it is not the one that applies this stack. It is allowed to attach the account. `serviceAccount:<email>` or
   * `user:<email>`.
   *
   * @default - no other identity
   */
  readonly deployer?: string;

  /**
   * Number of the project in which it runs.
   *
   * @default - the agent's own project, whose service agents may use its accounts anyway
   */
  readonly runsInProjectNumber?: string;
}

/** Identifies a workload of Kubernetes. */
export interface GkeRuntimeProps {
  /** Its namespace. */
  readonly namespace: string;

  /** Its Kubernetes service account. */
  readonly kubernetesServiceAccount: string;

  /**
   * Id of the cluster's project, which has the workload pool. All its clusters share the pool: the same namespace and account in another cluster can
   * act as the agent too.
   *
   * @default - the agent's project
   */
  readonly clusterProject?: string;
}
