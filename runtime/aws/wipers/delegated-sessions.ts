import { cutDelegated, CutParent, inspectPrincipal, isCutOff } from '../principals';
import { Wiper, WipeTarget } from './wiper';

/**
 * A Deny that is written now holds everywhere some seconds later, and until then a delegate may still pass on a session. No session is opened so long
 * after the agent itself was denied.
 */
const PROPAGATION_MS = 5 * 60_000;

/**
 * Sessions that a leaving agent opened with the roles of its delegates, and that these opened further on. Each role denies the agent's source identity
 * in sessions that were opened until now, so that a later agent of the same name may delegate again.
 */
export const delegatedSessions: Wiper = {
  name: 'delegated-sessions',
  ofAgent: true,
  source: 'the roles of the agents to which it delegates, by the Deny that each has for its sessions',
  gaps: [],
  needs: [],
  async list(context, target) {
    const looked = await Promise.all(target.delegates.map(async (delegate) => {
      const open = (await inspectPrincipal(context, delegate)).present && !await isCutOff(context, delegate.roleName, parentIn(target), 'opened-until-now');
      return open ? [{ wiper: 'delegated-sessions', kind: 'sessions', id: `role/${delegate.roleName}/delegated-sessions/${target.agentName}`, actedOn: true }] : [];
    }));
    return looked.flat();
  },
  async wipe(context, target, { id }) {
    const [, roleName] = id.split('/');
    await cutDelegated(context, roleName, parentIn(target), new Date(context.now().getTime() + PROPAGATION_MS));
  },
};

function parentIn({ agentName, principals }: WipeTarget): CutParent {
  return { agentName, roleIds: principals.map(({ roleId }) => roleId) };
}
