/** One access that the code declares for an agent. It is rendered if live, and recorded only if dormant. */
export interface DeclaredAccess {
  /** The stages in which the agent has the access. */
  readonly stages: string[];
  /** Whether the agent's current stage is one of them, so that the access is rendered. */
  readonly live: boolean;
  /** The role. */
  readonly role: string;
  /** Kind of the resource, such as `project` or `secret`. */
  readonly kind: string;
  /** Name of the resource. A name that is known only at deployment is a Terraform reference. */
  readonly resource: string;
  /** Whether the grant itself ends at the agent's end. If not, it ends when the account is disabled. */
  readonly endsByItself: boolean;
}
