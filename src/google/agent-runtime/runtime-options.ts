/** Who deploys what the account is attached to, and where. */
export interface AttachedRuntimeOptions {
  /**
   * Who deploys it, if not whoever applies this stack: it may attach the account. `serviceAccount:<email>` or `user:<email>`.
   *
   * @default - nobody else
   */
  readonly deployer?: string;

  /**
   * Number of the project that it runs in.
   *
   * @default - it runs in the agent's own project, whose service agents may use its accounts already
   */
  readonly runsInProjectNumber?: string;
}

/** What pins a workload of Kubernetes. */
export interface GkeRuntimeProps {
  /** Its namespace. */
  readonly namespace: string;

  /** Its Kubernetes service account. */
  readonly kubernetesServiceAccount: string;

  /**
   * Id of the cluster's project, which has the workload pool. All its clusters share the pool: the same namespace and account in another of them are the agent too.
   *
   * @default - the agent's project
   */
  readonly clusterProject?: string;
}
