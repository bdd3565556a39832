import { isSimulatedAsDenied, quarantinePrincipal } from '../principal';
import { ofPrincipal, ofPrincipals } from './of-principals';
import { Wiper } from './wiper';

/** Sessions can't be listed or ended on AWS: a principal whose sessions could still act counts as having some. */
export const liveSessions: Wiper = {
  name: 'live-sessions',
  ofAgent: false,
  list: (context, target) => ofPrincipals(context, target, async (principal) =>
    await isSimulatedAsDenied(context, principal)
      ? []
      : [{ wiper: 'live-sessions', kind: 'sessions', id: `role/${principal.roleName}/sessions/all`, actedOn: true }]),
  wipe: (context, target, finding) => ofPrincipal(context, target, finding, (principal) => quarantinePrincipal(context, principal, context.now())),
};
