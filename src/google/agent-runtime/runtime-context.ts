/** What a runtime may use. */
export interface RuntimeContext {
  readonly agentName: string;
  readonly project: string;
  /** Grants a member a role on the agent's account, until the agent's end. */
  readonly allow: (part: string, role: string, member: string) => void;
}

/** What a runtime returns. */
export interface RuntimeBinding {
  /** The audience of tokens from outside Google. */
  readonly federationAudience?: string;
  /** Identities that are the agent too, and have grants of their own. */
  readonly principals?: readonly string[];
  /** Workload identity pool of the agent, with the addresses of pool and provider. They stay as long as the agent. */
  readonly pool?: { readonly name: string; readonly addresses: readonly string[] };
}

/** Role to act as the agent with federated tokens. */
export const USE_AS_WORKLOAD = 'roles/iam.workloadIdentityUser';
/** Role to attach the account to compute. */
export const ATTACH = 'roles/iam.serviceAccountUser';
/** Role to get short-lived tokens of the account. */
export const IMPERSONATE = 'roles/iam.serviceAccountTokenCreator';
