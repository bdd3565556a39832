import { aws_iam as iam } from 'aws-cdk-lib';
import { AGENT_SOURCE_IDENTITIES } from '../../contract/delegation';

/** Actions, and the only resources on which they are allowed. */
export interface DelegatedGrant {
  readonly actions: string[];
  readonly resources: string[];
}

/** What the sessions of some source identities may do at most, although the role may do more. */
export interface DelegationLimit {
  readonly sources: string[];
  readonly grants: readonly DelegatedGrant[];
}

/** Sessions that other agents may open with an agent's role. */
export interface DelegatedSessions {
  readonly limits: readonly DelegationLimit[];
  /** When the sessions of some source identities end, each as `YYYY-MM-DDTHH:mm:ssZ`. */
  readonly ends: readonly { readonly sources: string[]; readonly at: string }[];
}

/**
 * Denies sessions of other agents everything that wasn't delegated: all of the role's own access, everything after the end, and every agent that may not
 * delegate, or no longer may. An agent that nobody delegates to denies the sessions of all agents.
 */
export function denyUndelegated({ limits, ends }: DelegatedSessions = { limits: [], ends: [] }): iam.PolicyStatement[] {
  const accepted = [...new Set(limits.flatMap(({ sources }) => sources))].sort();
  const of = (sources: string[]) => ({ StringEquals: { 'aws:SourceIdentity': sources } });
  return [
    deny('DenyOtherDelegations', { actions: ['*'], resources: ['*'] }, {
      StringLike: { 'aws:SourceIdentity': AGENT_SOURCE_IDENTITIES },
      ...(accepted.length === 0 ? {} : { StringNotEquals: { 'aws:SourceIdentity': accepted } }),
    }),
    ...limits.flatMap(({ sources, grants }) => [
      deny(undefined, { notActions: grants.flatMap(({ actions }) => actions), resources: ['*'] }, of(sources)),
      ...grants.filter(({ resources }) => !resources.includes('*'))
        .map(({ actions, resources }) => deny(undefined, { actions, notResources: resources }, of(sources))),
    ]),
    ...ends.map(({ sources, at }) => deny(undefined, { actions: ['*'], resources: ['*'] }, {
      ...of(sources), DateGreaterThanEquals: { 'aws:CurrentTime': at },
    })),
  ];
}

function deny(
  sid: string | undefined, parts: iam.PolicyStatementProps, conditions: Record<string, Record<string, string | string[]>>,
): iam.PolicyStatement {
  return new iam.PolicyStatement({ sid, effect: iam.Effect.DENY, ...parts, conditions });
}
