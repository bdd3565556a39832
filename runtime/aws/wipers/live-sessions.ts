import { denyPrincipal, isSimulatedAsDenied } from '../principals';
import { ofPrincipal, ofPrincipals } from './of-principals';
import { Wiper } from './wiper';

/** AWS can't list or end sessions. A principal whose sessions could still act is reported as having some. */
export const liveSessions: Wiper = {
  name: 'live-sessions',
  ofAgent: false,
  source: 'the denial of the role, as the policy simulator judges it',
  gaps: ['sessions that were opened in the second of the denial, which the boundary denies'],
  needs: [],
  list: (context, target) => ofPrincipals(context, target, async (principal) =>
    await isSimulatedAsDenied(context, principal)
      ? []
      : [{ wiper: 'live-sessions', kind: 'sessions', id: `role/${principal.roleName}/sessions/all`, actedOn: true }]),
  wipe: (context, target, finding) => ofPrincipal(context, target, finding, async (principal) => {
    const { by, failures } = await denyPrincipal(context, principal, context.now());
    if (by.length === 0) {
      throw new Error(`the principal could not be denied everything: ${failures.join('; ')}`);
    }
  }),
};
