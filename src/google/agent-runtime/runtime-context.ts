/** What a runtime may build on. */
export interface RuntimeContext {
  readonly agentName: string;
  readonly project: string;
  /** Gives a member a role on the agent's account, until the agent's end. */
  readonly allow: (part: string, role: string, member: string) => void;
}

/** What a runtime tells about itself. */
export interface RuntimeBinding {
  /** What tokens from outside Google must be made out for. */
  readonly federationAudience?: string;
}

/** Who may act as the agent: its binding. */
export const USE_AS_WORKLOAD = 'roles/iam.workloadIdentityUser';
/** Who may attach the account to what it deploys. */
export const ATTACH = 'roles/iam.serviceAccountUser';
/** Who may get short-lived tokens of the account. */
export const IMPERSONATE = 'roles/iam.serviceAccountTokenCreator';
