/** Begins the source identity of every session that one agent opened with the role of another. No person's source identity begins with it. */
const OF_AGENT = 'agent=';

/** Pattern of the source identities of agents. */
export const AGENT_SOURCE_IDENTITIES = `${OF_AGENT}*`;

/**
 * The source identity of sessions that an agent opens with the roles of other agents. AWS keeps it through role chaining, and nobody can change it
 * during a session. https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_monitor.html
 */
export function sourceIdentityOf(agentName: string): string {
  return `${OF_AGENT}${agentName}`;
}

/** Begins the name of each inline policy that denies the sessions of a cut agent with another agent's role. */
export const DELEGATION_CUTS = 'nhi-cut-';

/** Inline policy on a delegate's role that denies the sessions of one parent. It has a name of its own, because two parents can be cut at once. */
export function delegationCutName(parentName: string): string {
  return `${DELEGATION_CUTS}${parentName}`;
}

/** When a session was opened. */
export const SESSION_OPENED = 'aws:TokenIssueTime';

export interface DelegationCutStatement {
  readonly Sid: string;
  readonly Effect: string;
  readonly Action: string;
  readonly Resource: string;
  readonly Condition: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/**
 * The Deny for the sessions of one parent. The Sid names its principals, because a Sid is the only part of a policy that is free text.
 *
 * @param before denies only sessions that were opened before
 */
export function delegationCut(
  parentName: string, roleIds: readonly string[], before?: Date,
): { readonly Version: string; readonly Statement: readonly DelegationCutStatement[] } {
  return {
    Version: '2012-10-17',
    Statement: [{
      Sid: `Cut${[...roleIds].sort().join('').replace(/[^A-Za-z0-9]/g, '')}`,
      Effect: 'Deny',
      Action: '*',
      Resource: '*',
      Condition: {
        StringEquals: { 'aws:SourceIdentity': sourceIdentityOf(parentName) },
        ...(before === undefined ? {} : { DateLessThan: { [SESSION_OPENED]: before.toISOString() } }),
      },
    }],
  };
}

/** Most agents to which one agent delegates. */
export const MOST_DELEGATES = 20;

/** Most hops from the agent that delegates. */
export const MOST_HOPS = 5;
