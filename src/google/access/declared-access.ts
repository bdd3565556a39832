/** What an agent was given in code: rendered if live, waiting if dormant. */
export interface DeclaredAccess {
  /** The stages it is for. */
  readonly stages: string[];
  /** Whether the agent's present stage is among them, so that it is rendered. */
  readonly live: boolean;
  /** The role. */
  readonly role: string;
  /** Kind of what it is on, such as `project` or `secret`. */
  readonly kind: string;
  /** Name of what it is on; what is known only at deployment as Terraform's reference. */
  readonly resource: string;
  /** Whether the grant ends at the agent's end by itself. If not, the disabled account ends it. */
  readonly endsByItself: boolean;
}
