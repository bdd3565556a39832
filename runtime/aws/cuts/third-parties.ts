import { Cut } from './cut';
import { Holdings } from './holdings';
import { Presence, RevokerAction } from '../../../src/contract/revokers';
import { RetryableError } from '../../../src/core/errors';
import { RevokerRecord } from '../../model/revocation';
import { askRevoker, RevokerContext } from '../revokers';

/** Accounts of the agent outside of AWS whose revokers deactivate them in a suspension. */
export const thirdParties: Cut = {
  name: 'third-parties',
  // The registry's own statement lets the engine ask the function for revokers.
  needs: [],
  find: (context, { target }) => Promise.all(target.revokers.map(async (revoker) => {
    const found = await done(context, target, revoker, 'look');
    return { id: revoker.id, isCut: found !== 'active', was: found };
  })),
  apply: (context, id, holdings) => done(context, holdings.target, named(holdings, id), 'suspend'),
  restore: async (context, { id, was }, holdings) => {
    if (was === 'active') {
      await done(context, holdings.target, named(holdings, id), 'resume');
    }
  },
};

function named({ target: { revokers } }: Holdings, id: string): RevokerRecord {
  const found = revokers.find((revoker) => revoker.id === id);
  if (found === undefined) {
    throw new RetryableError('NotRestored', `the agent has no revoker ${id} any more: activate its access by hand`);
  }
  return found;
}

async function done(context: RevokerContext, agent: Holdings['target'], revoker: RevokerRecord, action: RevokerAction): Promise<Presence> {
  const { outcome, now, note } = await askRevoker(context, agent, revoker, action);
  if (outcome !== 'confirmed' || now === undefined) {
    throw new RetryableError('NotDenied', `${revoker.id}: ${note}`);
  }
  return now;
}
