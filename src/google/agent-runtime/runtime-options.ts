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

/** How an agent runs on Vertex AI Agent Engine. */
export interface AgentEngineOptions extends AttachedRuntimeOptions {
  /**
   * The engine's own identity, if the engine was created with one (`identity_type` AGENT_IDENTITY) and so has no service account:
   * `principal://agents.global.org-<number>.system.id.goog/resources/aiplatform/projects/<number>/locations/<location>/reasoningEngines/<id>`. It gets
   * short-lived tokens of the agent's account. What it was granted itself, on the places where the agent has access, is removed when the agent moves or leaves.
   *
   * @default - none; the agent's account is the engine's service account
   */
  readonly agentIdentity?: string;
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
