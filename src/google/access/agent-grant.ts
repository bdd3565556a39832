/**
 * A grant that was declared for an agent. A resource that needs the grant depends on it: `dependsOn: [grant]`, or from Python
 * `add_override('depends_on', [grant.fqn])`. Such a resource is created after the grant and destroyed before it.
 */
export class AgentGrant {
  /** @internal */
  public static _of(live: boolean, fqn: string): AgentGrant {
    return new AgentGrant(live, fqn);
  }

  private constructor(
    /** Whether the agent's present stage has the grant. */
    public readonly live: boolean,
    /**
     * Address of the grant in Terraform, without an index. In a stage without the grant, the address of the agent's own resource that each of its
     * grants depends on, so that what depends on the grant stays valid when the agent moves.
     */
    public readonly fqn: string,
  ) {}
}
