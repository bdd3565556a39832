import { Cut } from './cut';
import { ofEach } from './missing';
import { delegationCutName } from '../../../src/contract/delegation';
import { cutDelegated, inspectPrincipal, isCutOff, liftDelegatedCut } from '../principals';

/**
 * Sessions that the agent opened with the roles of its delegates, and that these opened further on. They are other roles' sessions, so a Deny on the
 * agent doesn't reach them. They keep the agent's source identity, and a Deny on each of these roles names it.
 */
export const delegatedSessions: Cut = {
  name: 'delegated-sessions',
  // The permission to write the Deny has a condition, so it is the registry's own statement.
  needs: [{ sid: 'ReadGuards', actions: ['iam:GetRolePolicy'], resources: ['arn:{partition}:iam::{account}:role{path}*'] }],
  async find(context, holdings) {
    const { agentName } = holdings.target;
    return ofEach(await holdings.target.delegates(), async (delegate) => (await inspectPrincipal(context, delegate)).present
      ? { id: `${delegate.roleName}/${delegationCutName(agentName)}`, isCut: await isCutOff(context, delegate.roleName, holdings.parent, 'all'), was: 'none' }
      : undefined);
  },
  apply: (context, id, holdings) => cutDelegated(context, roleNameIn(id), holdings.parent),
  restore: (context, { id }) => liftDelegatedCut(context, roleNameIn(id), parentNameIn(id)),
};

function roleNameIn(id: string): string {
  return id.slice(0, id.indexOf('/'));
}

function parentNameIn(id: string): string {
  return id.slice(roleNameIn(id).length + 1 + delegationCutName('').length);
}
