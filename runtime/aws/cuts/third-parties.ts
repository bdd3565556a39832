import { createHash } from 'node:crypto';
import { Cut, Cuttable } from './cut';
import { Holdings } from './holdings';
import { Presence, RevokerAction } from '../../../src/contract/revokers';
import { reasonOf, RetryableError } from '../../../src/core/errors';
import { RevokerRecord } from '../../model/revocation';
import { accountText, declaredId } from '../../model/same-account';
import { askRevoker, RevokerContext } from '../revokers';

type Agent = Holdings['target'];

const DIGEST_LENGTH = 12;

/** Accounts of the agent outside of AWS whose revokers deactivate them in a suspension. */
export const thirdParties: Cut = {
  name: 'third-parties',
  // The registry's own statement lets the engine ask the function for revokers.
  needs: [],
  // One third party that does not respond keeps no other account active.
  find: (context, { target }) => Promise.all([...accountsOf(target.revokers, target.agentName)].map(async ([id, revoker]): Promise<Cuttable> => {
    try {
      const found = await done(context, target, revoker, 'look');
      return { id, isCut: found !== 'active', was: found };
    } catch (error) {
      return { id, isCut: false, was: null, unseen: reasonOf(error) };
    }
  })),
  apply: (context, id, { target }) => done(context, target, named(target.revokers, target, id)!, 'suspend'),
  restore: async (context, { id, was }, { target }) => {
    const revoker = named(target.everyRevoker, target, id);
    if (was === 'active' && revoker !== undefined) {
      await done(context, target, revoker, 'resume');
    }
    return revoker === undefined ? 'the agent has no such revoker any more: activate that access by hand if it is still needed' : undefined;
  },
};

/** The agent's accounts, each once and with its latest settings. A deployment during the suspension may give an id to another account, and each account is put back as it was. */
function accountsOf(revokers: readonly RevokerRecord[], agentName: string): Map<string, RevokerRecord> {
  const accounts = new Map<string, RevokerRecord>();
  for (const revoker of revokers) {
    const digest = createHash('sha256').update(accountText(revoker, agentName)).digest('hex').slice(0, DIGEST_LENGTH);
    const id = `${declaredId(revoker)}~${digest}`;
    accounts.set(id, accounts.get(id) ?? revoker);
  }
  return accounts;
}

/** Suspensions by earlier versions recorded the id alone. */
function named(revokers: readonly RevokerRecord[], { agentName }: Agent, id: string): RevokerRecord | undefined {
  return accountsOf(revokers, agentName).get(id) ?? revokers.find((revoker) => revoker.id === id);
}

async function done(context: RevokerContext, agent: Agent, revoker: RevokerRecord, action: RevokerAction): Promise<Presence> {
  const { outcome, now, note } = await askRevoker(context, agent, revoker, action);
  if (outcome !== 'confirmed' || now === undefined) {
    throw new RetryableError('NotDenied', `${revoker.id}: ${note}`);
  }
  return now;
}
