import { deleteNamesake, findNamesake, Namesake } from '../principals';
import { Wiper, WiperContext, WipeTarget } from './wiper';
import { isAdopted, PrincipalRef } from '../../model/placement-state';
import { Finding } from '../../wiping';

/** Roles that were created in the place of a principal: with its name, but another id. Such a role acts as the agent. */
export const namesakes: Wiper = {
  name: 'namesakes',
  ofAgent: false,
  source: 'roles with the name of a principal that the agent had, and another id',
  gaps: ['roles of other names that somebody created in its place'],
  needs: [],
  async list(context, target) {
    return (await namesakesOf(context, target)).map(({ principal, namesake }): Finding => (
      { wiper: 'namesakes', kind: 'namesake', id: `role/${principal.roleName}/namesake/${namesake.roleId}`, actedOn: true }));
  },
  async wipe(context, target, { id }) {
    const found = (await namesakesOf(context, target)).find(({ principal, namesake }) => id === `role/${principal.roleName}/namesake/${namesake.roleId}`);
    if (found !== undefined) {
      await deleteNamesake(context, found.principal, found.namesake);
    }
  },
};

async function namesakesOf(context: WiperContext, { places, known }: WipeTarget): Promise<{ principal: PrincipalRef; namesake: Namesake }[]> {
  // A role in the place of an adopted one is its owner's.
  const byName = new Map(places.filter((principal) => !isAdopted(principal)).map((principal) => [principal.roleName, principal]));
  const found = await Promise.all([...byName.values()].map(async (principal) => (
    { principal, namesake: await findNamesake(context, principal, known) })));
  return found.flatMap(({ principal, namesake }) => namesake === undefined ? [] : [{ principal, namesake }]);
}
